package import HTTPClient
import JSON
package import Recruiting

/// A provider of identities, by OpenID Connect, at which people of the staff sign in, and what its word means here.
package struct ProviderSettings: Sendable {
    /// As the provider writes it: it is compared byte by byte (OpenID Connect Discovery 1.0 §4.3).
    package let issuer: String
    package let clientID: String
    /// Nil for a client that has none, which PKCE alone protects.
    package let clientSecret: String?
    /// How the provider is called on the page where people sign in.
    package let name: String
    /// The address of our pages as browsers know it, without a slash at the end.
    package let address: String
    package let scopes: [String]
    /// The claim that names the account of whoever signs in for the first time.
    package let accountClaim: String
    package let rules: [GrantRule]
    package var limits = Limits.standard

    /// How long the provider may take, and how much say.
    package struct Limits: Sendable {
        /// For each of the two documents that it publishes.
        package let documents: HTTPLimits
        /// For tokens.
        package let tokens: HTTPLimits

        package init(documents: HTTPLimits, tokens: HTTPLimits) {
            (self.documents, self.tokens) = (documents, tokens)
        }

        /// A person waits for both documents, or for tokens: eight seconds of them.
        package static let standard = Limits(
            documents: HTTPLimits(connect: .seconds(3), whole: .seconds(4)),
            tokens: HTTPLimits(connect: .seconds(3), whole: .seconds(8))
        )
    }

    package init(
        issuer: String,
        clientID: String,
        clientSecret: String?,
        name: String,
        address: String,
        scopes: [String] = ["openid", "profile", "email"],
        accountClaim: String = "preferred_username",
        rules: [GrantRule]
    ) {
        self.issuer = issuer
        self.clientID = clientID
        self.clientSecret = clientSecret
        self.name = name
        self.address = address
        self.scopes = scopes
        self.accountClaim = accountClaim
        self.rules = rules
    }

    /// Where the provider sends browsers back to; it has to know it beforehand.
    package var redirect: String { address + "/v1/sign-ins/provider/callback" }

    /// Whether browsers see our pages over TLS.
    package var isBehindTLS: Bool { address.hasPrefix("https://") }

    var isSecure: Bool { issuer.hasPrefix("https://") }
}

/// What is granted to whoever has a value in a claim.
package struct GrantRule: Equatable, Sendable {
    package let claim: String
    package let value: String
    package let grants: [Grant]

    package init(claim: String, value: String, grants: [Grant]) {
        self.claim = claim
        self.value = value
        self.grants = grants
    }

    /// Whether the claim is that text, or a list that has it.
    func holds(for claims: JSON) -> Bool {
        switch claims.claim(claim) {
        case .string(let text): text == value
        case .array(let items): items.contains(.string(value))
        default: false
        }
    }
}

extension JSON {
    /// The claim of this name; or, where there is none, the one at the end of the path that its dots tell: `realm_access.roles`.
    func claim(_ name: String) -> JSON? {
        if let claim = self[name] { return claim }
        return name.split(separator: ".").reduce(Optional(self)) { $0?[String($1)] }
    }
}
