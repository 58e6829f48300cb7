import Access
import JSON
import Recruiting
import Testing

@testable import API

/// What of a session's questions is listed, and in which order.
@Suite struct QuestionListTests {
    private func ask(_ texts: [String], in session: String, _ story: Story) async throws -> [String] {
        var ids: [String] = []
        for text in texts {
            let asked = try await story.server.post("/v1/sessions/\(session)/questions", as: story.viewer, "{\"text\":\"\(text)\"}")
            ids.append(try #require(try asked.json()["id"]?.text, "\(asked.text)"))
        }
        return ids
    }

    private func texts(_ path: String, as token: String? = nil, _ story: Story) async throws -> [String] {
        try #require(try await story.server.get(path, as: token).json()["items"]?.items).compactMap { $0["text"]?.text }
    }

    @Test func `answered questions come newest answer first, a page at a time`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/questions"
            let ids = try await ask(["一？", "二？", "三？", "四？"], in: session, story)
            for index in [2, 0, 3] {
                #expect(try await server.post("\(path)/\(ids[index])/answer", as: story.host, "{\"mode\":\"live\"}").status == 200)
            }
            let first = try await server.get("\(path)?status=answered&limit=2")
            #expect(try first.json()["items"]?.items?.compactMap { $0["text"]?.text } == ["四？", "一？"])
            let next = try #require(first.headers["link"]?.split(separator: ">").first?.dropFirst())
            #expect(try await texts(String(next), story) == ["三？"])
            #expect(try await server.get(String(next)).headers["link"] == nil)
            #expect(try await texts("\(path)?status=asked", story) == ["二？"])
        }
    }

    @Test func `whoever asks finds the own questions again, and nobody else's`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/questions"
            let ids = try await ask(["包住吗？", "几点下班？"], in: session, story)
            #expect(try await server.post("\(path)/\(ids[0])/answer", as: story.host, "{\"mode\":\"live\"}").status == 200)
            #expect(try await texts("\(path)?mine=true", as: story.viewer, story) == ["包住吗？", "几点下班？"])
            #expect(try await texts("\(path)?mine=true&status=asked", as: story.viewer, story) == ["几点下班？"])
            #expect(try await texts("\(path)?mine=true&status=answered", as: story.viewer, story) == ["包住吗？"])
            let other = try await server.token(.viewer, "9d1c43a0-7a25-4a6e-8d52-4c1f6d0f4f11")
            #expect(try await texts("\(path)?mine=true", as: other, story) == [])
            #expect(try await server.get("\(path)?mine=true").status == 401)
        }
    }

    @Test func `the holder of a token is told whose it is`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let identity = try await server.get("/v1/identity", as: story.recruiter).json()
            let grant = identity["grants"]?.items?.first
            #expect(grant?["role"]?.text == "recruiter" && grant?["organisation"]?.text == story.company)
            #expect(try await server.get("/v1/identity", as: story.host).json()["subject"]?.text == "host-li")
        }
    }
}
