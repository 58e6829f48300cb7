import EventSourcing
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import EventStore

@Suite(.timeLimit(.minutes(10))) struct `A rebuild` {
    @Test func `passes over what can't be folded, as the live projection does`() async throws {
        try await withTotals(300, poison: [3, 200]) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            for parts in [1, 2, 3] {
                let outcome = try await Rebuild(Totals.projection, in: pool, window: 64, parts: parts).run()
                #expect(outcome.position == 300 && outcome.differences == ["totals": 0])
                #expect(try await Totals.parked(in: pool) == [3, 200])
                #expect(try await Totals.faults(in: pool) == 0)
            }
        }
    }

    @Test func `folds in its place what was parked, once the fold can take it`() async throws {
        try await withTotals(300, poison: [3, 200]) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            #expect(try await Rebuild(Totals.lenient, in: pool).run().differences == ["totals": 2])
            #expect(try await Totals.parked(in: pool) == [])
            #expect(try await Totals.faults(in: pool, isLenient: true) == 0)
        }
    }

    @Test func `begun with another fold, begins anew`() async throws {
        try await withTotals(300, poison: [3]) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            try await stopped(Rebuild(Totals.projection, in: pool, window: 100))
            #expect(try await stopped(Rebuild(Totals.projection, in: pool, window: 100)) == 200)
            #expect(try await stopped(Rebuild(Totals.lenient, in: pool, window: 100)) == 100)
            _ = try await Rebuild(Totals.lenient, in: pool).run()
            #expect(try await Totals.faults(in: pool, isLenient: true) == 0)
        }
    }

    @Test func `goes on in the parts that it was begun in`() async throws {
        try await withTotals(300) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            try await stopped(Rebuild(Totals.projection, in: pool, window: 100, parts: 2), past: 150)
            #expect(try await stopped(Rebuild(Totals.projection, in: pool, window: 50)) >= 150)
            let outcome = try await Rebuild(Totals.projection, in: pool, parts: 3).run()
            #expect(outcome.differences == ["totals": 0])
        }
    }

    @Test func `whose checkpoints are gone begins anew`() async throws {
        try await withTotals(300) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            try await stopped(Rebuild(Totals.projection, in: pool, window: 100))
            try await pool.connection { try $0.execute("DELETE FROM checkpoints WHERE projection LIKE 'rebuild%'") }
            #expect(try await Rebuild(Totals.projection, in: pool).run().differences == ["totals": 0])
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }

    @Test func `of several the one with the largest tables begins, in parts`() async throws {
        try await withTotals(300) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            let small = Projection(name: "small", tables: ["log_dropped"], key: .stream, fold: [])
            let rebuilds = try await Rebuild.several([small, Totals.projection, small], in: pool, parts: 3)
            #expect(rebuilds.map(\.projection.name) == ["totals", "small", "small"])
            #expect(rebuilds.map(\.parts) == [3, 1, 1])
        }
    }

    @Test func `that is discarded leaves nothing behind`() async throws {
        try await withTotals(300, poison: [3]) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            let rebuild = Rebuild(Totals.projection, in: pool, window: 100)
            try await stopped(rebuild)
            try await rebuild.discard()
            let left = try await pool.connection { db in
                try db.query(
                    """
                    SELECT 1 FROM pg_namespace WHERE nspname LIKE 'rebuild%' UNION ALL SELECT 1 FROM checkpoints WHERE projection LIKE 'rebuild%'
                    UNION ALL SELECT 1 FROM parked_events WHERE projection LIKE 'rebuild%'
                    """
                ).count
            }
            #expect(left == 0)
            #expect(try await stopped(rebuild) == 100)
        }
    }

    @Test func `that was interrupted is told from one that is under way, and from a projection that is behind`() async throws {
        try await withTotals(300) { log, pool in
            try await ProjectionRunner(Totals.projection, log: log, logger: .quiet).advance(1_000)
            let rebuild = Rebuild(Totals.projection, in: pool, window: 100, parts: 2)
            try await stopped(rebuild)
            func status() async throws -> LogStatus { try await LogStatus.read(in: pool) }
            #expect(try await status().rebuilds.map(\.isUnderWay) == [true])
            try await pool.connection { try $0.execute("UPDATE checkpoints SET moved_at = moved_at - interval '1 minute'") }
            let interrupted = try await status()
            #expect(interrupted.rebuilds.map(\.name) == ["totals"] && interrupted.rebuilds.map(\.isUnderWay) == [false])
            #expect(interrupted.projections.allSatisfy { !$0.name.hasPrefix("rebuild") })
            // As while it compares.
            let comparing = try await Hold("TABLE rebuild_totals.totals", pool)
            #expect(try await status().rebuilds.map(\.isUnderWay) == [true])
            comparing.release()
            let folding = try await Hold("SELECT FROM checkpoints WHERE projection = 'rebuild_totals_1' FOR UPDATE", pool)
            await #expect(throws: RebuildError.self) { try await rebuild.discard() }
            folding.release()
            #expect(try await untilFree { try await rebuild.discard() })
            #expect(try await rebuild.discard() == false)
            #expect(try await status().rebuilds.isEmpty)
        }
    }

    @Test(arguments: ["serializable", "repeatable read"])
    func `needs no certain default isolation, nor do appends beside it`(level: String) async throws {
        try await withTotals(300) { log, pool in
            try await pool.connection { db in
                let name = try db.query("SELECT current_database()")[0].decode(0, as: String.self)
                try db.execute("ALTER DATABASE \(name) SET default_transaction_isolation = '\(level)'")
                // So that everybody connects anew.
                let others = "FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"
                _ = try db.query("SELECT pg_terminate_backend(pid) \(others)", [.text(name)])
            }
            let runner = ProjectionRunner(Totals.projection, log: log, logger: .quiet)
            async let appends: Void = {
                try await withThrowingDiscardingTaskGroup { group in
                    for writer in 0..<8 { group.addTask { for turn in 0..<10 { _ = try await log.append(.noted("w-\(writer)-\(turn)")) } } }
                }
            }()
            let outcome = try await untilDone(Rebuild(Totals.projection, in: pool, window: 50, parts: 2))
            #expect(outcome.differences == ["totals": 0])
            try await appends
            while runner.progress.position < 380 { try await runner.advance(1_000) }
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }

    @Test func `cut off again and again, beside appends and live folding, ends equal`() async throws {
        try await withTotals(400, poison: [50]) { log, pool in
            let runner = ProjectionRunner(Totals.projection, log: log, logger: .quiet)
            async let appends: Void = { for number in 0..<200 { _ = try await log.append(.noted("more-\(number)")) } }()
            async let cuts: Void = { for _ in 0..<30 { try await cutFolds(pool) } }()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { while !Task.isCancelled { try? await runner.advance(50) } }
                for _ in 0..<3 {
                    let outcome = try await untilDone(Rebuild(Totals.projection, in: pool, window: 20, parts: 2))
                    #expect(outcome.differences == ["totals": 0])
                }
                group.cancelAll()
            }
            _ = try await (appends, cuts)
            while runner.progress.position < 600 { try await runner.advance(1_000) }
            #expect(try await Totals.parked(in: pool) == [50])
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }

    @Test func `compares while live folding goes on`() async throws {
        try await withTotals(300, poison: [3]) { log, pool in
            let runner = ProjectionRunner(Totals.projection, log: log, logger: .quiet)
            try await runner.advance(1_000)
            let rebuild = Rebuild(Totals.projection, in: pool)
            try await stopped(rebuild, past: 300)
            let hold = try await Hold("LOCK TABLE rebuild_totals.totals", pool)
            async let rebuilt = rebuild.run()
            try await until(pool, others("wait_event_type = 'Lock' AND query LIKE '%hash_record_extended%'"))
            _ = try await log.append(.noted("more-1", count: 10))
            try await runner.advance(1_000)
            #expect(runner.progress.position == 310)
            hold.release()
            let outcome = try await rebuilt
            #expect(outcome.differences == ["totals": 0] && outcome.position == 300)
            #expect(try await Totals.checkpoint(in: pool).position == 310)
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }

    @Test func `lets others pass while somebody reads the old table, and swaps it then`() async throws {
        try await withTotals(300) { log, pool in
            let runner = ProjectionRunner(Totals.projection, log: log, logger: .quiet)
            try await runner.advance(1_000)
            let hold = try await Hold("TABLE totals", pool)
            async let rebuilt = Rebuild(Totals.projection, in: pool).run()
            try await until(pool, others("wait_event_type = 'Lock' AND query LIKE '%replace_table%'"))
            // Behind the lock that it waits for, until it gives way.
            try await until(pool, "SELECT count(*) FROM totals")
            _ = try await log.append(.noted("more-1", count: 10))
            while runner.progress.position < 310 { try await runner.advance(1_000) }
            hold.release()
            #expect(try await rebuilt.differences == ["totals": 0])
            #expect(try await Totals.faults(in: pool) == 0)
        }
    }

    @Test func `says how long it still takes`() {
        #expect(Rebuild.Progress(position: 100, end: 300, rate: 50).timeLeft == .seconds(4))
        #expect(Rebuild.Progress(position: 300, end: 300, rate: 0).timeLeft == .zero)
    }
}

/// Runs `rebuild` and cancels it past `position`.
/// - Returns: how far it was after its first window.
@discardableResult
private func stopped(_ rebuild: Rebuild, past position: LogPosition = .start) async throws -> LogPosition {
    let first = Mutex<LogPosition?>(nil)
    await #expect(throws: CancellationError.self) {
        try await cancelling { cancel in
            _ = try await rebuild.run { progress in
                first.withLock { $0 = $0 ?? progress.position }
                if progress.position >= position { cancel() }
            }
        }
    }
    return try #require(first.withLock { $0 })
}

/// Once no lock of another is in its way.
private func untilFree(_ body: () async throws -> Bool) async throws -> Bool {
    while true {
        do { return try await body() } catch is RebuildError { await Task.yield() }
    }
}

/// Again and again while its connections are cut, or one that was has not been given up by the server.
func untilDone(_ rebuild: Rebuild) async throws -> Rebuild.Outcome {
    while true {
        do { return try await rebuild.run() } catch let error as PostgresError where error.isUnavailable {} catch is RebuildError {}
    }
}
