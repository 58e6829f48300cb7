import Crypto
import FoundationEssentials
import JSON
import JWTKit

/// A public key by which a provider signs (RFC 7517). It goes with one algorithm alone, so that no token chooses another for it.
struct ProviderKey: Sendable {
    enum Algorithm: String, CaseIterable {
        case rs256 = "RS256"
        case es256 = "ES256"
    }

    let number: String?
    let algorithm: Algorithm
    private let verifier: any JWTAlgorithm

    /// Nil for a key of another kind, for another use, or that is none: RSA has at least 2,048 bits (RFC 7518 §3.3).
    init?(_ key: JSON) async {
        guard key["use"] ?? .string("sig") == .string("sig"), let kind = Self.kind(key),
            key["alg"] ?? .string(kind.rawValue) == .string(kind.rawValue)
        else { return nil }
        let keys = JWTKeyCollection()
        do {
            switch kind {
            case .rs256:
                let publicKey = try Insecure.RSA.PublicKey(modulus: key["n"]?.text ?? "", exponent: key["e"]?.text ?? "")
                await keys.add(rsa: publicKey, digestAlgorithm: .sha256)
            case .es256:
                await keys.add(ecdsa: try ES256PublicKey(parameters: (x: key["x"]?.text ?? "", y: key["y"]?.text ?? "")))
            }
            verifier = try await keys.getKey()
        } catch {
            return nil
        }
        number = key["kid"]?.text
        algorithm = kind
    }

    private static func kind(_ key: JSON) -> Algorithm? {
        switch key["kty"]?.text {
        case "RSA": .rs256
        case "EC" where key["crv"]?.text == "P-256": .es256
        default: nil
        }
    }

    func hasSigned(_ bytes: [UInt8], _ signature: [UInt8]) -> Bool {
        (try? verifier.verify(signature, signs: bytes)) ?? false
    }
}
