import FoundationEssentials
import JSON
import JWTKit
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

private let rules = [GrantRule(claim: "groups", value: "hosts", grants: [try! Grant(.host)])]

/// Tokens that nobody may get in by, and providers that don't do what they should.
@Suite(.timeLimit(.minutes(10))) struct ProviderFaultTests {
    /// A token with one thing wrong.
    enum Hostile: String, CaseIterable {
        case otherIssuer, issuerWithSlash, noIssuer, otherAudience, noAudience, severalAudiences, otherParty
        case expired, endless, textualEnd, old, early, withoutBeginning, notYet, otherNonce, noNonce, noSubject, numberAsSubject
        case none, noneInCapitals, hmacOfPublicKey, otherHash, otherKind, foreignKey, unknownKey, critical, accessToken, otherAccessToken
        case brokenSignature, noSignature, changedClaims, twoParts, fiveParts, noJSON, doubledClaim, paddedParts

        func token(_ visit: ProviderVisit, _ key: HandKey, _ foreign: HandKey) async throws -> String {
            var token = HandToken(of: visit, by: key)
            let now = Int(visit.now.timeIntervalSince1970)
            switch self {
            case .otherIssuer: token.claims["iss"] = "\"https://evil.example\""
            case .issuerWithSlash: token.claims["iss"] = "\"\(visit.issuer)/\""
            case .noIssuer: token.claims["iss"] = nil
            case .otherAudience: token.claims["aud"] = "\"another client\""
            case .noAudience: token.claims["aud"] = nil
            case .severalAudiences: token.claims["aud"] = #"["jobcast","another client"]"#
            case .otherParty: token.claims["azp"] = "\"another client\""
            case .expired: token.claims["exp"] = "\(now - 61)"
            case .endless: token.claims["exp"] = nil
            case .textualEnd: token.claims["exp"] = "\"\(now + 300)\""
            case .old: token.claims["iat"] = "\(now - 700)"
            case .early: token.claims["iat"] = "\(now + 120)"
            case .withoutBeginning: token.claims["iat"] = nil
            case .notYet: token.claims["nbf"] = "\(now + 120)"
            case .otherNonce: token.claims["nonce"] = "\"another nonce\""
            case .noNonce: token.claims["nonce"] = nil
            case .noSubject: token.claims["sub"] = nil
            case .numberAsSubject: token.claims["sub"] = "1"
            case .otherKind: token.header["alg"] = "\"ES256\""
            case .otherHash: token.header["alg"] = "\"RS384\""
            case .foreignKey: token.key = foreign
            case .unknownKey: (token.key, token.header["kid"]) = (foreign, "\"9\"")
            case .critical: token.header["crit"] = #"["b64"]"#
            case .accessToken: token.header["typ"] = "\"at+jwt\""
            case .otherAccessToken: token.claims["at_hash"] = "\"77QmUPtjPfzWtF2AnpK9RQ\""
            case .doubledClaim: token.claims["iss\":\"https://evil.example\",\"iss"] = "\"\(visit.issuer)\""
            case .none, .noneInCapitals, .hmacOfPublicKey, .brokenSignature, .noSignature, .changedClaims, .twoParts, .fiveParts, .noJSON,
                .paddedParts:
                return try await Self.misshapen(self, token)
            }
            return try token.signed()
        }

        private static func misshapen(_ kind: Hostile, _ right: HandToken) async throws -> String {
            var token = right
            let signature = try #require(try right.signed().split(separator: ".").last)
            switch kind {
            case .none, .noneInCapitals:
                token.header["alg"] = kind == .none ? "\"none\"" : "\"None\""
                return token.unsigned + "."
            case .hmacOfPublicKey:
                token.header["alg"] = "\"HS256\""
                let algorithm = try await JWTKeyCollection().add(hmac: HMACKey(from: right.key.pem), digestAlgorithm: .sha256).getKey()
                return token.unsigned + "." + (try algorithm.sign(Array(token.unsigned.utf8))).base64URL
            case .brokenSignature: return right.unsigned + "." + signature.dropLast(10) + "AAAAAAAAAA"
            case .noSignature: return right.unsigned + "."
            case .changedClaims:
                token.claims["groups"] = #"["hosts","ops"]"#
                return token.unsigned + "." + signature
            case .twoParts: return right.unsigned
            case .fiveParts: return right.unsigned + ".a.b." + signature
            case .noJSON: return "bm8.bm8." + signature
            default: return right.unsigned.split(separator: ".").joined(separator: "=.") + "=." + signature
            }
        }
    }

    private func withProvider(
        _ keys: [HandKey],
        _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (TestServer, HandProvider) async throws -> Void
    ) async throws {
        let provider = try HandProvider(keys: keys)
        try await withServer({
            $0.provider = provider.settings(rules)
            configure(&$0)
        }) { try await body($0, provider) }
    }

    @Test func `no token with anything wrong lets anybody in`() async throws {
        let (key, foreign) = (try await HandKey.rsa("1"), try await HandKey.rsa("1"))
        try await withProvider([key, try await HandKey.elliptic("2")]) { server, provider in
            for hostile in Hostile.allCases {
                let visit = try await server.visit(provider.issuer)
                provider.give(try await hostile.token(visit, key, foreign))
                let answer = try await server.comeBack(visit)
                #expect(answer.fault == "untrusted", "\(hostile): \(answer.headers["location"] ?? "")")
                #expect(SignedInBrowser.cookie(of: answer) == nil, "\(hostile)")
            }
            #expect(try await server.head() == 0)
        }
    }

    /// What makes the table above mean something: the same with nothing wrong, in the shapes that the standard allows.
    @Test func `a token in any right shape does`() async throws {
        let (rsa, elliptic) = (try await HandKey.rsa("1"), try await HandKey.elliptic("2"))
        try await withProvider([rsa, elliptic]) { server, provider in
            func expect(_ name: String, _ key: HandKey, _ change: (inout HandToken) -> Void) async throws {
                let visit = try await server.visit(provider.issuer)
                var token = HandToken(of: visit, by: key)
                change(&token)
                provider.give(try token.signed())
                let answer = try await server.comeBack(visit, ["iss": provider.issuer])
                #expect(answer.fault == nil && SignedInBrowser.cookie(of: answer) != nil, "\(name): \(answer.headers["location"] ?? "")")
            }
            try await expect("RS256", rsa) { _ in }
            try await expect("ES256", elliptic) { _ in }
            try await expect("without a number", elliptic) { $0.header["kid"] = nil }
            try await expect("without a type", rsa) { $0.header["typ"] = nil }
            try await expect("a list of one", rsa) { $0.claims["aud"] = #"["jobcast"]"# }
            try await expect("for several, given to us", rsa) {
                ($0.claims["aud"], $0.claims["azp"]) = (#"["another","jobcast"]"#, "\"jobcast\"")
            }
            try await expect("moments with fractions", rsa) { $0.claims["exp"] = $0.claims["exp"].map { $0 + ".5" } }
            try await expect("with the access token's hash", rsa) { $0.claims["at_hash"] = "\"\(Self.hash)\"" }
        }
    }

    /// Of "an access token", by Python's hashlib.
    private static let hash = "FPlcM-1UXiivOYozpUrp7Q"

    @Test(arguments: [
        ("issuer", "\"http://127.0.0.1:1\""), ("issuer", nil), ("token_endpoint", nil), ("token_endpoint", "\"file:///etc/passwd\""),
        ("authorization_endpoint", "\"javascript:alert(1)\""), ("jwks_uri", "5"), ("jwks_uri", "\"http://127.0.0.1:1/\""),
        ("id_token_signing_alg_values_supported", #"["HS256","none"]"#),
    ])
    func `a configuration that can't be right is not used`(name: String, value: String?) async throws {
        try await withProvider([try await HandKey.elliptic("1")]) { server, provider in
            provider.configure(name, value)
            let begun = try await server.get("/v1/sign-ins/provider")
            #expect(begun.fault == "unreachable")
            #expect(try await server.get("/v1/sign-ins/means").json()["provider"]?["answers"] == .bool(false))
        }
    }

    @Test(arguments: [HandProvider.configuration, "/keys", "/token"])
    func `a provider that answers nonsense, nothing or without end is told, and the server goes on`(path: String) async throws {
        let clock = TestClock()
        let key = try await HandKey.elliptic("1")
        try await withProvider([key], { $0.now = { clock.now } }) { server, provider in
            let manners: [HandProvider.Manner] = [
                .answer("500 Internal Server Error", "{}"), .answer("200 OK", "<html>"), .answer("200 OK", "[]"),
                .answer("302 Found", ""), .endless,
            ]
            for manner in manners {
                provider.say(manner, at: path)
                clock.advance(by: ProviderDirectory.pause)
                let fault = try await fault(server, provider, key, clock)
                #expect(fault == "unreachable", "\(manner)")
            }
            #expect(try await server.get("/v1/sign-ins/means").json()["provider"]?["name"]?.text == "统一身份认证")
            provider.say(.good, at: path)
            clock.advance(by: ProviderDirectory.pause)
            #expect(try await fault(server, provider, key, clock) == nil)
            #expect(try await server.signIn("nobody").status == 401)
        }
    }

    @Test func `a provider that says nothing is not waited for`() async throws {
        let key = try await HandKey.elliptic("1")
        for path in [HandProvider.configuration, "/keys", "/token"] {
            let provider = try HandProvider(keys: [key])
            let isOfTokens = path == "/token"
            let limits = ProviderSettings.Limits(documents: isOfTokens ? .patient : .short, tokens: .short)
            try await withServer({ $0.provider = provider.settings(rules, limits: limits) }) { server in
                provider.say(.silent, at: path)
                let fault = try await fault(server, provider, key, TestClock())
                #expect(fault == "unreachable", "\(path)")
            }
        }
    }

    private func fault(_ server: TestServer, _ provider: HandProvider, _ key: HandKey, _ clock: TestClock) async throws -> String? {
        let begun = try await server.get("/v1/sign-ins/provider")
        if let fault = begun.fault { return fault }
        let visit = try await server.visit(provider.issuer, now: clock.now.date)
        provider.give(try HandToken(of: visit, by: key).signed())
        return try await server.comeBack(visit).fault
    }

    @Test func `a provider that nobody finds is asked once in a while, however many want in`() async throws {
        let settings = ProviderSettings(
            issuer: "http://127.0.0.1:1",
            clientID: "jobcast",
            clientSecret: nil,
            name: "统一身份认证",
            address: "http://localhost",
            rules: rules
        )
        try await withServer({ $0.provider = settings }) { server in
            for _ in 0..<3 {
                let begun = try await server.get("/v1/sign-ins/provider")
                #expect(begun.headers["location"] == "/signin?fault=unreachable&back=%2Foffice")
            }
            #expect(try await server.get("/signin").status == 200)
        }
        let clock = TestClock()
        try await withProvider([try await HandKey.elliptic("1")], { $0.now = { clock.now } }) { server, provider in
            provider.say(.answer("500 Internal Server Error", ""), at: HandProvider.configuration)
            for _ in 0..<10 { _ = try await server.get("/v1/sign-ins/provider") }
            #expect(provider.requests(to: HandProvider.configuration).count == 1)
            clock.advance(by: ProviderDirectory.pause)
            _ = try await server.get("/v1/sign-ins/provider")
            #expect(provider.requests(to: HandProvider.configuration).count == 2)
        }
    }

    @Test func `new keys are fetched when a token names one, at most once in a while, and all after an hour`() async throws {
        let clock = TestClock()
        let (old, new) = (try await HandKey.rsa("1"), try await HandKey.elliptic("2"))
        try await withProvider([old], { $0.now = { clock.now } }) { server, provider in
            func signIn(_ key: HandKey) async throws -> String? { try await fault(server, provider, key, clock) }
            let first = try await signIn(old)
            #expect(first == nil)
            for _ in 0..<3 { #expect(try await signIn(new) == "untrusted") }
            #expect(provider.requests(to: "/keys").count == 1)
            clock.advance(by: ProviderDirectory.pause)
            for _ in 0..<3 { #expect(try await signIn(new) == "untrusted") }
            #expect(provider.requests(to: "/keys").count == 2)
            provider.publish([new])
            clock.advance(by: ProviderDirectory.pause)
            #expect(try await signIn(new) == nil)
            #expect(try await signIn(old) == "untrusted")
            #expect(provider.requests(to: "/keys").count == 3)
            clock.advance(by: .seconds(3_600))
            #expect(try await signIn(new) == nil)
            #expect(provider.requests(to: "/keys").count == 4)
            // While the provider is away its last word holds.
            clock.advance(by: .seconds(3_600))
            provider.say(.answer("500 Internal Server Error", ""), at: "/keys")
            #expect(try await signIn(new) == nil)
        }
    }

    @Test func `a weak key, one for another use and one of another kind are none of the provider's`() async throws {
        let good = try await HandKey.elliptic("1")
        let others = [
            #"{"kty":"oct","kid":"1","k":"c2VjcmV0"}"#, #"{"kty":"RSA","kid":"1","n":"AQAB","e":"AQAB"}"#,
            #"{"kty":"EC","crv":"P-384","kid":"1"}"#,
            #"{"kty":"EC","crv":"P-256","kid":"1","x":"AA","y":"AA"}"#, "5", "{}", good.published.replacing("{", with: #"{"use":"enc","#),
            good.published.replacing("{", with: #"{"alg":"ES384","#),
        ]
        for text in others { #expect(try await ProviderKey(JSON(parsing: Array(text.utf8))) == nil, "\(text)") }
        #expect(try await ProviderKey(JSON(parsing: Array(good.published.utf8)))?.algorithm == .es256)
    }
}
