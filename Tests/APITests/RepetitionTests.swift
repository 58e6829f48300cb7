import Access
import JSON
import Postgres
import Recruiting
import Testing

@testable import API

/// Keys, versions and what is answered to a request that comes again.
@Suite struct RepetitionTests {
    private static let body = "{\"title\":\"专场\",\"format\":\"campus\",\(Story.times)}"

    @Test func `a write without a key, or with a bad one, is refused`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let missing = try await server.send("POST", "/v1/sessions", as: story.host, Self.body)
            #expect(missing.problem == "idempotency-key-missing")
            #expect(missing.status == 400)
            for key in ["short", "with a blank in it", String(repeating: "k", count: 129)] {
                #expect(try await server.post("/v1/sessions", as: story.host, key: key, Self.body).problem == "idempotency-key-invalid")
            }
            #expect(try await server.head() == 0)
        }
    }

    @Test func `the same key with the same body answers the same, byte for byte`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let first = try await server.post("/v1/sessions", as: story.host, key: "key-of-a-test", Self.body)
            let id = try #require(try first.json()["id"]?.text)
            #expect(try await server.post("/v1/sessions/\(id)/start", as: story.host).status == 200)
            let second = try await server.post("/v1/sessions", as: story.host, key: "key-of-a-test", Self.body)
            #expect(second.status == first.status)
            #expect(second.body == first.body)
            #expect(second.headers["etag"] == first.headers["etag"])
            #expect(second.headers["location"] == "/v1/sessions/\(id)")
            #expect(try await server.head() == 2)
        }
    }

    @Test func `a repeat is answered also when the rules would refuse it by now`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let id = try await story.scheduledSession()
            let first = try await server.post("/v1/sessions/\(id)/start", as: story.host, key: "key-of-a-test")
            #expect(try await server.post("/v1/sessions/\(id)/end", as: story.host).status == 200)
            let second = try await server.post("/v1/sessions/\(id)/start", as: story.host, key: "key-of-a-test")
            #expect(second.status == 200)
            #expect(second.body == first.body)
            #expect(try await server.post("/v1/sessions/\(id)/start", as: story.host).problem == "session-ended")
        }
    }

    @Test func `the same key with another body, or on another path, is refused`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let first = try await server.post("/v1/sessions", as: story.host, key: "key-of-a-test", Self.body)
            #expect(first.status == 201)
            let id = try #require(try first.json()["id"]?.text)
            let other = try await server.post("/v1/sessions", as: story.host, key: "key-of-a-test", Self.body.replacing("专场", with: "别的"))
            #expect(other.status == 422)
            #expect(other.problem == "idempotency-key-reused")
            #expect(
                try await server.post("/v1/sessions/\(id)/start", as: story.host, key: "key-of-a-test").problem == "idempotency-key-reused"
            )
            // Keys are each caller's own.
            let stranger = try await server.token(.host, "somebody else")
            #expect(try await server.post("/v1/sessions", as: stranger, key: "key-of-a-test", Self.body).status == 201)
            #expect(try await server.head() == 2)
        }
    }

    @Test func `a stale If-Match is refused, a true one is not`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let id = try await story.scheduledSession()
            let tag = try #require(try await server.get("/v1/sessions/\(id)").headers["etag"])
            #expect(tag == "\"1\"")
            let started = try await server.post("/v1/sessions/\(id)/start", as: story.host, headers: ["If-Match": tag])
            #expect(started.headers["etag"] == "\"2\"")
            let stale = try await server.post("/v1/sessions/\(id)/end", as: story.host, headers: ["If-Match": tag])
            #expect(stale.status == 412)
            #expect(stale.problem == "version-stale")
            for bad in ["1", "\"x\"", "W/\"2\"", "\"0\"", "\"1\", \"2\"", "**"] {
                #expect(try await server.post("/v1/sessions/\(id)/end", as: story.host, headers: ["If-Match": bad]).status == 400)
            }
            #expect(try await server.head() == 2)
            #expect(try await server.post("/v1/sessions/\(id)/end", as: story.host, headers: ["If-Match": "\"2\""]).status == 200)
        }
    }

    @Test func `If-Match with a star asks that the resource is there`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let id = try await story.scheduledSession()
            #expect(try await server.post("/v1/sessions/\(id)/start", as: story.host, headers: ["If-Match": "*"]).status == 200)
            let new = "{\"title\":\"就业暖心\",\"organisers\":[\"人社厅\"]}"
            #expect(try await server.post("/v1/series", as: story.host, headers: ["If-Match": "*"], new).problem == "version-stale")
            #expect(try await server.head() == 2)
        }
    }

    @Test func `a résumé sent again under another key is answered with the first one's receipt`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let first = try await server.post("/v1/submissions", as: story.viewer, key: "key-of-a-test", story.submission(job))
            #expect(first.status == 201)
            let stands = try await server.pool.connection {
                try $0.query("SELECT position FROM events WHERE type = 'ResumeSubmitted'")[0].decode(0, as: Int64.self)
            }
            #expect(try first.json()["position"]?.integer == Int(stands))
            for key in ["key-of-a-test", "another-key-of-a-test"] {
                let again = try await server.post("/v1/submissions", as: story.viewer, key: key, story.submission(job))
                #expect(again.status == 201 && again.body == first.body && again.headers["etag"] == first.headers["etag"])
            }
        }
    }

    @Test func `a write whose key was forgotten is found to be there already`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/questions"
            let first = try await server.post(path, as: story.viewer, key: "key-of-a-test", "{\"text\":\"包住吗？\"}")
            try await server.pool.connection { try $0.execute("DELETE FROM append_keys") }
            let again = try await server.post(path, as: story.viewer, key: "key-of-a-test", "{\"text\":\"包住吗？\"}")
            #expect(again.status == 201 && again.body == first.body)
        }
    }

    @Test func `many who write to one session at once all get through, each event once`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            var jobs: [String] = []
            for _ in 0..<20 { jobs.append(try await story.vettedJob()) }
            let id = try await story.liveSession([])
            let head = try await server.head()
            try await withThrowingTaskGroup { group in
                for job in jobs {
                    group.addTask {
                        let shelving = "{\"jobs\":[\"\(job)\"]}"
                        let answer = try await server.post("/v1/sessions/\(id)/shelf", as: story.host, shelving)
                        #expect(answer.status == 200, "\(answer.text)")
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await server.head() == head + 20)
        }
    }
}
