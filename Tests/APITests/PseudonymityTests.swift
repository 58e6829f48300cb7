import EventSourcing
import EventStore
import FoundationEssentials
import JSON
import Postgres
import Recruiting
import Testing

@testable import API
@testable import Access

/// What the log tells of the people who apply.
@Suite struct PseudonymityTests {
    private static let subject = "0b6a4ed8-9f61-4c0a-9e70-6a0d8a3a1f10"

    /// One candidate's submissions from two sessions, the second taken back with a reason.
    private static func apply(_ story: Story) async throws -> (sessions: [String], submissions: [String], jobs: [String]) {
        try await story.registerAndVerify()
        var (sessions, submissions, jobs): ([String], [String], [String]) = ([], [], [])
        for _ in 0..<2 {
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            let sent = try await story.server.post("/v1/submissions", as: story.viewer, story.submission(job, session: session))
            submissions.append(try #require(try sent.json()["id"]?.text, "\(sent.text)"))
            sessions.append(session)
            jobs.append(job)
        }
        let reason = "{\"reason\":\"已就业 19900842715\"}"
        #expect(try await story.server.post("/v1/submissions/\(submissions[1])/withdrawal", as: story.viewer, reason).status == 200)
        return (sessions, submissions, jobs)
    }

    @Test func `no free text of a candidate stands in the log`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            _ = try await Self.apply(story)
            let found = try await server.pool.connection { db in
                try db.query("SELECT count(*) FROM events AS e WHERE e::text ~ '19900842715|已就业|13800138000|韦小兰'")[0].decode(
                    0,
                    as: Int64.self
                )
            }
            #expect(found == 0)
        }
    }

    @Test func `what is shown of two sessions' logs has nothing in common that is the candidate's`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let (sessions, submissions, _) = try await Self.apply(story)
            let viewer = Identity(subject: Self.subject, grants: [.viewer], expires: .distantFuture)
            let person = try #require(try await server.candidates.candidates(of: viewer).first)
            for (session, submission) in zip(sessions, submissions) {
                for (reader, place) in [(story.analyst, "after=0"), (story.host, "after=0"), (story.host, "before=1000000")] {
                    let log = try await server.get("/v1/sessions/\(session)/log?limit=200&\(place)", as: reader)
                    #expect(log.text.contains("submission-\(submission)") && log.text.contains("ResumeSubmitted"))
                    for telling in [Self.subject, person.description, "candidate", "ciphertext", "\"key\""] {
                        #expect(!log.text.contains(telling), "\(telling) in \(log.text)")
                    }
                }
            }
        }
    }

    @Test func `a session's log is stepped through event by event, forwards and backwards, past what isn't shown`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let path = "/v1/sessions/\(try await Self.apply(story).sessions[0])/log"
            func jobs(_ query: String) async throws -> [Int] {
                let items = try await server.get("\(path)?\(query)", as: story.analyst).json()["items"]?.items ?? []
                return items.compactMap { $0["position"]?.integer }
            }
            let all = try await jobs("limit=200")
            #expect(all.count > 3 && all == all.sorted())
            var (forwards, backwards) = ([Int](), [Int]())
            while let next = try await jobs("limit=1&after=\(forwards.last ?? 0)").first { forwards.append(next) }
            while let next = try await jobs("limit=1&before=\(backwards.last ?? 1_000_000)").first { backwards.append(next) }
            #expect(forwards == all && backwards == all.reversed())
        }
    }

    @Test func `every event is shown without what is sealed or leads from one submission to the next`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            _ = try await Self.apply(story)
            let events = try await server.log.read(after: .start, limit: 1_000)
            let people = events.filter(\.isPersonal)
            #expect(Set(people.map(\.type)) == ["CandidateRegistered", "ProfileSealed", "ConsentGiven"])
            let person = try #require(people.first?.stream.id)
            for event in events {
                let shown = String(decoding: event.publicData, as: UTF8.self)
                #expect(!shown.contains("ciphertext") && !shown.contains(person) && !shown.contains(Self.subject), "\(shown)")
                #expect(event.isPersonal || !event.stream.description.contains(person))
                #expect(event.origin.actorKind != "viewer" || event.origin.actorID.isEmpty)
            }
        }
    }

    @Test func `nobody without the secret can work out who made a submission`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let (_, submissions, jobs) = try await Self.apply(story)
            let events = try await server.log.read(after: .start, limit: 1_000)
            let person = try #require(events.first(where: \.isPersonal)?.stream.id)
            #expect(person != Self.subject)
            for (submission, job) in zip(submissions, jobs) {
                let namespace = try #require(JobID(job)).uuid
                for name in [Self.subject, String(person)] {
                    #expect(SubmissionID(UUID(namespace: namespace, name: name)).description != submission)
                }
            }
            let other = Candidates(pool: server.pool, master: Array(repeating: 1, count: 32))
            let viewer = Identity(subject: Self.subject, grants: [.viewer], expires: .distantFuture)
            #expect(try await server.candidates.candidates(of: viewer).map(\.description) == [String(person)])
            #expect(try await other.candidates(of: viewer).isEmpty)
        }
    }
}
