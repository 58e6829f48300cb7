import FoundationEssentials
package import HTTPClient
import JSON
package import Recruiting

/// Signing in at a provider of identities: the authorization code with PKCE (OpenID Connect Core 1.0 §3.1, RFC 7636).
package struct Provider: Sendable {
    /// What the browser brings back from the provider, as its address has it.
    package struct Callback: Sendable {
        package let code: String?
        package let state: String?
        package let error: String?
        package let issuer: String?

        package init(code: String?, state: String?, error: String?, issuer: String?) {
            (self.code, self.state, self.error, self.issuer) = (code, state, error, issuer)
        }
    }

    package let settings: ProviderSettings
    private let client: HTTPClient
    private let directory: ProviderDirectory
    private let seal: AttemptSeal
    private let tickets: Tickets
    private let now: @Sendable () -> Timestamp

    /// `secret` is the same on every node, as somebody may come back to another.
    package init(
        _ settings: ProviderSettings,
        client: HTTPClient,
        secret: [UInt8],
        tickets: Tickets,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.settings = settings
        self.client = client
        self.tickets = tickets
        self.now = now
        seal = AttemptSeal(secret: secret)
        directory = ProviderDirectory(settings, client, now)
    }

    /// Asks the provider for what it publishes, unless that is known.
    /// - Throws: ``ProviderFault/unreachable(_:)``.
    package func look() async throws { _ = try await directory.documents() }

    /// What the provider publishes, asked for now.
    package static func check(_ settings: ProviderSettings, at now: Timestamp) async throws {
        let documents = try await ProviderDocuments(of: settings, by: HTTPClient(), at: now)
        guard !documents.keys.isEmpty else { throw ProviderFault.unreachable("it publishes no key for RS256 or ES256") }
    }

    /// Begins a sign-in that leads to `next`.
    /// - Returns: the provider's address for the browser, and what the browser is to keep.
    /// - Throws: ``ProviderFault/unreachable(_:)``.
    package func begin(next: String) async throws -> (address: String, attempt: String) {
        let documents = try await directory.documents()
        let attempt = SignInAttempt(next: next, at: now())
        let query = form([
            ("response_type", "code"), ("client_id", settings.clientID), ("redirect_uri", settings.redirect),
            ("scope", settings.scopes.joined(separator: " ")), ("state", attempt.state), ("nonce", attempt.nonce),
            ("code_challenge", attempt.challenge), ("code_challenge_method", "S256"),
        ])
        let mark = documents.authorization.contains("?") ? "&" : "?"
        return (documents.authorization + mark + query, try seal.seal(attempt))
    }

    /// The sign-in that this browser has begun, if it is not too long ago.
    package func attempt(_ sealed: String) -> SignInAttempt? { seal.open(sealed, at: now()) }

    /// Whom the provider has let in.
    /// - Throws: ``ProviderFault``.
    package func finish(_ attempt: SignInAttempt?, _ callback: Callback) async throws -> ProviderPerson {
        guard let attempt, callback.state == attempt.state, try await tickets.use(attempt.id, until: attempt.end.date) else {
            throw ProviderFault.over
        }
        if let error = callback.error { throw ProviderFault.refused("the provider says \(error.unicodeScalars.prefix(100))") }
        let documents = try await directory.documents()
        guard callback.issuer == settings.issuer || callback.issuer == nil && !documents.namesItself else {
            throw ProviderFault.untrusted("the browser comes from another provider")
        }
        guard let code = callback.code else { throw ProviderFault.refused("the provider sends no code") }
        let tokens = try await exchange(code, of: attempt, documents)
        guard let text = tokens["id_token"]?.text else { throw ProviderFault.untrusted("the provider sends no token") }
        let token = try IDToken(text)
        let key = try await directory.key(token.algorithm, number: token.key)
        let expected = IDToken.Expected(
            issuer: settings.issuer,
            client: settings.clientID,
            nonce: attempt.nonce,
            accessToken: tokens["access_token"]?.text,
            now: now()
        )
        return person(try token.checked(by: key, expected))
    }

    private func person(_ claims: JSON) -> ProviderPerson {
        let text = claims.claim(settings.accountClaim)?.text
        // Exactly as it is told: what would be trimmed is another's name.
        let name = text.flatMap { text in (try? Subject(text)).flatMap { $0.description.utf8.elementsEqual(text.utf8) ? $0 : nil } }
        let grants = settings.rules.filter { $0.holds(for: claims) }.flatMap(\.grants)
        var seen: Set<Grant> = []
        return ProviderPerson(
            issuer: settings.issuer,
            subject: claims["sub"]?.text ?? "",
            name: name,
            grants: grants.filter { seen.insert($0).inserted }
        )
    }

    private func exchange(_ code: String, of attempt: SignInAttempt, _ documents: ProviderDocuments) async throws -> JSON {
        var fields = [
            ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", settings.redirect), ("code_verifier", attempt.verifier),
        ]
        var headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Accept", "application/json")]
        switch (settings.clientSecret, documents.authentication) {
        case (let secret?, .basic):
            // RFC 6749 §2.3.1
            let pair = "\(settings.clientID.formEncoded):\(secret.formEncoded)"
            headers.append(("Authorization", "Basic " + Data(pair.utf8).base64EncodedString()))
        case (let secret?, .post): fields += [("client_id", settings.clientID), ("client_secret", secret)]
        case (nil, _): fields.append(("client_id", settings.clientID))
        }
        let query = HTTPQuery(documents.token, .post(Array(form(fields).utf8)), headers: headers.map { (name: $0, value: $1) })
        let answer: HTTPAnswer
        do {
            answer = try await client.send(query, settings.limits.tokens)
        } catch let failure as HTTPFailure {
            throw ProviderFault.unreachable("the server that gives tokens \(failure)")
        }
        let body = try? JSON(parsing: answer.body)
        switch answer.status {
        case 200 where body?.members != nil: return body ?? .null
        case 400..<500:
            throw ProviderFault.refused("the provider says \((body?["error"]?.text ?? "\(answer.status)").prefix(100)) to the code")
        default: throw ProviderFault.unreachable("the server that gives tokens answers \(answer.status), not in JSON or not as it should")
        }
    }
}

/// As forms and queries are written.
private func form(_ fields: [(String, String)]) -> String {
    fields.map { "\($0.formEncoded)=\($1.formEncoded)" }.joined(separator: "&")
}

extension String {
    /// With everything but letters, digits and `-._~` as percent escapes (RFC 3986 §2), which forms understand as well.
    package var formEncoded: String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
                bytes.append(byte)
            default: bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
