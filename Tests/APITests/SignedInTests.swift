import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

/// Whoever has signed in: by a cookie, for how long, and how it ends.
@Suite struct SignedInTests {
    @Test func `a cookie is out of scripts' reach, and Secure for a page that came over TLS`() async throws {
        try await withServer { server in
            _ = try await server.member("zhou")
            for (origin, name) in [("http://localhost", "jobcast="), ("https://localhost", "__Host-jobcast=")] {
                let header = try #require(try await server.signIn("zhou", headers: ["Origin": origin]).headers["set-cookie"])
                #expect(header.hasPrefix(name) && header.contains("HttpOnly") && header.contains("SameSite=Strict"))
                #expect(
                    header.contains("; Secure") == origin.hasPrefix("https") && header.contains("Path=/") && header.contains("Max-Age=43")
                )
            }
        }
    }

    @Test func `a cookie's secret is replaced, the one before is good a little longer, and then betrays a copy`() async throws {
        let clock = TestClock()
        try await withServer({ $0.now = { clock.now } }) { server in
            let browser = try await server.member("zhou")
            #expect(SignedInBrowser.cookie(of: try await browser.get("/v1/identity")) == nil)
            clock.advance(by: .seconds(16 * 60))
            let next = try #require(SignedInBrowser.cookie(of: try await browser.get("/v1/identity")))
            #expect(next != browser.cookie)
            // The answer may have been lost: until the new one comes back, the old one is good.
            clock.advance(by: .seconds(5 * 60))
            let another = try #require(SignedInBrowser.cookie(of: try await browser.get("/v1/identity")))
            #expect(try await browser.get("/v1/identity", cookie: next).status == 401)
            #expect(try await browser.get("/v1/identity", cookie: another).status == 200)
            clock.advance(by: .seconds(30))
            #expect(try await browser.get("/v1/identity").status == 200)
            clock.advance(by: .seconds(31))
            let copied = try await browser.get("/v1/identity")
            #expect(copied.problem == "sign-in-ended" && SignedInBrowser.cookie(of: copied) == "")
            #expect(try await browser.get("/v1/identity", cookie: another).status == 401, "both are signed out")
            #expect(try await server.events("zhou").last == "SignedOut")
        }
    }

    @Test func `whoever asks nothing for long is signed out, and everybody in the end`() async throws {
        let clock = TestClock()
        let limits = SignIns.Limits(idle: .seconds(600), all: .seconds(3_600))
        try await withServer({
            $0.now = { clock.now }; $0.signInLimits = limits
        }) { server in
            let idle = try await server.member("zhou")
            clock.advance(by: .seconds(599))
            #expect(try await idle.get("/v1/identity").status == 200)
            clock.advance(by: .seconds(601))
            #expect(try await idle.get("/v1/identity").problem == "sign-in-ended")
            var cookie = try #require(SignedInBrowser.cookie(of: try await server.signIn("zhou")))
            for _ in 0..<7 {
                clock.advance(by: .seconds(500))
                let answer = try await idle.get("/v1/identity", cookie: cookie)
                #expect(answer.status == 200)
                cookie = SignedInBrowser.cookie(of: answer) ?? cookie
            }
            clock.advance(by: .seconds(101))
            #expect(try await idle.get("/v1/identity", cookie: cookie).problem == "sign-in-ended")
        }
    }

    @Test(arguments: [
        ["Origin": "http://evil.example"], ["Origin": "http://localhost:1"], ["Origin": "null"], [:],
        ["Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"], ["Origin": "http://localhost", "Sec-Fetch-Site": "same-site"],
        ["Sec-Fetch-Site": "none"], ["Origin": "https://listed.example"],
    ])
    func `what another page has a browser write is refused`(headers: [String: String]) async throws {
        try await withServer({ $0.origins = try! Origins(["https://listed.example"]) }) { server in
            let browser = try await server.member("zhou", [#"{"role":"operator"}"#])
            let before = try await server.head()
            for (path, body) in [("/v1/accounts/li/grants", #"{"role":"analyst"}"#), ("/v1/tickets", nil), ("/v1/me/second-factor", "{}")] {
                #expect(try await browser.post(path, headers: headers, body).problem == "cross-site-request", "\(path)")
            }
            #expect(try await browser.send("DELETE", "/v1/sign-ins", headers: headers).problem == "cross-site-request")
            #expect(try await server.head() == before)
            #expect(
                try await browser.post("/v1/accounts/li/grants", headers: ["Origin": "http://localhost"], #"{"role":"analyst"}"#).status
                    == 200
            )
        }
    }

    @Test(arguments: [
        "", "x", "..", "a.b", "7f9f3c52-0000-4000-8000-000000000000.\(String(repeating: "A", count: 43))",
        String(repeating: "x", count: 9_000),
    ])
    func `a cookie that names nobody keeps nothing from anybody`(cookie: String) async throws {
        try await withServer { server in
            let browser = SignedInBrowser(server, cookie: cookie)
            #expect(try await browser.get("/v1/sessions").status == 200)
            #expect(try await browser.get("/v1/identity").problem == (cookie.isEmpty ? "sign-in-ended" : "sign-in-ended"))
            let visitor = try await server.send(
                "POST",
                "/v1/visitors",
                headers: ["Cookie": "jobcast=\(cookie)", "Origin": "http://localhost"]
            )
            #expect(visitor.status == 201)
        }
    }

    @Test func `somebody sees where they are signed in, and signs out here, elsewhere or everywhere`() async throws {
        try await withServer { server in
            let first = try await server.member("zhou")
            _ = try await server.member("li")
            var others: [SignedInBrowser] = []
            for _ in 0..<3 {
                others.append(SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: try await server.signIn("zhou")))))
            }
            let items = try #require(try await first.get("/v1/sign-ins").json()["items"]?.items)
            #expect(items.count == 4 && items.filter { $0["current"] == .bool(true) }.count == 1)
            let id = try #require(items.first { $0["current"] == .bool(false) }?["id"]?.text)
            #expect(try await first.send("DELETE", "/v1/sign-ins/\(id)").status == 204)
            #expect(try await first.send("DELETE", "/v1/sign-ins/\(id)").status == 404)
            #expect(try await first.get("/v1/sign-ins").json()["items"]?.items?.count == 3)
            let gone = try await first.send("DELETE", "/v1/sign-ins/current")
            #expect(gone.status == 204 && SignedInBrowser.cookie(of: gone) == "")
            #expect(try await first.get("/v1/identity").status == 401)
            var left: [SignedInBrowser] = []
            for browser in others where try await browser.get("/v1/identity").status == 200 { left.append(browser) }
            #expect(left.count == 2)
            #expect(try await left[0].send("DELETE", "/v1/sign-ins").status == 204)
            for browser in left { #expect(try await browser.get("/v1/identity").status == 401) }
            #expect(try await server.signIn("li").status == 201)
        }
    }

    @Test func `a changed password ends the other sign-ins and is the only one`() async throws {
        try await withServer { server in
            let browser = try await server.member("zhou")
            let other = SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: try await server.signIn("zhou"))))
            let path = "/v1/me/password"
            let wrong = try await browser.post(path, #"{"password":"wrong wrong wrong","new":"staple battery horse"}"#)
            #expect(wrong.status == 422 && wrong.pointers == ["/password"])
            let short = try await browser.post(path, #"{"password":"\#(TestServer.password)","new":"short"}"#)
            #expect(short.status == 422 && short.pointers == ["/new"])
            #expect(try await browser.post(path, #"{"password":"\#(TestServer.password)","new":"staple battery horse"}"#).status == 204)
            #expect(try await browser.get("/v1/identity").status == 200)
            #expect(try await other.get("/v1/identity").status == 401)
            #expect(try await server.signIn("zhou").status == 401)
            #expect(try await server.signIn("zhou", "staple battery horse").status == 201)
        }
    }

    @Test func `a grant that is given or withdrawn holds from the next request on, on every node`() async throws {
        try await withTwoServers { first, second in
            let chief = try await first.token(.operator)
            let browser = try await first.member("zhou", [#"{"role":"operator"}"#])
            let there = SignedInBrowser(second, cookie: browser.cookie)
            #expect(try await there.get("/v1/status").status == 200)
            #expect(try await first.post("/v1/accounts/zhou/grants/withdrawal", as: chief, #"{"role":"operator"}"#).status == 200)
            #expect(try await there.get("/v1/status").status == 403)
            #expect(try await there.get("/v1/me").json()["grants"]?.items?.isEmpty == true)
            #expect(try await first.post("/v1/accounts/zhou/grants", as: chief, #"{"role":"operator"}"#).status == 200)
            #expect(try await there.get("/v1/status").status == 200)
        }
    }

    @Test func `a token is listed, gives no more than the account has, and is revoked`() async throws {
        try await withServer { server in
            let chief = try await server.token(.operator)
            for role in ["analyst", "reviewer"] {
                #expect(try await server.post("/v1/accounts/screen/grants", as: chief, #"{"role":"\#(role)"}"#).status == 200)
            }
            let path = "/v1/accounts/screen"
            let wish = #"{"name":"大屏","hours":1,"grants":[{"role":"analyst"}]}"#
            let made = try await server.post("\(path)/tokens", as: chief, wish).json()
            let (id, token) = (try #require(made["id"]?.text), try #require(made["token"]?.text))
            #expect(try await server.post("\(path)/tokens", as: chief, #"{"grants":[{"role":"host"}]}"#).problem == "grant-not-held")
            #expect(try await server.get("/v1/identity", as: token).json()["grants"]?.items?.count == 1)
            let listed = try #require(try await server.get(path, as: chief).json()["tokens"]?.items)
            #expect(listed.count == 1 && listed[0]["name"]?.text == "大屏" && listed[0]["id"]?.text == id)
            let all = try #require(try await server.post("\(path)/tokens", as: chief).json()["token"]?.text)
            #expect(try await server.post("\(path)/grants/withdrawal", as: chief, #"{"role":"analyst"}"#).status == 200)
            #expect(try await server.get("/v1/identity", as: all).json()["grants"]?.items?.count == 1)
            #expect(try await server.get("/v1/identity", as: token).status == 403)
            #expect(try await server.send("DELETE", "\(path)/tokens/\(id)", as: chief, key: UUID().uuidString).status == 200)
            #expect(try await server.get("/v1/identity", as: token).problem == "token-revoked")
            let unknown = try await server.send("DELETE", "\(path)/tokens/\(UUID().uuidString)", as: chief, key: UUID().uuidString)
            #expect(unknown.problem == "token-not-issued")
        }
    }
}
