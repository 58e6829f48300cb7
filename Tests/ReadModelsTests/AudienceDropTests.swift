import Commands
import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import Processes
import ReadModels
import Recruiting
import TestSupport
import Testing

/// Observations that are dropped, and what of them stays.
@Suite(.timeLimit(.minutes(10))) struct AudienceDropTests {
    @Test(arguments: Seed.schedules(5))
    func `after a drop a rebuild has the same counters and timelines, distinct viewers included`(seed: Seed) async throws {
        try await withSmallPartitions { log, pool, drop in
            var random = seed
            var crowds = (0..<3).map { _ in Crowd(SessionID(random.uuid())) }
            for _ in 0..<40 { try await crowds[Int.random(in: 0..<3, using: &random)].goOn(&random, in: log) }
            for index in crowds.indices { try await crowds[index].leave(in: log) }
            let sessions = crowds.map(\.session)
            let before = try await counters(of: sessions, drop, pool)
            let head = try await log.refreshHead()
            #expect(try await drop.prepare(through: head) == nil)
            #expect(try await Pruning.run(through: head, in: pool).partitions > 0)
            #expect(try await drop.prepare(through: head) == nil)
            #expect(try await log.refreshHead() == head.advanced(by: 3))
            #expect(try await counters(of: sessions, drop, pool) == before)
            let outcome = try await Rebuild(LiveCounters.projection, in: pool, window: 7, parts: 2).run()
            #expect(outcome.differences.values.allSatisfy { $0 == 0 }, "\(outcome.differences): \(seed.replay)")
            #expect(try await counters(of: sessions, drop, pool) == before, "\(seed.replay)")
            // Whoever comes now is somebody new, in the live tables as in those that are built anew.
            try await crowds[0].enter([1, 2], in: log)
            let later = try await counters(of: sessions, drop, pool)
            #expect(later.entries == before.entries.enumerated().map { $0.offset == 0 ? $0.element + 2 : $0.element })
            for window in [1, 4, 1_000] {
                let again = try await Rebuild(LiveCounters.projection, in: pool, window: window).run()
                #expect(again.differences.values.allSatisfy { $0 == 0 }, "\(window), \(again.differences): \(seed.replay)")
            }
            #expect(try await counters(of: sessions, drop, pool) == later)
        }
    }

    @Test func `counters as of a position before the summary say from where observations are lacking`() async throws {
        try await withSmallPartitions { log, pool, drop in
            var (first, second) = (Crowd(Story.session), Crowd(SessionID(UUID(uuidString: "33333333-3333-4333-8333-333333333334")!)))
            for turn in 0..<30 { try await first.enter([turn % 5], in: log); try await first.leave(in: log) }
            let end = try await log.refreshHead()
            let exact = try await LiveCounters.recomputed(for: first.session, asOf: end, in: pool)
            try await second.enter([1], in: log)
            try await second.leave(in: log)
            #expect(try await drop.prepare(through: end) == nil)
            #expect(try await LiveCounters.incomplete(for: first.session, asOf: end, in: pool) == nil, "nothing is dropped yet")
            _ = try await Pruning.run(through: end, in: pool)
            #expect(try await LiveCounters.incomplete(for: first.session, asOf: end, in: pool) == 1)
            #expect(try await LiveCounters.recomputed(for: first.session, asOf: end, in: pool) != exact)
            let head = try await log.refreshHead()
            #expect(try await LiveCounters.incomplete(for: first.session, asOf: head, in: pool) == nil)
            let told = try await LiveCounters.recomputed(for: first.session, asOf: head, in: pool)
            #expect(told.timed == exact.timed && told.viewers == exact.viewers)
            #expect(try await LiveCounters.incomplete(for: second.session, asOf: end, in: pool) == nil)
        }
    }

    @Test func `as long as somebody is in a room, its observations are kept`() async throws {
        try await withSmallPartitions { log, pool, drop in
            var crowd = Crowd(Story.session)
            for _ in 0..<30 {
                try await crowd.enter([1], in: log)
                try await crowd.leave(in: log)
            }
            try await crowd.enter([1], in: log)
            let head = try await log.refreshHead()
            let kept = try await drop.prepare(through: head)
            #expect(kept == 1)
            #expect(try await Pruning.run(through: head, keepingObservationsFrom: kept, in: pool).partitions == 0)
            try await crowd.leave(in: log)
            #expect(try await drop.prepare(through: head) == nil)
            #expect(try await Pruning.run(through: head, in: pool).partitions > 0)
        }
    }

    @Test(arguments: [1, 2, 1_000]) func `a summary before which somebody was observed unseen is passed over`(window: Int) async throws {
        try await withSmallPartitions { log, pool, drop in
            var crowd = Crowd(Story.session)
            try await crowd.enter([1], in: log)
            try await crowd.enter([2], in: log)
            let summary = AudienceSummarised(session: Story.session, from: 1, through: 1, entries: 1, viewers: 1, seconds: [])
            let event = Audience.Event.summarised(summary)
            let stream = Audience.summaries(of: Story.session)
            let new = NewEvent(stream: stream, type: event.type, data: event.encoded())
            let origin = Origin(actorKind: "test", actorID: "test", correlation: Story.session.uuid)
            _ = try await log.append(Append([new], expected: [stream: 0], origin: origin))
            let runner = ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet)
            while try await runner.progress.position < log.refreshHead() { try await runner.advance(window) }
            let counters = try #require(try await LiveCounters.newest(of: [Story.session], in: pool)[Story.session])
            #expect(counters.entries == 2 && counters.online == 2 && counters.viewers == 2)
        }
    }

    /// What the live tables say of sessions: folded to the end before.
    private func counters(of sessions: [SessionID], _ drop: AudienceDrop, _ pool: PostgresPool) async throws -> Told {
        try await drop.foldAll()
        let newest = try await LiveCounters.newest(of: sessions, in: pool)
        var timelines: [String] = []
        for session in sessions {
            let object = String(decoding: try #require(try await Timeline.find(session, in: pool)), as: UTF8.self)
            timelines.append(object.replacing(/"position": [0-9]+/, with: ""))
        }
        let counters = sessions.map { newest[$0] ?? SessionCounters() }
        return Told(entries: counters.map(\.entries), viewers: counters.map(\.viewers), timed: counters.map(\.timed), timelines: timelines)
    }

    private struct Told: Equatable {
        let entries: [Int]
        let viewers: [Int]
        let timed: [[Int]]
        let timelines: [String]
    }

    /// A log in partitions of 10 events.
    private func withSmallPartitions(
        _ body: @escaping @Sendable (EventLog, PostgresPool, AudienceDrop) async throws -> Void
    ) async throws {
        try await withDatabase { pool, settings in
            try await pool.connection { db in
                try db.execute(
                    """
                    UPDATE log_head SET partition_size = 10;
                    DROP TABLE events_facts_0000000000010000000, events_audience_0000000000010000000
                    """
                )
            }
            try await withRunningLog(pool, settings) { log in
                let counters = ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet)
                let commands = CommandHandler(log, now: { Timestamp(.now) })
                try await body(log, pool, AudienceDrop(commands: commands, pool: pool, counters: counters))
            }
        }
    }
}
