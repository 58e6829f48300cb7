import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// What the operator can look up of accounts.
@Suite struct AuditTests {
    private static func types(_ server: TestServer, _ query: String = "") async throws -> [String] {
        let chief = try await server.token(.operator)
        let page = try await server.get("/v1/audit?limit=200\(query)", as: chief)
        return try #require(try page.json()["items"]?.items, "\(page.text)").compactMap { $0["type"]?.text }
    }

    @Test func `the audit list has all that became of accounts, by whom, and no secrets`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let grant = #"{"role":"recruiter","organisation":"\#(story.company)"}"#
            let desk = try await server.member("zhou", [grant])
            _ = try await server.signIn("zhou", "wrong wrong wrong")
            let job = try await story.vettedJob()
            let sent = try await server.post("/v1/submissions", as: story.viewer, story.submission(job))
            let submission = try #require(try sent.json()["id"]?.text)
            let waiting = try await desk.get("/v1/submissions?personal=none").text
            #expect(waiting.contains(submission) && !waiting.contains("韦小兰"), "\(waiting)")
            #expect(try await !Self.types(server, "&account=zhou").contains("PersonalDataOpened"))
            for _ in 0..<2 { #expect(try await desk.get("/v1/submissions").text.contains("韦小兰")) }
            #expect(try await desk.get("/v1/submissions/\(submission)").text.contains("韦小兰"))
            #expect(try await desk.send("DELETE", "/v1/sign-ins/current").status == 204)
            let expected = [
                "AccountActivated", "AccountInvited", "GrantGiven", "PersonalDataOpened", "SignInFailed", "SignedIn", "SignedOut",
            ]
            let found = try await eventually {
                let types = try await Self.types(server, "&account=zhou")
                return types.contains("SignInFailed") ? types : nil
            }
            #expect(found.sorted() == expected, "a résumé that was seen within the hour is not noted again")
            let chief = try await server.token(.operator)
            let opened = try await server.get("/v1/audit?type=PersonalDataOpened", as: chief)
            let entry = try #require(try opened.json()["items"]?.items?.first)
            #expect(entry["account"]?.text == "zhou" && entry["actorKind"]?.text == "recruiter" && entry["actor"]?.text == "zhou")
            #expect(entry["data"]?["submissions"]?.items?.compactMap(\.text) == [submission])
            let given = try await server.get("/v1/audit?type=GrantGiven", as: chief)
            #expect(try given.json()["items"]?.items?.first?["actor"]?.text == "the operator")
            let all = try await server.get("/v1/audit?limit=200", as: chief).text
            for secret in ["13800138000", TestServer.password, String(desk.cookie.split(separator: ".")[1])] {
                #expect(!all.contains(secret))
            }
        }
    }

    @Test func `failed attempts are counted, and written down now and then`() async throws {
        let clock = TestClock()
        try await withServer({ $0.now = { clock.now } }) { server in
            _ = try await server.member("zhou")
            func counts() async throws -> [Int?] {
                let chief = try await server.token(.operator)
                let page = try await server.get("/v1/audit?type=SignInFailed", as: chief)
                return try #require(try page.json()["items"]?.items, "\(page.text)").map { $0["data"]?["attempts"]?.integer }
            }
            _ = try await server.signIn("zhou", "wrong wrong wrong")
            try await eventually { try await server.events("zhou").contains("SignInFailed") ? () : nil }
            for _ in 0..<4 { _ = try await server.signIn("zhou", "wrong wrong wrong") }
            clock.advance(by: .seconds(15 * 60))
            _ = try await server.signIn("zhou", "wrong wrong wrong")
            let found = try await eventually { try await counts().count > 1 ? try await counts() : nil }
            // The last one only signals: it may come too late to be counted, where a reminder was first.
            #expect(found == [5, nil] || found == [4, nil])
        }
    }

    @Test func `what a viewer reads of the own is no opening, and an analyst opens nothing`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            #expect(try await server.post("/v1/submissions", as: story.viewer, story.submission(job)).status == 201)
            for token in [story.viewer, story.analyst, try await server.token(.operator)] {
                #expect(try await server.get("/v1/submissions", as: token).status == 200)
            }
            #expect(try await Self.types(server).isEmpty)
        }
    }

    @Test func `the lists are paged, and a cursor is good for its own list`() async throws {
        try await withServer { server in
            let chief = try await server.token(.operator)
            for number in 10..<15 {
                #expect(try await server.post("/v1/accounts/a\(number)/grants", as: chief, #"{"role":"analyst"}"#).status == 200)
            }
            for path in ["/v1/accounts", "/v1/audit"] {
                var (next, seen) = ("\(path)?limit=2", [String]())
                while true {
                    let page = try await server.get(next, as: chief)
                    seen += try #require(try page.json()["items"]?.items).compactMap { $0["account"]?.text }
                    guard let link = page.headers["link"]?.firstMatch(of: /<([^>]+)>/) else { break }
                    next = String(link.1)
                }
                #expect(seen == (10..<15).map { "a\($0)" } || seen == (10..<15).reversed().map { "a\($0)" }, "\(path)")
            }
            let cursor = try #require(
                try await server.get("/v1/accounts?limit=2", as: chief).headers["link"]?.firstMatch(of: /cursor=([^>&]+)/)?.1
            )
            #expect(try await server.get("/v1/audit?cursor=\(cursor)", as: chief).pointers == ["cursor"])
            #expect(try await server.get("/v1/audit?type=Nothing", as: chief).status == 422)
            #expect(try await server.get("/v1/audit?account=%00", as: chief).status == 422)
        }
    }

    @Test func `the list of accounts says how each stands`() async throws {
        try await withServer { server in
            let chief = try await server.token(.operator)
            _ = try await server.member("active")
            _ = try await server.invite("invited", [])
            #expect(try await server.post("/v1/accounts/named/grants", as: chief, #"{"role":"host"}"#).status == 200)
            _ = try await server.member("suspended")
            #expect(try await server.post("/v1/accounts/suspended/suspension", as: chief, #"{"reason":"离职"}"#).status == 200)
            let items = try #require(try await server.get("/v1/accounts", as: chief).json()["items"]?.items)
            #expect(items.allSatisfy { $0["account"]?.text == $0["standing"]?.text } && items.count == 4)
            #expect(items.first { $0["account"]?.text == "named" }?["grants"]?.items?.first?["role"]?.text == "host")
        }
    }
}
