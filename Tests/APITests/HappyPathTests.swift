import Testing

@testable import API

@Suite struct HappyPathTests {
    @Test func `a session is scheduled, shelved, started, featured and ended`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let position = try await story.vettedPosition()
            let session = try await story.liveSession([position])
            let featured = try await server.post("/v1/sessions/\(session)/featured", as: story.host, "{\"position\":\"\(position)\"}")
            #expect(featured.status == 200, "\(featured.text)")
            let read = try await server.get("/v1/sessions/\(session)")
            #expect(try read.json()["featured"]?["position"]?.text == position, "\(read.text)")
            #expect(try read.json()["counters"]?["cards"]?.integer == 1)
            let ended = try await server.post("/v1/sessions/\(session)/end", as: story.host)
            #expect(ended.status == 200, "\(ended.text)")
        }
    }
}
