import Crypto
import FoundationEssentials
import Recruiting

/// A sign-in at a provider that has begun: what only the browser that began it holds.
package struct SignInAttempt: Codable, Equatable, Sendable {
    let id: UUID
    /// What comes back with the browser, so that nobody can end the sign-in of another's browser by an address.
    let state: String
    /// What stands in the token, so that it is of this sign-in.
    let nonce: String
    /// Whose digest the provider was told (RFC 7636), so that nobody else has a use for the code.
    let verifier: String
    /// The page to go to afterwards.
    package let next: String
    let end: Timestamp

    /// Seconds in which people find their password.
    package static let lifetime = Duration.seconds(600)

    init(next: String, at now: Timestamp) {
        (id, self.next, end) = (UUID(), next, now.advanced(by: Self.lifetime))
        (state, nonce, verifier) = (Secret().text, Secret().text, Secret().text)
    }

    /// `S256` (RFC 7636 §4.2).
    var challenge: String { Array(SHA256.hash(data: Data(verifier.utf8))).base64URL }
}

/// Seals attempts, so that a browser can keep one and neither read nor change it.
struct AttemptSeal: Sendable {
    private let key: SymmetricKey

    init(secret: [UInt8]) {
        key = HKDF<SHA256>.deriveKey(
            inputKeyMaterial: SymmetricKey(data: secret),
            info: Data("jobcast sign-in attempts".utf8),
            outputByteCount: 32
        )
    }

    func seal(_ attempt: SignInAttempt) throws -> String {
        // A nonce of the usual length can always be combined.
        Array(try AES.GCM.seal(try JSONEncoder().encode(attempt), using: key).combined!).base64URL
    }

    /// Nil for what was not sealed here, and for what is too old.
    func open(_ text: String, at now: Timestamp) -> SignInAttempt? {
        guard let bytes = [UInt8](base64URL: text), let box = try? AES.GCM.SealedBox(combined: Data(bytes)),
            let content = try? AES.GCM.open(box, using: key),
            let attempt = try? JSONDecoder().decode(SignInAttempt.self, from: content), attempt.end > now
        else { return nil }
        return attempt
    }
}
