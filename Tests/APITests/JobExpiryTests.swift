import Access
import Commands
import EventSourcing
import EventStore
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

@Suite(.timeLimit(.minutes(5))) struct JobExpiryTests {
    @Test func `a job whose last day is past closes by itself, and its card leaves every shelf`() async throws {
        try await withDatabase(maximum: 5) { pool, settings in
            let yesterday = Story.today.advanced(days: -1)
            let ids = AsyncStream.makeStream(of: [String].self)
            try await serve(pool, settings) { server in
                let story = try await Story(server)
                try await story.registerAndVerify()
                let kept = try await story.vettedJob()
                let old = try await Self.old(story, validThrough: yesterday)
                let sessions = [try await story.liveSession([kept]), try await story.scheduledSession()]
                for session in sessions { try await Self.shelve(old, session, server) }
                ids.continuation.yield([kept, old] + sessions)
            }
            let known = try #require(await ids.stream.first { _ in true })
            // The server that comes next day looks at the calendar as soon as the process is its own.
            try await serve(pool, settings) { server in
                let story = try await Story(server)
                try await eventually {
                    try await server.get("/v1/jobs/\(known[1])", as: story.recruiter).json()["status"]?.text == "expired" ? true : nil
                }
                #expect(try await server.get("/v1/jobs/\(known[0])").json()["status"]?.text == "vetted")
                for (session, left) in [(known[2], [known[0]]), (known[3], [])] {
                    try await eventually {
                        let items = try await server.get("/v1/sessions/\(session)/shelf").json()["items"]?.items ?? []
                        return items.compactMap { $0["job"]?.text } == left ? true : nil
                    }
                }
                let actor = try await server.pool.connection { db in
                    try db.query("SELECT actor_id FROM events WHERE type = 'JobExpired'").map { try $0.decode(0, as: String.self) }
                }
                #expect(actor == ["job-expiry"])
            }
        }
    }

    /// A job that was posted and vetted while it was still valid.
    private static func old(_ story: Story, validThrough: CalendarDate) async throws -> String {
        let id = JobID("b0000000-0000-4000-8000-000000000001")!
        let posting = try JobPosted(
            company: #require(CompanyID(story.company)),
            texts: JobTexts(title: "旧岗位", occupation: "操作", duties: "操作", conditions: "能", place: "东莞"),
            region: Region("441900"),
            pay: Pay(minimum: 5000, maximum: 6000, unit: .month),
            openings: 1,
            validThrough: validThrough
        )
        try await append(
            [.posted(posting), .vetted(JobVetted(by: Subject("r"), version: 1))] as [Job.Event],
            Job.stream(id),
            0,
            story.server
        )
        return id.description
    }

    private static func shelve(_ job: String, _ session: String, _ server: TestServer) async throws {
        let stream = Session.stream(try #require(SessionID(session)))
        let item = try JSONDocument(Array(#"{"job":"\#(job)","version":2,"openings":1,"company":"\#(job)"}"#.utf8)).decode(ShelfItem.self)
        let version = try await server.log.read(streams: [stream])[stream]?.last?.version ?? 0
        try await append([Session.Event.shelved(JobsShelved(jobs: [item]))], stream, version, server)
    }

    private static func append<Event: DomainEvent>(_ events: [Event], _ stream: StreamName, _ version: Int, _ server: TestServer)
        async throws
    {
        let new = events.map { NewEvent(stream: stream, type: $0.type, data: $0.encoded()) }
        let outcome = try await server.log.append(
            Append(new, expected: [stream: version], origin: Origin(actorKind: "seed", actorID: "seed"))
        )
        guard case .appended = outcome else {
            Issue.record("\(outcome)")
            return
        }
    }
}
