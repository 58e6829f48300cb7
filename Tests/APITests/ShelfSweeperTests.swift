import Access
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

@Suite struct ShelfSweeperTests {
    @Test func `a job whose pay is revised leaves the shelf and the stage until it is vetted again`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            #expect(
                try await server.post("/v1/sessions/\(session)/featured", as: story.host, "{\"job\":\"\(job)\"}").status == 200
            )
            let revision = "{\"pay\":{\"minimum\":5000,\"maximum\":6000,\"unit\":\"month\"}}"
            #expect(try await server.post("/v1/jobs/\(job)/revision", as: story.recruiter, revision).status == 200)
            try await eventually { try await server.get("/v1/sessions/\(session)/shelf").text == "{\"items\":[]}" ? true : nil }
            #expect(try await server.get("/v1/sessions/\(session)").json()["featured"] == nil)
        }
    }

    @Test func `a shelf has as many openings as its jobs, in the state, the frames, the list and the session`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            var jobs: [String] = []
            for openings in [20, 8, 4] { jobs.append(try await story.vettedJob(openings: openings)) }
            let session = try await story.liveSession(jobs)
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.host)) { client in
                let hello = try await client.next("hello")
                #expect(hello["state"]?["shelf"]?["openings"]?.integer == 32)
                for (openings, sum, count) in [(3, 27, 3), (0, 24, 2)] {
                    let change = "{\"openings\":\(openings)}"
                    #expect(try await server.post("/v1/jobs/\(jobs[1])/openings", as: story.recruiter, change).status == 200)
                    let frame = try await client.next("shelf")
                    #expect(frame["openings"]?.integer == sum && frame["jobs"]?.integer == count)
                    #expect(try await server.get("/v1/sessions/\(session)/state").json()["state"]?["shelf"]?["openings"]?.integer == sum)
                    let read = try await server.get("/v1/sessions/\(session)").json()
                    #expect(read["shelf"]?["openings"]?.integer == sum && read["counters"]?["openings"]?.integer == 32)
                    let items = try await server.get("/v1/sessions/\(session)/shelf").json()["items"]?.items ?? []
                    #expect(items.compactMap { $0["openings"]?.integer }.reduce(0, +) == sum && items.count == count)
                }
            }
        }
    }

    @Test func `a suspended company's jobs leave the shelves`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let session = try await story.liveSession([try await story.vettedJob(), try await story.vettedJob(openings: 3)])
            let reason = "{\"reason\":\"投诉核查\"}"
            #expect(try await server.post("/v1/companies/\(story.company)/suspension", as: story.reviewer, reason).status == 200)
            try await eventually { try await server.get("/v1/sessions/\(session)/shelf").text == "{\"items\":[]}" ? true : nil }
        }
    }
}
