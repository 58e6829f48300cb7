import Access
import JSON
import Postgres
import Recruiting
import Testing

@testable import API

@Suite struct SubmissionTests {
    @Test func `a resume reaches the recruiter opened, the candidate whole, the analyst bare, a rival not at all`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            let sent = try await server.post("/v1/submissions", as: story.viewer, story.submission(job, session: session))
            #expect(sent.status == 201, "\(sent.text)")
            let id = try #require(try sent.json()["id"]?.text)
            for token in [story.recruiter, story.viewer] {
                let item = try await server.get("/v1/submissions", as: token).json()["items"]?.items?.first
                #expect(item?["id"]?.text == id)
                #expect(item?["phone"]?.text == (token == story.viewer ? "13800138000" : nil))
                #expect(item?["name"]?.text == "韦小兰")
            }
            let bare = try await server.get("/v1/submissions/\(id)", as: story.analyst)
            #expect(bare.status == 200)
            #expect(!bare.text.contains("13800138000"))
            #expect(!bare.text.contains("韦小兰"))
            let rival = try await server.token(.recruiter, company: "7f9f3c52-0000-4000-8000-000000000000")
            #expect(try await server.get("/v1/submissions/\(id)", as: rival).status == 404)
            #expect(try await server.get("/v1/submissions", as: rival).text == "{\"items\":[]}")
            let stranger = try await server.token(.viewer, "7f9f3c52-1111-4000-8000-000000000000")
            #expect(try await server.get("/v1/submissions/\(id)", as: stranger).status == 404)
        }
    }

    @Test func `no personal data stands in the database in clear`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            #expect(try await server.post("/v1/submissions", as: story.viewer, story.submission(job)).status == 201)
            _ = try await server.get("/v1/submissions", as: story.recruiter)
            let found = try await server.pool.connection { db in
                let events = try db.query("SELECT count(*) FROM events WHERE data::text ~ '13800138000|韦小兰'")[0].decode(
                    0,
                    as: Int64.self
                )
                let rows = try db.query("SELECT count(*) FROM submissions AS s WHERE s::text ~ '13800138000|韦小兰'")[0]
                return try events + rows.decode(0, as: Int64.self)
            }
            #expect(found == 0)
        }
    }

    @Test func `a second resume for the same job answers with the first`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let first = try await server.post("/v1/submissions", as: story.viewer, story.submission(job))
            let head = try await server.head()
            let second = try await server.post("/v1/submissions", as: story.viewer, story.submission(job, phone: "13900139000"))
            #expect(second.status == 201)
            #expect(try second.json()["id"]?.text == first.json()["id"]?.text)
            #expect(try await server.head() == head)
        }
    }

    @Test func `a candidate withdraws the own resume, nobody else's, and may send it anew`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let sent = try await server.post("/v1/submissions", as: story.viewer, story.submission(job))
            let id = try #require(try sent.json()["id"]?.text)
            let stranger = try await server.token(.viewer, "7f9f3c52-1111-4000-8000-000000000000")
            #expect(try await server.post("/v1/submissions/\(id)/withdrawal", as: stranger).status == 404)
            #expect(try await server.post("/v1/submissions/\(id)/withdrawal", as: story.viewer, "{\"reason\":\"已就业\"}").status == 200)
            let read = try await server.get("/v1/submissions/\(id)", as: story.viewer)
            #expect(try read.json()["status"]?.text == "withdrawn")
            #expect(try await server.post("/v1/submissions", as: story.viewer, story.submission(job)).status == 201)
            #expect(try await server.get("/v1/submissions/\(id)", as: story.viewer).json()["status"]?.text == "submitted")
        }
    }

    @Test func `a resume without a fitting consent, job or session is refused and nothing is written`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let head = try await server.head()
            let nothing = "7f9f3c52-0000-4000-8000-000000000000"
            let good = story.submission(job)
            let cases = [
                (good.replacing(story.company, with: nothing), 409, "consent-names-another-company"),
                (good.replacing(job, with: nothing), 409, "job-not-posted"),
                (story.submission(job, session: nothing), 422, "invalid-request"),
                (good.replacing("13800138000", with: "phone"), 422, "invalid-request"),
            ]
            for (body, status, problem) in cases {
                let answer = try await server.post("/v1/submissions", as: story.viewer, body)
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.problem == problem)
            }
            #expect(try await server.head() == head)
        }
    }

    @Test func `visitors get a token with which they can apply`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let visitor = try await server.send("POST", "/v1/visitors")
            #expect(visitor.status == 201)
            let token = try #require(try visitor.json()["token"]?.text)
            #expect(try await server.post("/v1/submissions", as: token, story.submission(job)).status == 201)
        }
    }
}
