import Access
import FoundationEssentials
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Processes

/// What a candidate decides about the own data, and what becomes of it.
@Suite(.timeLimit(.minutes(5))) struct ErasureTests {
    private static let again = "13900139000"

    /// Sends a résumé to a job that is new, and opens it at the company.
    private static func sent(_ story: Story) async throws -> String {
        let answer = try await story.server.post("/v1/submissions", as: story.viewer, story.submission(story.vettedJob()))
        let path = "/v1/submissions/\(try #require(try answer.json()["id"]?.text, "\(answer.text)"))"
        #expect(try await story.server.post("\(path)/viewing", as: story.recruiter).status == 200)
        return path
    }

    private static func opens(_ path: String, _ story: Story) async throws -> Bool {
        try await story.server.get(path, as: story.recruiter).text.contains("13800138000")
    }

    @Test func `a consent that is taken back closes all that one company has, and a new résumé gives another`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let nobody = try await server.get("/v1/candidate", as: story.viewer)
            #expect(nobody.text == #"{"consents":[],"kept":false}"#)
            let withdrawal = "/v1/candidate/consents/\(story.company)/withdrawal"
            #expect(try await server.post(withdrawal, as: story.viewer).status == 404)
            let path = try await Self.sent(story)
            #expect(try await Self.opens(path, story))
            let consents = try await server.get("/v1/candidate", as: story.viewer).json()["consents"]?.items
            #expect(consents?.map { $0["companyName"]?.text } == ["东莞精工"])
            for _ in 0..<2 { #expect(try await server.post(withdrawal, as: story.viewer).status == 204) }
            #expect(try await !Self.opens(path, story))
            #expect(try await server.get("/v1/candidate", as: story.viewer).text == #"{"consents":[],"kept":true}"#)
            let late = try await server.post("\(path)/contacts", as: story.recruiter, #"{"method":"phone","outcome":"reached"}"#)
            #expect(late.status == 409 && late.text.contains("consent-withdrawn"))
            let next = try await Self.sent(story)
            #expect(try await Self.opens(next, story))
        }
    }

    @Test func `who asks for erasure is gone at once for everybody, and somebody new when coming back`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let path = try await Self.sent(story)
            let other = try await server.token(.viewer, "7f9f3c52-1111-4000-8000-000000000000")
            let kept = try await server.post("/v1/submissions", as: other, story.submission(story.vettedJob(), phone: Self.again))
            for _ in 0..<2 { #expect(try await server.post("/v1/candidate/erasure", as: story.viewer).status == 204) }
            let chief = try await server.token(.operator)
            for reader in [story.viewer, story.recruiter, story.analyst, chief] {
                #expect(try await !server.get(path, as: reader).text.contains("韦小兰"))
                try await eventually { try await server.get(path, as: reader).status == 404 ? true : nil }
            }
            let left = try await server.get("/v1/submissions", as: story.recruiter).json()["items"]?.items
            #expect(left?.compactMap { $0["id"]?.text } == [try kept.json()["id"]?.text])
            #expect(try await server.post("\(path)/viewing", as: story.recruiter).status == 409)
            let next = try await Self.sent(story)
            #expect(try await Self.opens(next, story))
        }
    }

    @Test func `the key is destroyed when the legal period is over, and what it sealed opens no more`() async throws {
        try await withDatabase(maximum: 5) { pool, settings in
            try await serve(pool, settings) { server in
                let story = try await Story(server)
                try await story.registerAndVerify()
                _ = try await Self.sent(story)
                #expect(try await server.post("/v1/candidate/erasure", as: story.viewer).status == 204)
            }
            #expect(try await Self.keys(pool) == 1)
            let clock = Clock()
            clock.set(to: Timestamp(Date()).advanced(by: .seconds(86_400 * (KeyDestruction.legalPeriod + 1))))
            // The server that comes two years later looks at the calendar as soon as the process is its own.
            try await serve(pool, settings) {
                $0.now = clock.now
            } _: { _ in
                let isNoted = try await eventually {
                    let noted = try await pool.connection { db in
                        try db.query("SELECT actor_id FROM events WHERE type = 'SubjectKeyDestroyed'").map {
                            try $0.decode(0, as: String.self)
                        }
                    }
                    return noted == ["key-destruction"] ? true : nil
                }
                #expect(isNoted)
            }
            #expect(try await Self.keys(pool) == 0)
        }
    }

    private static func keys(_ pool: PostgresPool) async throws -> Int64 {
        try await pool.connection { db in try db.query("SELECT count(*) FROM subject_keys")[0].decode(0, as: Int64.self) }
    }
}
