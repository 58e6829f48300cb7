import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import ReadModels
import Recruiting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct TimelineTests {
    @Test(arguments: Seed.schedules(10))
    func `up to any position, and up to any second, a timeline adds up to the counters as of then`(seed: Seed) async throws {
        try await withDatabase { pool, settings in
            try await withRunningLog(pool, settings) { log in
                var random = seed
                var crowds = (0..<2).map { _ in Crowd(SessionID(random.uuid())) }
                for _ in 0..<20 { try await crowds[Int.random(in: 0...1, using: &random)].goOn(&random, in: log) }
                try await spreadOut(pool)
                let head = try await log.refreshHead()
                let runner = ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet)
                while runner.progress.position < head {
                    try await runner.advance(.random(in: 1...9, using: &random))
                    for crowd in crowds {
                        let exact = try await LiveCounters.recomputed(for: crowd.session, asOf: runner.progress.position, in: pool)
                        #expect(try await timed(crowd.session, in: pool) == exact.timed, "\(seed.replay)")
                    }
                }
                for crowd in crowds {
                    let second = Self.start + Double(Int.random(in: 0...30, using: &random))
                    let position = try await lastPosition(before: second + 1, pool)
                    let exact = try await LiveCounters.recomputed(for: crowd.session, asOf: position, in: pool)
                    #expect(try await timed(crowd.session, through: second, in: pool) == exact.timed, "\(seed.replay)")
                }
            }
        }
    }

    @Test func `a timeline has a place for each second in which something changed, and none else`() async throws {
        try await withStory { log, pool in
            try await spreadOut(pool)
            _ = try await fold(log, pool, window: 7)
            let object = try #require(try await Timeline.find(Story.session, in: pool))
            let timeline = try JSONDecoder().decode([String: Field].self, from: Data(object))
            let arrays = timeline.values.compactMap(\.numbers)
            #expect(arrays.count == 11 && Set(arrays.map(\.count)).count == 1)
            #expect(timeline["second"]?.numbers == timeline["second"]?.numbers.map { Array(Set($0)).sorted() })
            let sums = timeline.compactMapValues { $0.numbers?.reduce(0, +) }
            #expect(sums["entered"] == 4 && sums["left"] == 2 && sums["opened"] == 1 && sums["cards"] == 1)
            #expect(sums["applied"] == 2 && sums["withdrawn"] == 1 && sums["asked"] == 1 && sums["answered"] == 1)
        }
    }

    @Test func `a session in which nothing happened has an empty timeline`() async throws {
        try await withDatabase { pool in
            let object = String(decoding: try #require(try await Timeline.find(Story.session, in: pool)), as: UTF8.self)
            #expect(object.contains(#""second": []"#) && object.contains(#""left": []"#) && !object.contains("began"))
        }
    }

    private enum Field: Decodable {
        case numbers([Int])
        case other

        init(from decoder: any Decoder) throws {
            self = (try? decoder.singleValueContainer().decode([Int].self)).map { .numbers($0) } ?? .other
        }

        var numbers: [Int]? { if case .numbers(let numbers) = self { numbers } else { nil } }
    }

    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    /// Gives the events times of recording 0.7 s apart, as if it had all taken longer.
    private func spreadOut(_ pool: PostgresPool) async throws {
        try await pool.transaction { db in
            try db.execute(
                """
                SET LOCAL session_replication_role = replica;
                UPDATE events SET recorded_at = to_timestamp(1800000000) + (position - 1) * interval '700 ms'
                """
            )
        }
    }

    private func lastPosition(before moment: Date, _ pool: PostgresPool) async throws -> LogPosition {
        try await pool.connection { db in
            let rows = try db.query("SELECT coalesce(max(position), 0) FROM events WHERE recorded_at < $1", [.timestamptz(moment)])
            return LogPosition(try rows[0].decode(0, as: Int64.self))
        }
    }
}
