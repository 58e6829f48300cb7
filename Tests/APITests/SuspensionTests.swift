import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

/// What is taken from an account ends with what it does just now, also in rooms.
@Suite struct SuspensionTests {
    private static func ticket(_ browser: SignedInBrowser) async throws -> String {
        let answer = try await browser.post("/v1/tickets")
        return try #require(try answer.json()["ticket"]?.text, "\(answer.text)")
    }

    /// What takes something from the account `zhou`, done by an operator or by zhou.
    private static let losses: [(String, @Sendable (TestServer, SignedInBrowser) async throws -> Answer)] = [
        (
            "suspension",
            { server, _ in
                try await server.post("/v1/accounts/zhou/suspension", as: server.token(.operator), #"{"reason":"离职"}"#)
            }
        ),
        (
            "last grant",
            { server, _ in
                try await server.post("/v1/accounts/zhou/grants/withdrawal", as: server.token(.operator), #"{"role":"analyst"}"#)
            }
        ),
        (
            "signed out by an operator",
            { server, _ in
                try await server.send("DELETE", "/v1/accounts/zhou/sign-ins", as: server.token(.operator), key: UUID().uuidString)
            }
        ),
        ("signed out everywhere", { _, browser in try await browser.send("DELETE", "/v1/sign-ins") }),
    ]

    @Test(arguments: losses.indices)
    func `whoever is in a room by a cookie leaves it at once, by whatever way they came`(index: Int) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let browser = try await server.member("zhou")
            _ = try await server.member("li")
            let (loss, bring) = Self.losses[index]
            let ticket = try await Self.ticket(browser)
            try await LiveClient.open(server.wires, session, first: #"{"t":"join","ticket":"\#(ticket)"}"#) { client in
                _ = try await client.next("hello")
                let query = "?ticket=\(try await Self.ticket(browser))"
                try await EventClient.open(server.wires, session, query: query) { stream in
                    _ = try await stream.next("hello")
                    #expect((200...204).contains(try await bring(server, browser).status), "\(loss)")
                    #expect(try await client.next("bye")["why"]?.text == "auth", "\(loss)")
                    #expect(try await stream.next("bye")["why"]?.text == "auth", "\(loss)")
                }
                #expect(try await client.closeCode() == 4001)
            }
            #expect(try await browser.get("/v1/sessions/\(session)/log").status != 200)
        }
    }

    @Test func `a sign-out elsewhere leaves whoever is in a room here alone`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let browser = try await server.member("zhou")
            let other = SignedInBrowser(server, cookie: try #require(SignedInBrowser.cookie(of: try await server.signIn("zhou"))))
            let join = #"{"t":"join","ticket":"\#(try await Self.ticket(browser))"}"#
            try await LiveClient.open(server.wires, session, first: join) { client in
                _ = try await client.next("hello")
                #expect(try await other.send("DELETE", "/v1/sign-ins/current").status == 204)
                #expect(try await server.post("/v1/sessions/\(session)/start", as: story.host).status == 200)
                // Frames come in the log's order: the sign-out was heard before the start.
                #expect(try await client.next("status")["status"]?.text == "live")
                #expect(try await browser.send("DELETE", "/v1/sign-ins/current").status == 204)
                #expect(try await client.next("bye")["why"]?.text == "auth")
            }
        }
    }

    @Test func `whoever is in a room by a token leaves it when that is revoked or the account suspended`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.scheduledSession()
            let chief = try await first.token(.operator)
            #expect(try await first.post("/v1/accounts/zhou/grants", as: chief, #"{"role":"analyst"}"#).status == 200)
            let made = try await first.post("/v1/accounts/zhou/tokens", as: chief).json()
            let (id, token) = (try #require(made["id"]?.text), try #require(made["token"]?.text))
            let another = try await first.token(.analyst, "zhou")
            try await LiveClient.open(second.wires, session, first: LiveClient.join(token)) { numbered in
                _ = try await numbered.next("hello")
                try await LiveClient.open(second.wires, session, first: LiveClient.join(another)) { client in
                    _ = try await client.next("hello")
                    #expect(
                        try await first.send("DELETE", "/v1/accounts/zhou/tokens/\(id)", as: chief, key: UUID().uuidString).status == 200
                    )
                    #expect(try await numbered.next("bye")["why"]?.text == "auth")
                    #expect(try await first.post("/v1/accounts/zhou/suspension", as: chief, #"{"reason":"离职"}"#).status == 200)
                    #expect(try await client.next("bye")["why"]?.text == "auth")
                }
            }
            #expect(try await second.get("/v1/identity", as: another).problem == "account-suspended")
            #expect(try await first.post("/v1/accounts/zhou/reinstatement", as: chief).status == 200)
            #expect(try await second.get("/v1/identity", as: another).status == 200)
            #expect(try await first.post("/v1/accounts/zhou/reinstatement", as: chief).problem == "account-not-suspended")
        }
    }

    @Test func `who is suspended signs in no more, and is told so only with the right password`() async throws {
        try await withServer { server in
            let browser = try await server.member("zhou")
            let chief = try await server.token(.operator)
            #expect(try await server.post("/v1/accounts/zhou/suspension", as: chief, #"{"reason":"电话 13800138000"}"#).status == 422)
            #expect(try await server.post("/v1/accounts/zhou/suspension", as: chief, #"{"reason":"离职"}"#).status == 200)
            #expect(try await browser.get("/v1/identity").status == 401)
            #expect(try await server.signIn("zhou").problem == "account-suspended")
            #expect(try await server.signIn("zhou", "wrong wrong wrong").problem == "sign-in-refused")
            #expect(try await server.post("/v1/accounts/zhou/reinstatement", as: chief).status == 200)
            #expect(try await browser.get("/v1/identity").status == 401, "sign-ins do not come back")
            #expect(try await server.signIn("zhou").status == 201)
        }
    }
}
