import FoundationEssentials
import HTTPClient
import JSON
import Postgres
import Recruiting
import Synchronization
import TestSupport
import Testing

@testable import API
@testable import Access

private let rules = [
    GrantRule(claim: "groups", value: "hosts", grants: [try! Grant(.host), try! Grant(.analyst)]),
    GrantRule(claim: "groups", value: "ops", grants: [try! Grant(.operator)]),
]

/// Signing in at a provider of identities that others have written: canaille, which insists on PKCE and redirects that it knows.
@Suite(.enabled(if: RealProvider.isThere, "canaille can't be had from PyPI"), .serialized, .timeLimit(.minutes(10)))
struct RealProviderTests {
    private func withProvider(
        _ algorithm: String = "RS256",
        _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (TestServer, RealProvider) async throws -> Void
    ) async throws {
        let provider = try await RealProvider(redirect: "http://jobcast.example/v1/sign-ins/provider/callback", algorithm: algorithm)
        try await provider.put("li.ming", into: ["hosts"])
        var settings = ProviderSettings(
            issuer: provider.issuer,
            clientID: "jobcast",
            clientSecret: "a secret/of the client",
            name: "统一身份认证",
            address: "http://jobcast.example",
            scopes: ["openid", "profile", "groups"],
            rules: rules
        )
        settings.limits = .patient
        try await withServer({ [settings] in
            $0.provider = settings
            configure(&$0)
        }) { try await body($0, provider) }
    }

    /// Signs in, from the link to the page.
    private func signIn(_ server: TestServer, _ provider: RealProvider, as name: String = "li.ming") async throws -> Answer {
        let visit = try await server.visit(provider.issuer, next: "/jobs?status=open")
        let address = try await ProviderBrowser().signIn(at: visit.address, as: name)
        #expect(address.hasPrefix("http://jobcast.example/v1/sign-ins/provider/callback?"))
        return try await server.get(
            String(address.dropFirst("http://jobcast.example".count)),
            headers: ["Cookie": "jobcast-attempt=\(visit.cookie)"]
        )
    }

    private func browser(_ server: TestServer, _ answer: Answer) throws -> SignedInBrowser {
        #expect(answer.status == 302 && answer.headers["location"] == "/jobs?status=open", "\(answer.headers)")
        return SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: answer)))
    }

    private func roles(_ browser: SignedInBrowser) async throws -> Set<String> {
        let identity = try await browser.get("/v1/identity").json()
        return Set(identity["grants"]?.items?.compactMap { $0["role"]?.text } ?? [])
    }

    @Test(arguments: ["RS256", "ES256"]) func `whoever signs in there is signed in here, with the grants of their groups`(algorithm: String)
        async throws
    {
        try await withProvider(algorithm) { server, provider in
            let browser = try browser(server, try await signIn(server, provider))
            #expect(try await browser.get("/v1/identity").json()["subject"]?.text == "li.ming")
            #expect(try await roles(browser) == ["host", "analyst"])
            #expect(try await server.events("li.ming") == ["GrantGiven", "GrantGiven", "SignedIn"])
            let chief = try await server.token(.operator)
            let audit = try #require(try await server.get("/v1/audit?account=li.ming", as: chief).json()["items"]?.items)
            #expect(audit.first?["data"]?["by"]?.text == "provider")
            #expect(audit.last?["actorKind"]?.text == "system" && audit.last?["actor"]?.text == "provider")
        }
    }

    @Test func `each sign-in brings what the groups are worth now, and what somebody has given stays`() async throws {
        try await withProvider { server, provider in
            _ = try await signIn(server, provider)
            let chief = try await server.token(.operator)
            for role in ["reviewer", "analyst"] {
                #expect(try await server.post("/v1/accounts/li.ming/grants", as: chief, #"{"role":"\#(role)"}"#).status == 200)
            }
            try await provider.put("li.ming", into: ["ops"])
            #expect(try await roles(try browser(server, try await signIn(server, provider))) == ["operator", "reviewer", "analyst"])
            try await provider.put("li.ming", into: [])
            #expect(try await roles(try browser(server, try await signIn(server, provider))) == ["reviewer", "analyst"])
        }
    }

    @Test func `what is withdrawn by a sign-in ends where somebody is signed in already`() async throws {
        try await withProvider { server, provider in
            let first = try browser(server, try await signIn(server, provider))
            try await provider.put("li.ming", into: [])
            #expect(try await signIn(server, provider).fault == "ungranted")
            #expect(try await roles(first) == [])
            try await provider.put("li.ming", into: ["hosts"])
            _ = try browser(server, try await signIn(server, provider))
            #expect(try await roles(first) == ["host", "analyst"])
        }
    }

    @Test func `who is in no group is refused, and leaves nothing behind`() async throws {
        try await withProvider { server, provider in
            #expect(try await signIn(server, provider, as: "wang.fang").fault == "ungranted")
            #expect(try await server.events("wang.fang").isEmpty)
            let left = try await server.pool.connection { try $0.query("SELECT account FROM provider_identities").count }
            #expect(left == 0)
        }
    }

    @Test(arguments: ["RS256", "ES256"]) func `when the provider signs by new keys they are fetched`(algorithm: String) async throws {
        // The provider's clock goes on, so that ours has to.
        let ahead = Mutex(Duration.zero)
        try await withProvider(algorithm, { $0.now = { Timestamp(Date()).advanced(by: ahead.withLock { $0 }) } }) { server, provider in
            _ = try browser(server, try await signIn(server, provider))
            try await provider.rotate()
            // Whoever comes right after the last look waits a few seconds for the next.
            #expect(try await signIn(server, provider).fault == "untrusted")
            ahead.withLock { $0 = ProviderDirectory.pause }
            _ = try browser(server, try await signIn(server, provider))
        }
    }

    @Test func `a code is no use to whoever did not begin`() async throws {
        try await withProvider { server, provider in
            let mine = try await server.visit(provider.issuer)
            let theirs = try await server.visit(provider.issuer)
            let address = try await ProviderBrowser().signIn(at: mine.address, as: "li.ming")
            let code = try #require(query(address)["code"])
            // The provider knows by the verifier's digest that the code was not asked for here.
            let stolen = try await server.comeBack(theirs, ["code": code, "iss": provider.issuer])
            #expect(stolen.fault == "refused")
        }
    }
}

/// Who gets which account, and what of a visit to the provider is good for a sign-in.
@Suite struct ProviderTests {
    private func withProvider(
        _ configure: @escaping @Sendable (inout ServerConfiguration) -> Void = { _ in },
        _ body: @Sendable (TestServer, HandProvider, HandKey) async throws -> Void
    ) async throws {
        let key = try await HandKey.rsa("1")
        let provider = try HandProvider(keys: [key])
        try await withServer({
            $0.provider = provider.settings(rules)
            configure(&$0)
        }) { try await body($0, provider, key) }
    }

    private func signIn(
        _ server: TestServer,
        _ provider: HandProvider,
        _ key: HandKey,
        subject: String = "248289761001",
        name: String = "li.ming",
        groups: [String] = ["hosts"],
        next: String = ""
    ) async throws -> Answer {
        let visit = try await server.visit(provider.issuer, next: next)
        provider.give(try HandToken(of: visit, by: key, subject: subject, name: name, groups: groups).signed())
        return try await server.comeBack(visit)
    }

    @Test func `the provider is asked by the code with PKCE, state and nonce, and the client shows its secret`() async throws {
        try await withProvider { server, provider, key in
            let visit = try await server.visit(provider.issuer)
            #expect(visit.address.hasPrefix("\(provider.issuer)/authorize?tenant=1&"))
            #expect(visit.query["response_type"] == "code" && visit.query["client_id"] == "jobcast")
            #expect(visit.query["redirect_uri"] == "http://localhost/v1/sign-ins/provider/callback")
            #expect(visit.query["scope"] == "openid profile email" && visit.query["code_challenge_method"] == "S256")
            for name in ["state", "nonce", "code_challenge"] { #expect(visit.query[name]?.utf8.count == 43) }
            #expect(!visit.cookie.contains(visit.query["state"]!))
            provider.give(try HandToken(of: visit, by: key).signed())
            let answer = try await server.comeBack(visit)
            #expect(answer.headers["location"] == "/office" && SignedInBrowser.cookie(of: answer)?.isEmpty == false)
            #expect(answer.headers["set-cookie"]?.contains("jobcast-attempt=; Max-Age=0") == true)
            let asked = try #require(provider.requests(to: "/token").first)
            #expect(asked.head.contains("Authorization: Basic " + Data("jobcast:a%20secret".utf8).base64EncodedString()))
            let fields = query("http://a/?" + asked.body)
            #expect(fields["grant_type"] == "authorization_code" && fields["code"] == "a code")
            #expect(fields["redirect_uri"] == visit.query["redirect_uri"] && fields["code_verifier"]?.utf8.count == 43)
        }
    }

    @Test func `over TLS the browser keeps both cookies for this host and TLS alone`() async throws {
        let key = try await HandKey.rsa("1")
        let provider = try HandProvider(keys: [key])
        let settings = provider.settings(rules, secret: nil, address: "https://jobs.example.com")
        try await withServer({ $0.provider = settings }) { server in
            let visit = try await server.visit(provider.issuer)
            provider.give(try HandToken(of: visit, by: key).signed())
            let address = "/v1/sign-ins/provider/callback?code=a&state=\(visit.query["state"]!)"
            let answer = try await server.get(address, headers: ["Cookie": "__Host-jobcast-attempt=\(visit.cookie)"])
            let cookies = try #require(answer.headers["set-cookie"])
            #expect(cookies.contains("__Host-jobcast=") && cookies.contains("SameSite=Strict; Secure"), "\(cookies)")
            let asked = try #require(provider.requests(to: "/token").first)
            #expect(asked.body.contains("client_id=jobcast") && !asked.head.contains("Authorization"))
        }
    }

    @Test func `only the browser that began, within ten minutes and once, can end a sign-in`() async throws {
        let clock = TestClock()
        try await withProvider({ $0.now = { clock.now } }) { server, provider, key in
            func visit() async throws -> ProviderVisit {
                let visit = try await server.visit(provider.issuer, now: clock.now.date)
                provider.give(try HandToken(of: visit, by: key).signed())
                return visit
            }
            let other = try await visit()
            let mine = try await visit()
            #expect(try await server.comeBack(mine, cookie: other.cookie).fault == "over")
            #expect(try await server.comeBack(mine, cookie: "").fault == "over")
            #expect(try await server.comeBack(mine, cookie: String(mine.cookie.dropLast(4)) + "AAAA").fault == "over")
            #expect(try await server.comeBack(mine, ["state": nil]).fault == "over")
            #expect(try await server.comeBack(mine, ["state": ""]).fault == "over")
            #expect(try await server.comeBack(mine).headers["location"] == "/office")
            #expect(try await server.comeBack(mine).fault == "over")
            let late = try await visit()
            clock.advance(by: .seconds(601))
            #expect(try await server.comeBack(late).fault == "over")
            #expect(provider.requests(to: "/token").count == 1)
        }
    }

    @Test func `what the provider refuses is told, and the attempt is used up`() async throws {
        try await withProvider { server, provider, key in
            let visit = try await server.visit(provider.issuer, next: "/jobs")
            let answer = try await server.comeBack(visit, ["error": "access_denied", "code": nil])
            #expect(answer.headers["location"] == "/signin?fault=refused&back=%2Fjobs")
            #expect(try await server.comeBack(visit).fault == "over")
            let other = try await server.visit(provider.issuer)
            #expect(try await server.comeBack(other, ["iss": "https://evil.example"]).fault == "untrusted")
            let third = try await server.visit(provider.issuer)
            #expect(try await server.comeBack(third, ["code": nil]).fault == "refused")
            provider.say(.answer("400 Bad Request", #"{"error":"invalid_grant"}"#), at: "/token")
            #expect(try await signIn(server, provider, key).fault == "refused")
        }
    }

    @Test(arguments: [
        ("/jobs?status=open&page=2", "/jobs?status=open&page=2"), ("/watch?session=1#a", "/watch?session=1#a"), ("/", "/"),
        ("", "/office"), ("//evil.example", "/office"), ("https://evil.example/office", "/office"), ("/\\evil.example", "/office"),
        ("javascript:alert(1)", "/office"), ("/v1/sign-ins/provider", "/office"), ("/office/../v1", "/office"), ("office", "/office"),
        ("/office\r\nX: y", "/office"), ("/office\u{0}", "/office"), ("/名", "/office"),
        ("/office?" + String(repeating: "a", count: 2_000), "/office"),
    ])
    func `afterwards one is on a page of this host, whatever the link says`(next: String, page: String) async throws {
        try await withProvider { server, provider, key in
            let answer = try await signIn(server, provider, key, next: next)
            #expect(answer.headers["location"] == page)
        }
    }

    @Test func `an account is whose it was first, also under another name`() async throws {
        try await withProvider { server, provider, key in
            #expect(try await signIn(server, provider, key).fault == nil)
            #expect(try await signIn(server, provider, key, subject: "another").fault == "taken")
            let renamed = try await signIn(server, provider, key, name: "li.ming.2")
            let browser = SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: renamed)))
            #expect(try await browser.get("/v1/identity").json()["subject"]?.text == "li.ming")
            #expect(try await server.events("li.ming.2").isEmpty)
            #expect(try await signIn(server, provider, key, subject: "another", name: "li.ming.2").fault == nil)
        }
    }

    @Test func `an account with a password, an invitation or a token is no prey of who is called the same`() async throws {
        try await withProvider { server, provider, key in
            _ = try await server.member("wang.fang")
            _ = try await server.invite("zhou")
            let chief = try await server.token(.operator)
            #expect(try await server.post("/v1/accounts/screen/grants", as: chief, #"{"role":"analyst"}"#).status == 200)
            let token = #"{"name":"大屏","hours":1}"#
            #expect(try await server.post("/v1/accounts/screen/tokens", as: chief, token).status == 201)
            for name in ["wang.fang", "zhou", "screen"] {
                let answer = try await signIn(server, provider, key, subject: name, name: name, groups: ["ops"])
                #expect(answer.fault == "taken" && SignedInBrowser.cookie(of: answer) == nil, "\(name)")
                #expect(try await server.events(name).count { $0 == "GrantGiven" } == 1)
            }
            try await eventually { try await server.events("wang.fang").contains("SignInFailed") ? () : nil }
            // One that is known by what it was granted alone waits for whom it is for.
            #expect(try await server.post("/v1/accounts/qian/grants", as: chief, #"{"role":"reviewer"}"#).status == 200)
            #expect(try await signIn(server, provider, key, subject: "qian", name: "qian", groups: []).fault == nil)
        }
    }

    @Test func `an account with a password is whose an operator says it is`() async throws {
        try await withProvider { server, provider, key in
            _ = try await server.member("wang.fang")
            let identities = ProviderIdentities(pool: server.pool)
            try await identities.assign(try Subject("wang.fang"), issuer: provider.issuer, subject: "7", at: Timestamp(Date()))
            let answer = try await signIn(server, provider, key, subject: "7", name: "somebody")
            let browser = SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: answer)))
            #expect(try await browser.get("/v1/identity").json()["subject"]?.text == "wang.fang")
            #expect(try await server.signIn("wang.fang").status == 201)
        }
    }

    @Test func `a suspended account is refused, and gets no grants`() async throws {
        try await withProvider { server, provider, key in
            _ = try await signIn(server, provider, key)
            let chief = try await server.token(.operator)
            #expect(try await server.post("/v1/accounts/li.ming/suspension", as: chief, #"{"reason":"离职"}"#).status == 200)
            let answer = try await signIn(server, provider, key, groups: ["ops"])
            #expect(answer.fault == "account-suspended" && SignedInBrowser.cookie(of: answer) == nil)
            #expect(try await server.events("li.ming").count { $0 == "GrantGiven" } == 2)
        }
    }

    @Test(arguments: [" li.ming", "li.ming ", "", "li\\nming", String(repeating: "a", count: 129)])
    func `a name that can't be an account's is none`(name: String) async throws {
        try await withProvider { server, provider, key in
            let answer = try await signIn(server, provider, key, name: name)
            #expect(answer.fault == "unnamed")
        }
    }

    @Test func `one of several nodes may send a browser out, and another take it back`() async throws {
        let key = try await HandKey.elliptic("1")
        let provider = try HandProvider(keys: [key])
        let settings = provider.settings(rules)
        try await withServer({ $0.provider = settings }) { first in
            try await serve(first.pool, first.database, { $0.provider = settings }) { second in
                let visit = try await first.visit(provider.issuer)
                provider.give(try HandToken(of: visit, by: key).signed())
                #expect(try await second.comeBack(visit).fault == nil)
                #expect(try await first.comeBack(visit).fault == "over")
            }
        }
    }

    @Test func `without a provider there is none to sign in at`() async throws {
        try await withServer { server in
            let means = try await server.get("/v1/sign-ins/means")
            #expect(means.text == "{}")
            #expect(try await server.get("/v1/sign-ins/provider").status == 404)
            #expect(try await server.get("/v1/sign-ins/provider/callback?code=a&state=b").status == 404)
        }
    }
}
