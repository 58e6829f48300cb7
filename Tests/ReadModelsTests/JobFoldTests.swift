import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import ReadModels
import Recruiting
import TestSupport
import Testing

/// The table of jobs beside what the rules of a job make of the same events.
@Suite struct JobFoldTests {
    private static let jobs = (1...12).map { JobID("22222222-2222-4222-8222-2222222222\($0 < 10 ? "0" : "")\($0)")! }
    private static let reviewer = try! Subject("r")
    private static let revisions = [
        try! JobRevised(texts: [.title: "后端开发"]), try! JobRevised(texts: [.duties: "写服务"]), try! JobRevised(texts: [.conditions: "会两门语言"]),
        try! JobRevised(pay: Pay(minimum: 9000, maximum: 12000, unit: .month)), try! JobRevised(validThrough: CalendarDate("2027-04-30")),
        try! JobRevised(removed: [.occupationCode]), try! JobRevised(removed: [.terms]),
    ]

    private static let posting = try! JobPosted(
        company: CompanyID("11111111-1111-4111-8111-111111111111")!,
        texts: JobTexts(title: "数控技工", occupation: "数控", duties: "操作机床", conditions: "会看图纸", place: "东莞"),
        region: Region("441900"),
        pay: Pay(minimum: 6000, maximum: 9000, unit: .month),
        openings: 3,
        validThrough: CalendarDate("2027-03-31")
    )

    private static func next(_ state: Job.State, _ seed: inout Seed) -> Job.Event? {
        switch state {
        case .unposted: .posted(posting)
        case .closed: nil
        case .open:
            switch Int.random(in: 0..<12, using: &seed) {
            case 0..<3: .vetted(try! JobVetted(by: reviewer, version: 1))
            case 3..<6: .rejected(try! JobRejected(by: reviewer, findings: ["薪资不明"]))
            case 11 where Bool.random(using: &seed): .expired(JobExpired())
            default: .revised(revisions.randomElement(using: &seed)!)
            }
        }
    }

    private struct Standing: Hashable {
        var status: String
        /// The position since when it waits.
        var waiting: Int64?
    }

    private static func standing(_ state: Job.State, before: Standing?, at position: Int64) -> Standing {
        switch state {
        case .unposted, .open(_, .pending):
            before?.status == "posted" ? before! : Standing(status: "posted", waiting: position)
        case .open(_, .vetted): Standing(status: "vetted")
        case .open(_, .rejected): Standing(status: "rejected")
        case .closed: Standing(status: "expired")
        }
    }

    @Test(arguments: [1, 2, 3, 7, 1_000]) func `a job waits for vetting when its rules say so, whatever the windows`(window: Int)
        async throws
    {
        try await withDatabase { pool, settings in
            try await withRunningLog(pool, settings) { log in
                var seed = Seed(UInt64(window))
                var events: [JobID: [Job.Event]] = [:]
                var standings: [JobID: Standing] = [:]
                var position: Int64 = 0
                for _ in 0..<200 {
                    let job = Self.jobs.randomElement(using: &seed)!
                    let known = events[job, default: []]
                    guard let event = Self.next(Job.fold(known), &seed) else { continue }
                    position += 1
                    let new = NewEvent(stream: Job.stream(job), type: event.type, data: event.encoded())
                    let origin = Origin(actorKind: "test", actorID: "test")
                    _ = try await log.append(Append([new], expected: [Job.stream(job): known.count], origin: origin))
                    events[job] = known + [event]
                    standings[job] = Self.standing(Job.fold(known + [event]), before: standings[job], at: position)
                }
                let runner = ProjectionRunner(PostedPositions.projection, log: log, logger: .quiet)
                while runner.progress.position < LogPosition(position) { try await runner.advance(window) }
                let found = try await pool.connection { db in
                    try db.query("SELECT id, status, waiting FROM jobs").map { row in
                        (
                            JobID(try row.decode(0, as: UUID.self)),
                            Standing(status: try row.decode(1, as: String.self), waiting: try row.decode(2, as: Int64?.self))
                        )
                    }
                }
                #expect(Dictionary(uniqueKeysWithValues: found) == standings)
            }
        }
    }
}
