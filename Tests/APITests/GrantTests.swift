import Access
import Foundation
import JSON
import Recruiting
import Testing

@testable import API

/// Grants: given and withdrawn by operators, kept in the log, carried by tokens.
@Suite struct GrantTests {
    private static func token(_ account: String, _ server: TestServer, _ operator: String) async throws -> String {
        let answer = try await server.post("/v1/accounts/\(account)/tokens", as: `operator`)
        return try #require(try answer.json()["token"]?.text, "\(answer.text)")
    }

    @Test func `a token carries what its account has been granted, and a new one no more than that`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let chief = try await server.token(.operator)
            let path = "/v1/accounts/wang.fang"
            #expect(try await server.post("\(path)/tokens", as: chief).problem == "account-without-grants")
            let desk = #"{"role":"recruiter","organisation":"\#(story.company)"}"#
            for body in [desk, #"{"role":"host"}"#, desk] {
                #expect(try await server.post("\(path)/grants", as: chief, body).status == 200)
            }
            #expect(try await server.get(path, as: chief).json()["grants"]?.items?.count == 2)
            let both = try await Self.token("wang.fang", server, chief)
            let times = #"{"title":"专场","format":"county",\#(Story.times)}"#
            let session = try #require(try await server.post("/v1/sessions", as: both, times).json()["id"]?.text)
            #expect(try await server.post("/v1/jobs", as: both, story.posting()).status == 201)
            #expect(try await server.get("/v1/submissions", as: both).status == 200)
            let log = try await server.get("/v1/sessions/\(session)/log", as: both)
            #expect(log.text.contains(#""host""#) && !log.text.contains(#""recruiter""#), "the role by which it was done: \(log.text)")
            #expect(try await server.post("\(path)/grants/withdrawal", as: chief, #"{"role":"host"}"#).status == 200)
            #expect(try await server.post("\(path)/grants/withdrawal", as: chief, #"{"role":"host"}"#).problem == "grant-not-held")
            let one = try await Self.token("wang.fang", server, chief)
            #expect(try await server.post("/v1/sessions", as: one, times).status == 403)
            #expect(try await server.post("/v1/jobs", as: one, story.posting()).status == 201)
        }
    }

    @Test(arguments: [
        (#"{"role":"recruiter"}"#, 422, "organisation"),
        (#"{"role":"analyst","session":"7f9f3c52-0000-4000-8000-000000000000"}"#, 422, "session"),
        (#"{"role":"analyst","organisation":"7f9f3c52-0000-4000-8000-000000000000"}"#, 422, "organisation"),
        (#"{"role":"coHost","session":"7f9f3c52-0000-4000-8000-000000000000"}"#, 422, "session"),
        (#"{"role":"operator","organisation":"7f9f3c52-0000-4000-8000-000000000000"}"#, 422, "organisation"),
        (#"{"role":"king"}"#, 422, "role"), (#"{"role":"viewer"}"#, 409, ""), ("{}", 422, "role"),
    ])
    func `a grant that gives nothing, or to nobody, is refused with a reason`(body: String, status: Int, field: String) async throws {
        try await withServer { server in
            let answer = try await server.post("/v1/accounts/zhou/grants", as: server.token(.operator), body)
            #expect(answer.status == status && (field.isEmpty || answer.text.contains(field)), "\(answer.text)")
            #expect(try await server.head() == 0)
        }
    }

    @Test func `an account has at most sixteen grants, and its token fits into a request`() async throws {
        try await withServer { server in
            let chief = try await server.token(.operator)
            let story = try await Story(server)
            for index in 0..<17 {
                let session = try await story.scheduledSession()
                let body = #"{"role":"policyPresenter","session":"\#(session)"}"#
                let answer = try await server.post("/v1/accounts/zhou/grants", as: chief, body)
                #expect(answer.status == (index < 16 ? 200 : 409), "\(answer.text)")
            }
            let token = try await Self.token("zhou", server, chief)
            #expect(try await server.get("/v1/identity", as: token).json()["grants"]?.items?.count == 16)
        }
    }

    @Test(arguments: [
        ("%E5%91%A8", 200), ("a%2Fb", 200), ("a%20b", 200), ("%FF", 404), ("%20", 404), (String(repeating: "a", count: 129), 404),
        ("a%00b", 404), (String(repeating: "%E5%91%A8", count: 43), 404), ("%zz", 404),
    ])
    func `an account is named by any text that a token can carry`(name: String, status: Int) async throws {
        try await withServer { server in
            let chief = try await server.token(.operator)
            let given = try await server.post("/v1/accounts/\(name)/grants", as: chief, #"{"role":"analyst"}"#)
            #expect(given.status == status, "\(given.text)")
            if status == 200 {
                let token = try await Self.token(name, server, chief)
                let subject = try await server.get("/v1/identity", as: token).json()["subject"]?.text
                #expect(subject == name.removingPercentEncoding)
            }
        }
    }

    @Test func `somebody is told who they are, with the organisations by name`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let host = try await server.token(.host, "wang.fang", company: story.company)
            let identity = try await server.get("/v1/identity", as: host).json()
            #expect(identity["subject"]?.text == "wang.fang" && identity["signedInBy"]?.text == "token")
            let grant = identity["grants"]?.items?.first
            #expect(grant?["organisation"]?.text == story.company && grant?["organisationName"]?.text == "东莞精工")
        }
    }

    @Test func `an operator whose grant was withdrawn gives nothing any more`() async throws {
        try await withServer { server in
            let (chief, grant) = (try await server.token(.operator), #"{"role":"operator"}"#)
            #expect(try await server.post("/v1/accounts/zhou/grants", as: chief, grant).status == 200)
            let zhou = try await Self.token("zhou", server, chief)
            #expect(try await server.post("/v1/accounts/li/grants", as: zhou, #"{"role":"analyst"}"#).status == 200)
            #expect(try await server.post("/v1/accounts/zhou/grants/withdrawal", as: chief, grant).status == 200)
            for path in ["zhou/grants", "li/grants", "li/tokens"] {
                #expect(
                    try await server.post("/v1/accounts/\(path)", as: zhou, path.hasSuffix("/tokens") ? nil : grant).status == 403,
                    "\(path)"
                )
            }
            #expect(try await server.post("/v1/accounts/zhou/grants", as: chief, grant).status == 200)
            #expect(try await server.post("/v1/accounts/li/tokens", as: zhou).status == 201)
        }
    }

    @Test func `what is another organisation's is not entered by a host of everywhere`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let own = try await server.token(.host, "host-of-the-company", company: story.company)
            let opened = try await server.post("/v1/series", as: own, #"{"title":"桂在行动","organisers":["人社厅"]}"#)
            let series = try #require(try opened.json()["id"]?.text)
            let plan = #""title":"专场","format":"county",\#(Story.times)"#
            for (token, more, status) in [
                (story.host, "", 201), (story.host, #""organisation":"\#(story.company)","#, 403),
                (story.host, #""series":"\#(series)","#, 403),
                (own, #""series":"\#(series)","#, 201), (own, #""host":"host-li","#, 403),
                (try await server.token(.operator), #""host":"host-li","series":"\#(series)","#, 201),
                (try await server.token(.operator), #""organisation":"7f9f3c52-0000-4000-8000-000000000000","#, 422),
            ] {
                let answer = try await server.post("/v1/sessions", as: token, "{\(more)\(plan)}")
                #expect(answer.status == status, "\(more) \(answer.text)")
            }
        }
    }
}
