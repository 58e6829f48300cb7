import FoundationEssentials
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

/// Signing in: by an invitation, by password and code, and what is told to whoever is refused.
@Suite struct SignInTests {
    @Test func `an invitation sets a password, once, and signs its holder in`() async throws {
        try await withServer { server in
            let invitation = try await server.invite("wang.fang", [#"{"role":"host"}"#])
            let answer = try await server.accept(invitation)
            #expect(answer.status == 201)
            let identity = try answer.json()
            #expect(identity["subject"]?.text == "wang.fang" && identity["signedInBy"]?.text == "cookie")
            let browser = SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: answer)))
            #expect(try await browser.get("/v1/identity").json()["grants"]?.items?.first?["role"]?.text == "host")
            let plan = #"{"title":"专场","format":"county",\#(Story.times)}"#
            #expect(try await browser.post("/v1/sessions", plan).status == 201)
            #expect(try await server.accept(invitation).problem == "invitation-invalid")
            #expect(try await server.signIn("wang.fang").status == 201)
            #expect(try await server.events("wang.fang") == ["GrantGiven", "AccountInvited", "AccountActivated", "SignedIn", "SignedIn"])
        }
    }

    @Test func `an invitation expires, is replaced by the next, and is withdrawn by a suspension`() async throws {
        let clock = TestClock()
        try await withServer({ $0.now = { clock.now } }) { server in
            let first = try await server.invite("zhou")
            let second = try await server.invite("zhou")
            #expect(try await server.accept(first).problem == "invitation-invalid")
            clock.advance(by: .seconds(3 * 86_400 + 1))
            #expect(try await server.accept(second).problem == "invitation-invalid")
            let third = try await server.invite("zhou")
            let chief = try await server.token(.operator)
            #expect(try await server.post("/v1/accounts/zhou/suspension", as: chief, #"{"reason":"离职"}"#).status == 200)
            #expect(try await server.accept(third).status == 404)
            #expect(try await server.post("/v1/accounts/zhou/invitation", as: chief).problem == "account-suspended")
        }
    }

    @Test(arguments: [
        ("elf letters", "too-short"), (String(repeating: "ab", count: 65), "too-long"), ("aaaaaaaaaaaaaaaa", "easily-guessed"),
        ("i am Wang.Fang, hello", "easily-guessed"), ("", "empty"), ("十二个汉字也可以作为密码用", ""), ("correct horse battery", ""),
        ("            ", "easily-guessed"),
    ])
    func `a password is long, and of any characters`(password: String, fault: String) async throws {
        try await withServer { server in
            let answer = try await server.accept(try await server.invite("wang.fang"), password)
            #expect(answer.status == (fault.isEmpty ? 201 : 422), "\(answer.text)")
            if !fault.isEmpty {
                #expect(answer.text.contains(fault) && answer.pointers == ["/password"], "\(answer.text)")
                #expect(!(try await server.events("wang.fang")).contains("AccountActivated"))
            }
        }
    }

    @Test func `who is refused is not told whether there is such an account`() async throws {
        try await withServer { server in
            _ = try await server.member("wang.fang")
            _ = try await server.invite("invited")
            let wrong = try await server.signIn("wang.fang", "another battery horse")
            let unknown = try await server.signIn("nobody", "another battery horse")
            let invited = try await server.signIn("invited", "another battery horse")
            #expect(wrong.status == 401 && wrong.problem == "sign-in-refused")
            #expect(wrong.text == unknown.text && wrong.text == invited.text && unknown.status == 401 && invited.status == 401)
            let names = ["set-cookie", "retry-after", "www-authenticate"]
            #expect(names.allSatisfy { wrong.headers[$0] == unknown.headers[$0] })
            try await eventually { try await server.events("wang.fang").contains("SignInFailed") ? () : nil }
            #expect(try await server.events("nobody").isEmpty)
        }
    }

    @Test func `a password is looked at for unknown accounts as for others`() async throws {
        // As many as wait are told to come back; so they are, whoever it is that they claim to be.
        try await withServer({ $0.passwordCost = Passwords.Cost(rounds: 13) }) { server in
            let busy = try await withThrowingTaskGroup(of: Answer.self) { group in
                for number in 0..<60 { group.addTask { try await server.signIn("nobody-\(number)") } }
                return try await group.reduce(into: []) { $0.append($1) }.filter { $0.status != 401 }
            }
            #expect(busy.contains { $0.problem == "too-many-sign-ins" })
            #expect(busy.allSatisfy { $0.status == 503 && $0.headers["retry-after"] != nil }, "\(busy.map(\.text))")
        }
    }

    @Test func `attempts are limited by account and by address, whoever it is`() async throws {
        try await withServer({
            $0.quotas.operations["signIn"] = .init(
                address: Allowance(5, each: .seconds(3_600)),
                account: Allowance(3, each: .seconds(3_600))
            )
        }) { server in
            _ = try await server.member("zhou.yi")
            for name in ["zhou.yi", "nobody"] {
                for _ in 0..<3 { #expect(try await server.signIn(name, "wrong wrong wrong", from: "127.0.0.\(name.count)").status == 401) }
                let refused = try await server.signIn(name, from: "127.0.0.\(name.count + 20)")
                #expect(refused.status == 429 && refused.headers["retry-after"].flatMap { Int($0) } ?? 0 > 0, "\(refused.text)")
            }
            for number in 0..<5 { #expect(try await server.signIn("somebody-\(number)", from: "127.0.0.99").status == 401) }
            let refused = try await server.signIn("zhou.er", from: "127.0.0.99")
            #expect(refused.status == 429 && refused.headers["retry-after"] != nil)
        }
    }

    @Test func `an account is one and the same to the limit however its name is written`() async throws {
        try await withServer({ $0.quotas.operations["signIn"] = .init(account: Allowance(3, each: .seconds(3_600))) }) { server in
            _ = try await server.member("zhou.yi")
            for name in ["zhou.yi", " zhou.yi", "zhou.yi\u{3000}"] {
                #expect(try await server.signIn(name, "wrong wrong wrong").status == 401)
            }
            for name in ["zhou.yi", "  zhou.yi ", "\u{200B}zhou.yi", "zh\u{202E}ou.yi"] {
                #expect(try await server.signIn(name, "wrong wrong wrong").status == 429)
            }
        }
    }

    @Test func `who shows a password that is replaced meanwhile is not let in`() async throws {
        try await withServer { server in
            _ = try await server.member("zhou.yi")
            let account = try Subject("zhou.yi")
            let credentials = Credentials(pool: server.pool, master: Array(TestServer.secret.prefix(32)))
            let signIns = SignIns(pool: server.pool)
            let old = try await credentials.held(by: account)?.password
            func begin(_ password: String?) async throws -> String? {
                try await signIns.begin(account, by: .password, password: password, device: "", at: Timestamp(Date()))
            }
            #expect(try await begin(old) != nil)
            try await credentials.set("$scrypt$another", of: account, keepingFactor: true, at: Timestamp(Date()))
            #expect(try await begin(old) == nil)
            #expect(try await begin("$scrypt$another") != nil)
            #expect(try await begin(nil) != nil)
        }
    }

    /// U+F9E1 is 李 to Unicode's equivalence of texts, and to Swift's.
    @Test func `nobody is taken for who is called alike in other scalars`() async throws {
        try await withServer { server in
            let chief = SignedInBrowser(server, cookie: try await server.member("%E6%9D%8E", [#"{"role":"operator"}"#]).cookie)
            #expect(try await chief.get("/v1/accounts").status == 200)
            let other = SignedInBrowser(server, cookie: try await server.member("%EF%A7%A1", [#"{"role":"analyst"}"#]).cookie)
            #expect(try await other.get("/v1/identity").json()["grants"]?.items?.compactMap { $0["role"]?.text } == ["analyst"])
            #expect(try await other.get("/v1/accounts").status == 403)
            #expect(try await chief.get("/v1/accounts").status == 200)
        }
    }

    @Test func `who signs in at last has not used up what guessing is allowed`() async throws {
        try await withServer({ $0.quotas.operations["signIn"] = .init(account: Allowance(3, each: .seconds(3_600))) }) { server in
            let browser = try await server.member("zhou")
            for _ in 0..<3 {
                for _ in 0..<2 { #expect(try await server.signIn("zhou", "wrong wrong wrong").status == 401) }
                #expect(try await server.signIn("zhou").status == 201)
            }
            let body = #"{"password":"wrong wrong wrong"}"#
            for _ in 0..<3 { #expect(try await browser.post("/v1/me/second-factor", body).status == 422) }
            #expect(try await browser.post("/v1/me/second-factor", body).status == 429)
            #expect(try await server.signIn("zhou").status == 429)
        }
    }

    @Test func `a code is asked for, is good for a period before and after, and once`() async throws {
        let clock = TestClock()
        try await withServer({ $0.now = { clock.now } }) { server in
            let factor = try await server.setFactor(try await server.member("zhou"), at: clock.now.date)
            #expect(try await server.signIn("zhou").problem == "code-missing")
            #expect(try await server.signIn("zhou", "wrong wrong wrong").problem == "sign-in-refused")
            func code(_ seconds: Double) -> String { factor.code(at: clock.now.date.addingTimeInterval(seconds)) }
            // The code that set it is used up.
            #expect(try await server.signIn("zhou", code: code(0)).status == 401)
            clock.advance(by: .seconds(300))
            for (seconds, isGood) in [
                (-60.0, false), (60, false), (-30, true), (-30, false), (0, true), (0, false), (30, true), (0, false),
            ] {
                let answer = try await server.signIn("zhou", code: code(seconds))
                #expect(answer.status == (isGood ? 201 : 401), "\(seconds) \(answer.text)")
            }
            #expect(try await server.signIn("zhou", code: "12345").status == 422)
        }
    }

    @Test func `a second factor is set and removed with the password again`() async throws {
        try await withServer { server in
            let browser = try await server.member("zhou")
            let wrong = try await browser.post("/v1/me/second-factor", #"{"password":"wrong wrong wrong"}"#)
            #expect(wrong.status == 422 && wrong.pointers == ["/password"])
            let offered = try await browser.post("/v1/me/second-factor", #"{"password":"\#(TestServer.password)"}"#)
            #expect(try offered.json()["image"]?.text?.hasPrefix("<svg ") == true, "\(offered.text)")
            let false_ = try await browser.post("/v1/me/second-factor/confirmation", #"{"code":"000000"}"#)
            #expect(false_.status == 422 && false_.pointers == ["/code"])
            #expect(try await server.signIn("zhou").status == 201, "what was only offered is not asked for")
            _ = try await server.setFactor(browser)
            #expect(try await browser.get("/v1/me").json()["secondFactor"] == .bool(true))
            #expect(try await server.signIn("zhou").problem == "code-missing")
            #expect(try await browser.post("/v1/me/second-factor/removal", #"{"password":"wrong wrong wrong"}"#).status == 422)
            #expect(try await browser.post("/v1/me/second-factor/removal", #"{"password":"\#(TestServer.password)"}"#).status == 204)
            #expect(try await server.signIn("zhou").status == 201)
        }
    }

    @Test func `grants of roles that need two factors wait for the second`() async throws {
        try await withServer({ $0.rolesOfTwoFactors = [.operator] }) { server in
            let browser = try await server.member("zhou", [#"{"role":"operator"}"#, #"{"role":"analyst"}"#])
            #expect(try await browser.get("/v1/status").status == 403)
            #expect(try await browser.get("/v1/identity").json()["grants"]?.items?.count == 1)
            #expect(try await browser.get("/v1/me").json()["factorDemanded"] == .bool(true))
            _ = try await server.setFactor(browser)
            #expect(try await browser.get("/v1/status").status == 200)
            #expect(try await browser.post("/v1/me/second-factor/removal", #"{"password":"\#(TestServer.password)"}"#).status == 204)
            #expect(try await browser.get("/v1/status").status == 403)
        }
    }

    @Test(arguments: [
        ("", 400), ("[]", 422), ("{", 400), (#"{"account":"zhou"}"#, 422), (#"{"account":1,"password":"x"}"#, 422),
        (#"{"account":"","password":"x"}"#, 422), (#"{"account":"zhou","password":"x","extra":1}"#, 422),
        (#"{"account":"zhou\u0000","password":"x"}"#, 400), (#"{"account":"zhou\u0001","password":"x"}"#, 401),
        (#"{"account":" ","password":"x"}"#, 401), (#"{"account":"zhou","account":"li","password":"x"}"#, 400),
    ])
    func `what is no attempt is told so`(body: String, status: Int) async throws {
        try await withServer { server in
            let answer = try await server.send("POST", "/v1/sign-ins", headers: SignedInBrowser.page, body)
            #expect(answer.status == status, "\(answer.text)")
        }
    }

    @Test func `nothing by which somebody signs in stands in the database or the log`() async throws {
        try await withServer { server in
            let invitation = try await server.invite("zhou")
            let accepted = try await server.accept(invitation)
            let browser = SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: accepted)))
            let factor = try await server.setFactor(browser)
            let chief = try await server.token(.operator)
            let token = try #require(try await server.post("/v1/accounts/zhou/tokens", as: chief, #"{"name":"大屏"}"#).json()["token"]?.text)
            let secret = String(browser.cookie.split(separator: ".")[1])
            let bytes = Data(base64Encoded: secret.replacing("-", with: "+").replacing("_", with: "/") + "=") ?? Data()
            let secrets = [
                invitation, secret, TestServer.password, factor.text, hex(factor.secret), hex(bytes), token, String(token.suffix(43)),
            ]
            let tables = try await server.pool.connection { db in
                try db.query("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'").map { try $0.decode(0, as: String.self) }
            }
            #expect(tables.contains("account_credentials") && tables.contains("sign_ins"))
            for table in tables {
                let rows = try await server.pool.connection { db in
                    try db.query("SELECT t::text FROM \(table) AS t").map { try $0.decode(0, as: String.self) }
                }
                for secret in secrets { #expect(!rows.contains { $0.contains(secret) }, "\(secret) in \(table)") }
            }
        }
    }
}

private func hex(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
