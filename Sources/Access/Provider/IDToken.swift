import Crypto
import FoundationEssentials
import JSON
import Recruiting

/// What a provider says of somebody, signed (OpenID Connect Core 1.0 §2).
struct IDToken: Sendable {
    /// What it must be about.
    struct Expected {
        let issuer: String
        let client: String
        let nonce: String
        /// The token that came with it.
        let accessToken: String?
        let now: Timestamp
    }

    let algorithm: ProviderKey.Algorithm
    /// By which of the provider's keys it says that it is signed.
    let key: String?
    private let claims: JSON
    private let signed: [UInt8]
    private let signature: [UInt8]

    /// Seconds by which the provider's clock and ours may differ.
    private static let leeway = 60.0
    /// Seconds for which a token that was asked for a moment ago may be old.
    private static let age = 600.0

    /// - Throws: ``ProviderFault/untrusted(_:)`` for what is no token, or is signed by an algorithm that isn't taken: by none, or by a
    ///   secret that might be a public key.
    init(_ text: String) throws(ProviderFault) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = [UInt8](base64URL: parts[2])
        else { throw .untrusted("the token is no JWT") }
        guard let algorithm = header["alg"]?.text.flatMap({ ProviderKey.Algorithm(rawValue: $0) }) else {
            throw .untrusted("the token is signed by neither RS256 nor ES256")
        }
        guard header["crit"] == nil else { throw .untrusted("the token has an extension that isn't known here") }
        guard header["typ"].map({ $0.text?.uppercased() == "JWT" }) ?? true else { throw .untrusted("the token is of another type") }
        self.algorithm = algorithm
        key = header["kid"]?.text
        self.claims = claims
        self.signature = signature
        signed = Array("\(parts[0]).\(parts[1])".utf8)
    }

    private static func object(_ part: Substring) -> JSON? {
        guard let bytes = [UInt8](base64URL: part), let object = try? JSON(parsing: bytes), object.members != nil else { return nil }
        return object
    }

    /// What it says, once it is sure that it is the provider's, for us, and for this very sign-in (§3.1.3.7).
    /// - Throws: ``ProviderFault/untrusted(_:)``.
    func checked(by key: ProviderKey, _ expected: Expected) throws(ProviderFault) -> JSON {
        guard key.algorithm == algorithm, key.hasSigned(signed, signature) else { throw .untrusted("the signature is wrong") }
        guard claims["iss"]?.text == expected.issuer else { throw .untrusted("the token is of another issuer") }
        try checkAudience(expected.client)
        try checkTimes(expected.now)
        guard claims["nonce"]?.text == expected.nonce else { throw .untrusted("the token is of another sign-in") }
        guard let subject = claims["sub"]?.text, (1...255).contains(subject.utf8.count) else { throw .untrusted("the token names nobody") }
        if let hash = claims["at_hash"], let token = expected.accessToken {
            let half = Array(SHA256.hash(data: Data(token.utf8)))[..<16].base64URL
            guard hash.text == half else { throw .untrusted("the token is not of the access token beside it") }
        }
        return claims
    }

    private func checkAudience(_ client: String) throws(ProviderFault) {
        let audience = claims["aud"]?.items ?? claims["aud"].map { [$0] } ?? []
        guard audience.contains(.string(client)) else { throw .untrusted("the token is for another client") }
        // Where it is for several, it says to whom it was given.
        guard (claims["azp"] ?? (audience.count == 1 ? .string(client) : nil)) == .string(client) else {
            throw .untrusted("the token was given to another client")
        }
    }

    private func checkTimes(_ now: Timestamp) throws(ProviderFault) {
        let now = now.date.timeIntervalSince1970
        guard let end = claims["exp"]?.seconds, end > now - Self.leeway else {
            throw .untrusted("the token has expired, or a clock is wrong")
        }
        guard let begin = claims["iat"]?.seconds, begin < now + Self.leeway, begin > now - Self.age else {
            throw .untrusted("the token was not made just now, or a clock is wrong")
        }
        guard claims["nbf"].map({ ($0.seconds ?? .infinity) < now + Self.leeway }) ?? true else {
            throw .untrusted("the token is not valid yet, or a clock is wrong")
        }
    }
}

extension JSON {
    /// As a moment of JWT (RFC 7519 §2).
    fileprivate var seconds: Double? {
        switch self {
        case .integer(let number): Double(number)
        case .number(let number): number
        default: nil
        }
    }
}
