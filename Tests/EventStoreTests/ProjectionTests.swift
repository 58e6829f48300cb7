import EventSourcing
import EventStore
import Postgres
import TestSupport
import Testing

@Suite struct `A projection` {
    @Test func `parks the events it can't fold and no other, in one pass`() async throws {
        try await withTotals(1_000, poison: [1, 2, 500, 777, 1_000]) { log, pool in
            let runner = ProjectionRunner(Totals.projection, log: log, logger: .quiet)
            try await runner.advance(10_000)
            #expect(runner.progress.position == 1_000)
            #expect(try await Totals.parked(in: pool) == [1, 2, 500, 777, 1_000])
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }

    @Test func `folded by several runners whose connections are cut parks the same events, and folds each other once`() async throws {
        let poison = Set(stride(from: Int64(7), to: 400, by: 13))
        try await withTotals(400, poison: poison) { log, pool in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let runners = (0..<3).map { _ in ProjectionRunner(Totals.projection, log: log, logger: .quiet) }
                for (window, runner) in zip([1, 3, 20], runners) {
                    group.addTask { while runner.progress.position < 400 { try? await runner.advance(window) } }
                }
                group.addTask { while runners[0].progress.position < 400 { try await cutFolds(pool) } }
                try await group.waitForAll()
            }
            #expect(try await Totals.parked(in: pool) == poison.sorted())
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }

    @Test func `stands still for what is no event's fault, says why, and goes on when it is mended`() async throws {
        try await withTotals(50) { log, pool in
            let runner = ProjectionRunner(Totals.projection, log: log, logger: .quiet)
            try await pool.connection { try $0.execute("ALTER TABLE totals RENAME TO misplaced") }
            await #expect(throws: PostgresError.self) { try await runner.advance(1) }
            let halted = try await Totals.checkpoint(in: pool)
            #expect(halted.position == 0 && halted.error?.hasPrefix("past 0: ") == true && halted.error?.contains("42P01") == true)
            #expect(try await Totals.parked(in: pool) == [])
            try await pool.connection { try $0.execute("ALTER TABLE misplaced RENAME TO totals") }
            try await runner.advance(100)
            #expect(try await Totals.checkpoint(in: pool) == (50, nil))
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }
}
