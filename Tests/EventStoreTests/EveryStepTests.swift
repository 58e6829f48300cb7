import EventSourcing
import FoundationEssentials
import Postgres
import TestSupport
import Testing

@testable import EventStore

/// The connection breaks at each request that is made on the way in turn, before it gets to PostgreSQL and after it was carried out.
@Suite(.timeLimit(.minutes(15))) struct `A connection that breaks at any step` {
    @Test(arguments: FragileLine.Moment.allCases)
    func `of an append leaves it in the log once, and it is answered`(moment: FragileLine.Moment) async throws {
        try await withLine { _, pool, line, _ in
            try await running(EventLog(line.settings, pool: pool, logger: .quiet)) { log in
                _ = try await log.append(.noted("taken-1"))
                try await until(pool, others("query LIKE 'LISTEN%'"))
                try await atEveryStep(of: line, moment) { step in
                    let known = try await log.refreshHead()
                    // One that loses and one that wins, so that refusals are asked for as well.
                    async let lost = log.append(.noted("taken-1"))
                    let won = try await log.append(.noted("a-\(step)", count: 2))
                    #expect(won.range == LogRange(first: known.advanced(by: 1), count: 2), "step \(step): \(won)")
                    #expect(try await lost == .conflict("taken-1"), "step \(step)")
                    try await #expect(log.refreshHead() == known.advanced(by: 2), "step \(step)")
                }
            }
        }
    }

    @Test(arguments: FragileLine.Moment.allCases)
    func `of a fold leaves tables and checkpoint at the same position`(moment: FragileLine.Moment) async throws {
        try await withLine { log, pool, line, fragile in
            try await Totals.fill(log, 20, poison: [7, 8])
            try await atEveryStep(of: line, moment) { step in
                try await Totals.reset(pool)
                let runner = ProjectionRunner(Totals.projection, log: fragile, logger: .quiet)
                for _ in 0..<2 { try? await runner.advance(10) }
                let position = try await Totals.checkpoint(in: pool).position
                try await #expect(Totals.faults(in: pool, through: position) == 0, "step \(step)")
                while runner.progress.position < 20 { try await runner.advance(10) }
                try await #expect(Totals.faults(in: pool) == 0, "step \(step)")
                try await #expect(Totals.parked(in: pool) == [7, 8], "step \(step)")
            }
        }
    }

    @Test func `of a rebuild leaves one that can be finished`() async throws {
        try await withLine { log, pool, line, fragile in
            try await Totals.fill(log, 10, poison: [7])
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            try await atEveryStep(of: line, .beforeAnswer) { step in
                let rebuild = Rebuild(Totals.projection, in: fragile.pool, window: 10)
                do { _ = try await rebuild.run() } catch is PostgresError {}
                try await #expect(Totals.faults(in: pool) == 0, "step \(step)")
                try await #expect(untilDone(rebuild).differences == ["totals": 0], "step \(step)")
                try await #expect(Totals.faults(in: pool) == 0, "step \(step)")
                try await #expect(Totals.parked(in: pool) == [7], "step \(step)")
            }
        }
    }
}

/// Runs `body` with the line set to break at the first request, then at the second, and so on, until there is no such request.
private func atEveryStep(of line: FragileLine, _ moment: FragileLine.Moment, _ body: (_ step: Int) async throws -> Void) async throws {
    var step = 0
    repeat {
        step += 1
        line.breakAt(step, moment)
        try await body(step)
    } while !line.isArmed
    #expect(step > 3)
}

/// Runs `body` with a log that is running, and one that isn't and whose pool goes through the line.
private func withLine(_ body: @escaping @Sendable (EventLog, PostgresPool, FragileLine, EventLog) async throws -> Void) async throws {
    try await withDatabase { pool, settings in
        let line = try FragileLine(to: settings)
        let fragile = EventLog(line.settings, pool: PostgresPool(line.settings, maximum: 2, logger: .quiet), logger: .quiet)
        try await Totals.prepare(pool)
        try await running(EventLog(settings, pool: pool, logger: .quiet)) { log in try await body(log, pool, line, fragile) }
        await fragile.pool.close()
    }
}
