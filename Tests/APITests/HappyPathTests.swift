import Access
import JSON
import Recruiting
import Testing

@testable import API

@Suite struct HappyPathTests {
    @Test func `a session is scheduled, shelved, started, featured and ended`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            let featured = try await server.post("/v1/sessions/\(session)/featured", as: story.host, "{\"job\":\"\(job)\"}")
            #expect(featured.status == 200, "\(featured.text)")
            let read = try await server.get("/v1/sessions/\(session)")
            #expect(try read.json()["featured"]?["job"]?.text == job, "\(read.text)")
            #expect(try read.json()["counters"]?["cards"]?.integer == 1)
            let ended = try await server.post("/v1/sessions/\(session)/end", as: story.host)
            #expect(ended.status == 200, "\(ended.text)")
        }
    }
}
