import Access
import JSON
import Recruiting
import Testing

@testable import API

/// What hosts and recruiters may change, and what viewers may claim.
@Suite struct RightsTests {
    private static let changes = [
        ("revision", "{\"title\":\"改名\"}"), ("openings", "{\"openings\":7}"), ("withdrawal", "{\"reason\":\"停招\"}"),
    ]

    private static func posted(_ story: Story, by token: String) async throws -> String {
        let answer = try await story.server.post("/v1/jobs", as: token, story.posting())
        return try #require(try answer.json()["id"]?.text, "\(answer.text)")
    }

    @Test(arguments: changes) func `a host changes the jobs it has posted and nobody else's`(change: String, body: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let rival = try await server.token(.host, "host-wang")
            let (own, recruiters) = (try await Self.posted(story, by: story.host), try await Self.posted(story, by: story.recruiter))
            for (token, job, status) in [
                (rival, own, 403), (rival, recruiters, 403), (story.host, recruiters, 403), (story.host, own, 200),
                (story.recruiter, recruiters, 200),
            ] {
                let answer = try await server.post("/v1/jobs/\(job)/\(change)", as: token, body)
                #expect(answer.status == status, "\(answer.text)")
            }
            let another = try await Self.posted(story, by: story.host)
            #expect(try await server.post("/v1/jobs/\(another)/\(change)", as: story.recruiter, body).status == 200)
            let third = try await Self.posted(story, by: story.host)
            #expect(try await server.post("/v1/jobs/\(third)/\(change)", as: server.token(.operator), body).status == 200)
        }
    }

    @Test func `a host who acts for a company acts for that company alone`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let own = try await server.token(.host, "host-of-the-company", company: story.company.uppercased())
            let other = try await server.token(.host, "host-of-another", company: "7f9f3c52-0000-4000-8000-000000000000")
            let job = try await Self.posted(story, by: story.recruiter)
            for (change, body) in Self.changes {
                #expect(try await server.post("/v1/jobs/\(job)/\(change)", as: other, body).status == 403)
                #expect(try await server.post("/v1/jobs/\(job)/\(change)", as: own, body).status == 200)
            }
            #expect(try await server.post("/v1/jobs", as: other, story.posting()).status == 403)
            #expect(try await server.post("/v1/companies", as: other, story.registration()).status == 403)
        }
    }

    @Test func `a session's submissions grow by its own shelf alone, while it runs and in its replay`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            var jobs: [String] = []
            for _ in 0..<4 { jobs.append(try await story.vettedJob()) }
            let (live, scheduled) = (try await story.liveSession(Array(jobs.prefix(3))), try await story.scheduledSession())
            func submit(_ job: Int, _ session: String?, _ claim: String = "") async throws -> Answer {
                let body = story.submission(jobs[job], session: session).dropFirst()
                return try await server.post("/v1/submissions", as: story.viewer, "{\(claim)\(body)")
            }
            #expect(try await submit(3, live).problem == "job-not-in-session")
            #expect(try await submit(0, scheduled).problem == "session-not-open")
            #expect(try await submit(0, scheduled, "\"channel\":\"live\",").status == 409)
            for claim in ["walkIn", "phone"] { #expect(try await submit(0, nil, "\"channel\":\"\(claim)\",").status == 403) }
            #expect(try await submit(0, live, "\"channel\":\"replay\",").status == 201)
            #expect(try await server.post("/v1/sessions/\(live)/interruption", as: story.host, "{\"cause\":\"断流\"}").status == 200)
            #expect(try await submit(1, live, "\"channel\":\"shelf\",").status == 201)
            #expect(try await server.post("/v1/sessions/\(live)/end", as: story.host).status == 200)
            #expect(try await submit(2, live).status == 201)
            #expect(try await submit(3, nil, "\"channel\":\"live\",").status == 201)
            let channels = try await server.get("/v1/submissions", as: story.viewer).json()["items"]?.items?.map { $0["channel"]?.text }
            #expect(channels == ["shelf", "replay", "live", "live"])
            for (session, count) in [(live, 3), (scheduled, 0)] {
                let counters = try await server.get("/v1/sessions/\(session)/counters", as: story.analyst).json()
                #expect(counters["submissions"]?.integer == count)
            }
        }
    }

    @Test func `staff say of a résumé that its candidate came in person`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let body = "{\"channel\":\"walkIn\",\(story.submission(try await story.vettedJob()).dropFirst())"
            let staff = try await server.token(.operator)
            #expect(try await server.post("/v1/submissions", as: staff, body).status == 201)
            let items = try await server.get("/v1/submissions", as: staff).json()["items"]?.items
            #expect(items?.map { $0["channel"]?.text } == ["walkIn"])
        }
    }

    @Test func `counters as of a position that the log has not reached are refused`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.scheduledSession()
            let head = try await first.head()
            let path = "/v1/sessions/\(session)/counters?asOf="
            for server in [first, second] {
                #expect(try await server.get("\(path)\(head)", as: story.analyst).status == 200)
                let beyond = try await server.get("\(path)\(head + 1)", as: story.analyst)
                #expect(beyond.status == 422 && beyond.pointers == ["asOf"])
            }
        }
    }
}
