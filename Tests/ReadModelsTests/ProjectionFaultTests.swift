import EventSourcing
import FoundationEssentials
import Glibc
import Logging
import Postgres
import ReadModels
import Recruiting
import Synchronization
import TestSupport
import Testing

@testable import EventStore

@Suite(.timeLimit(.minutes(15))) struct `A projection under faults` {
    private static let end = LogPosition(Int64(Story.events.count))

    @Test func `several runners whose connections are cut again and again fold each event once`() async throws {
        try await withStory { log, pool in
            let expected = try await fold(log, pool, window: 100)
            try await reset(pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                let runners = (0..<3).map { _ in ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet) }
                for runner in runners {
                    group.addTask { while runner.progress.position < Self.end { try? await runner.advance(1) } }
                }
                // Its own connection may be one that folded a moment ago.
                group.addTask { for _ in 0..<20 where runners[0].progress.position < Self.end { _ = try? await cutOthers(pool) } }
                try await group.waitForAll()
            }
            for projection in Projections.all where projection.name != "live_counters" {
                let runner = ProjectionRunner(projection, log: log, logger: .quiet)
                while runner.progress.position < Self.end { try await runner.advance(100) }
            }
            #expect(try await dump(pool) == expected)
        }
    }

    @Test func `an event that can't be folded is parked, seen, holds nobody up and can be tried again`() async throws {
        try await withStory { log, pool in
            let poison = NewEvent(stream: "company-not-a-uuid", type: "CompanyRegistered", data: Array(#"{"name":"x"}"#.utf8))
            _ = try await log.append(Append([poison], expected: ["company-not-a-uuid": 0], origin: .test))
            let good = NewEvent(
                stream: "company-11111111-1111-4111-8111-111111111119",
                type: "CompanyRegistered",
                data: Array(#"{"name":"晚到","uscc":"u","region":"440000","kind":"employer"}"#.utf8)
            )
            _ = try await log.append(Append([good], expected: [good.stream: 0], origin: .test))
            let runner = ProjectionRunner(Companies.projection, log: log, logger: .quiet)
            try await running(runner) { await runner.progress.wait(past: Self.end.advanced(by: 1)) }
            #expect(try await Companies.list(on: CalendarDate("2026-01-05")).page(after: nil, limit: 10, in: pool).items.count == 3)
            let status = try #require(try await LogStatus.read(in: pool).projections.first { $0.name == "companies" })
            #expect(status.parked == 1 && status.behind == 0)
            #expect(status.error?.hasPrefix("parked \(Self.end.advanced(by: 1)): ") == true)
            #expect(try await ProjectionRunner.retryParked(Companies.projection, in: pool) == 1)
            try await pool.connection { try $0.execute("UPDATE parked_events SET position = 1; TRUNCATE companies") }
            #expect(try await ProjectionRunner.retryParked(Companies.projection, in: pool) == 0)
            #expect(try await LogStatus.read(in: pool).projections.allSatisfy { $0.parked == 0 })
        }
    }

    /// A killed process is gone with its connections; one that was stopped keeps them, as one does whose machine is lost.
    @Test(arguments: [SIGKILL, SIGSTOP])
    func `another takes over when the process that folds is killed or hangs`(signal: Int32) async throws {
        try await withDatabase(maximum: 6) { pool, settings in
            // Its folds wait for this while they hold the checkpoint.
            let hold = try await Hold("LOCK TABLE session_counters IN EXCLUSIVE MODE", pool)
            try await withRunningLog(pool, settings) { log in
                try await Story.tell(to: log)
                let server = try Child.server(ConnectionSettings(url: settings.url + " application_name=owner"))
                // Other databases of the same cluster run tests beside it, whose folds wait too.
                try await until(
                    pool,
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND application_name = 'owner' AND wait_event_type = 'Lock' AND query LIKE 'WITH facts%'
                    """
                )
                let runner = ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet)
                try await runner.advance(100)
                #expect(runner.progress.position < Self.end)
                server.signal(signal)
                hold.release()
                try await running(runner) { await runner.progress.wait(past: Self.end.advanced(by: -1)) }
                try await expectCountersOfCheckpoint(pool, "at the end")
            }
        }
    }

    @Test func `a connection that breaks at any step of a fold leaves the counters that the log has at the checkpoint`() async throws {
        try await withDatabase { pool, settings in
            try await withRunningLog(pool, settings) { log in try await Story.tell(to: log) }
            let line = try FragileLine(to: settings)
            let fragile = EventLog(line.settings, pool: PostgresPool(line.settings, maximum: 1, logger: .quiet), logger: .quiet)
            var step = 0
            repeat {
                step += 1
                try await reset(pool)
                line.breakAt(step, .beforeAnswer)
                let runner = ProjectionRunner(LiveCounters.projection, log: fragile, logger: .quiet)
                for _ in 0..<2 { try? await runner.advance(Story.events.count / 2) }
                try await expectCountersOfCheckpoint(pool, "step \(step)")
                // It may break here too: while the server still holds the lock of a connection that is gone, nothing is folded.
                while runner.progress.position < Self.end { try? await runner.advance(100) }
                try await expectCountersOfCheckpoint(pool, "step \(step)")
            } while !line.isArmed
            #expect(step > 10)
            await fragile.pool.close()
        }
    }

    @Test func `a rebuild that is cancelled goes on where it was, while events keep coming`() async throws {
        try await withStory { log, pool in
            _ = try await fold(log, pool, window: 100)
            let rebuild = Rebuild(PostedPositions.projection, in: pool, window: 5)
            await #expect(throws: CancellationError.self) {
                try await cancelling { cancel in _ = try await rebuild.run { if $0.position >= 10 { cancel() } } }
            }
            _ = try await log.append(
                Append([NewEvent(stream: "note-1", type: "Noted", data: Array("{}".utf8))], expected: ["note-1": 0], origin: .test)
            )
            try await ProjectionRunner(PostedPositions.projection, log: log, logger: .quiet).advance(10)
            let outcome = try await rebuild.run()
            #expect(outcome.position == Self.end.advanced(by: 1) && outcome.differences == ["jobs": 0])
            #expect(try await LogStatus.read(in: pool).projections.allSatisfy { !$0.name.hasPrefix("rebuild_") })
        }
    }

    @Test(arguments: [1, 2])
    func `a rebuild under which PostgreSQL is killed goes on where it was, and ends equal to the log`(parts: Int) async throws {
        try await withMigratedCluster { cluster, settings in
            let before = try await withPool(settings) { pool in
                try await withRunningLog(pool, settings) { log in
                    try await Story.tell(to: log)
                    _ = try await log.append(Self.crowd)
                    try await ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet).advance(1_000)
                    let before = try await dump(pool)
                    try await kill(cluster, underRebuildPast: 100, inParts: parts, log, pool)
                    return before
                }
            }
            try await cluster.start()
            try await withPool(settings) { pool in
                let log = EventLog(settings, pool: pool, logger: .quiet)
                try await ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet).advance(1_000)
                let first = Mutex<LogPosition?>(nil)
                let outcome = try await Rebuild(LiveCounters.projection, in: pool, window: 1, parts: parts).run { progress in
                    first.withLock { $0 = $0 ?? progress.position }
                }
                #expect(try #require(first.withLock { $0 }) > 100)
                #expect(try await outcome.position == log.refreshHead() && outcome.differences.values.allSatisfy { $0 == 0 })
                #expect(try await dump(pool) == before)
                try await expectCountersOfCheckpoint(pool, "rebuilt")
            }
        }
    }

    /// 400 observations of three each, so that a window that is lost or folded twice is seen in the counters.
    private static let crowd: Append = {
        let stream = Story.audienceStream
        let events = (0..<400).map { number in
            let viewer = String(0x7ccc_0000_0000_0000 + number / 2, radix: 16)
            let event = Story.observed((.entered, viewer), (.left, viewer), (.entered, viewer))
            return NewEvent(stream: stream, type: event.type, data: event.encoded(), lane: .audience)
        }
        let origin = Origin(actorKind: "test", actorID: "test", correlation: Story.session.uuid)
        return Append(events, expected: [stream: 3], origin: origin)
    }()
}

/// Kills PostgreSQL while a rebuild is past `position`, which is on disk by then.
private func kill(
    _ cluster: TestCluster,
    underRebuildPast position: LogPosition,
    inParts parts: Int,
    _ log: EventLog,
    _ pool: PostgresPool
) async throws {
    let reached = Watermark()
    // As long as somebody reads the old table, the rebuild doesn't end.
    let hold = try await Hold("TABLE session_counters", pool)
    let rebuild = Task {
        try await Rebuild(LiveCounters.projection, in: pool, window: 1, parts: parts).run { reached.reached($0.position) }
    }
    await reached.wait(past: position)
    // Its own commits wait for no disk; this one's does, and takes along those before it.
    let note = NewEvent(stream: "note-1", type: "Noted", data: Array("{}".utf8))
    _ = try await log.append(Append([note], expected: ["note-1": 0], origin: .test))
    cluster.crashWhole()
    await #expect(throws: (any Error).self) { try await rebuild.value }
    hold.release()
}

private func withPool<Result>(_ settings: ConnectionSettings, _ body: (PostgresPool) async throws -> Result) async throws -> Result {
    let pool = PostgresPool(settings, maximum: 4, logger: .quiet)
    let result = try await body(pool)
    await pool.close()
    return result
}

private func expectCountersOfCheckpoint(_ pool: PostgresPool, _ comment: Comment) async throws {
    let id = Story.session
    let position = try await Checkpoint.read("live_counters", in: pool)
    let counters = try await LiveCounters.newest(of: [id], in: pool)[id] ?? SessionCounters()
    #expect(try await LiveCounters.recomputed(for: id, asOf: position, in: pool) == counters, comment)
}

/// Runs `body` with a log that is running.
func withRunningLog<Result: Sendable>(
    _ pool: PostgresPool,
    _ settings: ConnectionSettings,
    _ body: (EventLog) async throws -> Result
) async throws -> Result {
    let log = EventLog(settings, pool: pool, logger: .quiet)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await log.run() }
        defer { group.cancelAll() }
        return try await body(log)
    }
}

/// Ends other connections to this database, whatever they are doing.
@discardableResult
private func cutOthers(_ pool: PostgresPool, where condition: String = "query LIKE 'WITH facts%'") async throws -> Int {
    try await pool.connection { db in
        try db.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND \(condition)
            """
        ).count
    }
}

/// Runs `body` while `runner` is running.
private func running(_ runner: ProjectionRunner, _ body: @escaping @Sendable () async -> Void) async throws {
    await withTaskGroup(of: Void.self) { group in
        group.addTask { await runner.run() }
        await body()
        group.cancelAll()
    }
}

extension Origin {
    fileprivate static let test = Origin(actorKind: "test", actorID: "test")
}
