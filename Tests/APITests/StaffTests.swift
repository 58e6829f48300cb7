import Access
import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API

/// Who works in a session: let in and out by its host, who may hand it over.
@Suite(.timeLimit(.minutes(5))) struct StaffTests {
    private static func token(_ account: String, _ server: TestServer) async throws -> String {
        let answer = try await server.post("/v1/accounts/\(account)/tokens", as: server.token(.operator))
        return try #require(try answer.json()["token"]?.text, "\(answer.text)")
    }

    private static func members(_ answer: Answer) throws -> [String] {
        try answer.json()["items"]?.items?.map { "\($0["account"]?.text ?? "") \($0["role"]?.text ?? "")" } ?? []
    }

    @Test func `a host lets others into the own session alone, and out of it again`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let (session, other) = (try await story.liveSession([]), try await story.liveSession([]))
            let path = "/v1/sessions/\(session)/staff"
            let wang = #"{"account":"wang","role":"coHost"}"#
            let zhou = #"{"account":"zhou","role":"assistant"}"#
            #expect(try Self.members(await server.post(path, as: story.host, wang)) == ["wang coHost"])
            #expect(try Self.members(await server.post(path, as: story.host, zhou)) == ["wang coHost", "zhou assistant"])
            #expect(try Self.members(await server.post(path, as: story.host, wang)) == ["wang coHost", "zhou assistant"])
            let beside = try await Self.token("wang", server)
            #expect(try await server.post("/v1/sessions/\(session)/segments", as: beside, #"{"kind":"jobs"}"#).status == 200)
            #expect(try await server.post("/v1/sessions/\(other)/segments", as: beside, #"{"kind":"jobs"}"#).status == 403)
            #expect(try Self.members(await server.get(path, as: beside)) == ["wang coHost", "zhou assistant"])
            #expect(try await server.post(path, as: beside, zhou).status == 403)
            let stranger = try await server.token(.host, "somebody else")
            for token in [stranger, story.viewer, story.reviewer] {
                #expect(try await server.get(path, as: token).status == 403)
                #expect(try await server.post(path, as: token, zhou).status == 403)
            }
            for body in [#"{"account":"li","role":"host"}"#, #"{"account":"li","role":"operator"}"#, #"{"account":" ","role":"coHost"}"#] {
                #expect(try await server.post(path, as: story.host, body).status == 422, "\(body)")
            }
            #expect(try Self.members(await server.post("\(path)/withdrawal", as: story.host, wang)) == ["zhou assistant"])
            #expect(try await server.post("\(path)/withdrawal", as: story.host, wang).problem == "grant-not-held")
            #expect(try await server.post("/v1/sessions/\(session)/end", as: story.host).status == 200)
            #expect(try await server.post(path, as: story.host, wang).problem == "session-ended")
        }
    }

    @Test func `grants for sessions that are over make room for another`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            var sessions: [String] = []
            for _ in 0..<17 { sessions.append(try await story.scheduledSession()) }
            let member = #"{"account":"wang","role":"coHost"}"#
            for session in sessions.prefix(16) {
                #expect(try await server.post("/v1/sessions/\(session)/staff", as: story.host, member).status == 200)
            }
            #expect(try await server.post("/v1/sessions/\(sessions[16])/staff", as: story.host, member).problem == "too-many-grants")
            for session in sessions.prefix(3) {
                #expect(try await server.post("/v1/sessions/\(session)/cancellation", as: story.host, #"{"reason":"台风"}"#).status == 200)
            }
            #expect(try await server.post("/v1/sessions/\(sessions[16])/staff", as: story.host, member).status == 200)
            let account = try await server.get("/v1/accounts/wang", as: server.token(.operator)).json()
            #expect(account["grants"]?.items?.count == 14)
            #expect(try await server.get("/v1/sessions/\(sessions[0])/staff", as: story.host).text == #"{"items":[]}"#)
        }
    }

    @Test func `a session is handed over to somebody who may host it, and is that one's from then on`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)"
            let handing = #"{"host":"wang"}"#
            let nobody = try await server.post("\(path)/host", as: story.host, handing)
            #expect(nobody.status == 422 && nobody.pointers == ["/host"], "\(nobody.text)")
            let chief = try await server.token(.operator)
            #expect(try await server.post("/v1/accounts/wang/grants", as: chief, #"{"role":"host"}"#).status == 200)
            let next = try await Self.token("wang", server)
            #expect(try await server.post("\(path)/segments", as: next, #"{"kind":"jobs"}"#).status == 403)
            #expect(try await server.post("\(path)/host", as: next, handing).status == 403)
            #expect(try await server.post("\(path)/host", as: story.host, handing).status == 200)
            #expect(try await server.get(path).json()["host"]?.text == "wang")
            #expect(try await server.get("/v1/sessions").json()["items"]?.items?.first?["host"]?.text == "wang")
            #expect(try await server.post("\(path)/segments", as: next, #"{"kind":"jobs"}"#).status == 200)
            #expect(try await server.post("\(path)/segments", as: story.host, #"{"kind":"policy"}"#).status == 403)
            #expect(try await server.post("\(path)/end", as: next).status == 200)
            #expect(try await server.post("\(path)/host", as: next, #"{"host":"wang"}"#).problem == "session-ended")
        }
    }
}
