import EventSourcing
import EventStore
import FoundationEssentials
import Glibc
import Postgres
import PostgresCluster
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(15))) struct `What the log survives` {
    @Test func `kill -9 of PostgreSQL while many append loses nothing acknowledged and doubles nothing`() async throws {
        try await withMigratedCluster { cluster, settings in
            let acknowledged = Acknowledged()
            try await withOwnLog(settings, patience: .seconds(120)) { log in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for writer in 0..<8 { group.addTask { try await write(60, as: writer, to: log, acknowledged) } }
                    for crash in 1...2 {
                        while acknowledged.count < crash * 40 { await Task.yield() }
                        try cluster.crash()
                        try await cluster.start()
                    }
                    try await group.waitForAll()
                }
                let events = try await log.read(after: .start, limit: .max)
                #expect(events.map(\.position.rawValue) == Array(1...960))
                for (stream, range) in acknowledged.ranges {
                    #expect(events.filter { $0.stream == stream }.map(\.position) == [range.first, range.last])
                }
            }
        }
    }

    @Test func `readers on any connection see a dense prefix, also while a writer holds the head`() async throws {
        try await withDatabase(maximum: 8) { pool, settings in
            try await running(EventLog(settings, pool: pool, logger: .quiet)) { log in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { for number in 0..<150 { _ = try await log.append(.noted("a-\(number)", count: 3)) } }
                    group.addTask { for number in 0..<150 { _ = try await log.append(.noted("b-\(number)", count: 2)) } }
                    group.addTask { for _ in 0..<10 { try await holdHead(pool) } }
                    for _ in 0..<3 { group.addTask { try await readPrefixes(of: log, through: 750) } }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func `a promoted replica holds a prefix, and appends go on there`() async throws {
        try await withMigratedCluster { cluster, settings in
            let replica = try await cluster.replica()
            let acknowledged = try await withOwnLog(settings) { log in
                for number in 0..<200 { _ = try await log.append(.noted("a-\(number)")) }
                return try await log.refreshHead()
            }
            let copy = replica.settings()
            let pool = PostgresPool(copy, maximum: 1, logger: .quiet)
            let seen = try await EventLog(copy, pool: pool, logger: .quiet).read(after: .start, limit: .max).map(\.position.rawValue)
            #expect(seen == Array(1...Int64(max(seen.count, 1))) && seen.count <= Int(acknowledged.rawValue))
            await pool.close()
            try await promote(copy)
            try await withOwnLog(copy) { log in
                let before = try await log.read(after: .start, limit: .max).count
                #expect(try await untilKnown { try await log.append(.noted("after-1", count: 3)) }.first.rawValue == Int64(before + 1))
                #expect(try await log.read(after: .start, limit: .max).map(\.position.rawValue) == Array(1...Int64(before + 3)))
            }
            try await replica.remove()
        }
    }

    @Test func `a failover that loses events begins an epoch, and who has seen them must start anew`() async throws {
        try await withReplica { servers in
            let pool = PostgresPool(servers.either, maximum: 2, logger: .quiet)
            let log = EventLog(servers.either, pool: pool, logger: .quiet)
            let run = Task { try await log.run() }
            for number in 0..<10 { _ = try await log.append(.noted("a-\(number)")) }
            try await servers.part(after: 10)
            for number in 10..<15 { _ = try await log.append(.noted("a-\(number)")) }
            let epoch = try await log.epoch()
            try await servers.failOver()
            await #expect(throws: EventStoreError.self) { try await log.append(.noted("a-15")) }
            await #expect(throws: EventStoreError.epochEnded) { try await run.value }
            try await withOwnLog(servers.either) { log in
                let outcome = try await log.append(.noted("b-1"))
                let another = try await log.epoch()
                #expect(outcome == .appended(LogRange(first: 11, count: 1)) && another != epoch)
            }
            await pool.close()
        }
    }

    @Test func `a jobcast tail that has printed what a failover lost ends, and says what to do`() async throws {
        try await withReplica { servers in
            let tail = try Child(built: "jobcast", ["tail", "--after", "0"], environment: ["DATABASE_URL": servers.either.url])
            let deadline = Task {
                try await Task.sleep(for: .seconds(300))
                tail.signal(SIGKILL)
            }
            defer { deadline.cancel() }
            try await withOwnLog(servers.either) { log in _ = try await log.append(.noted("a-1", count: 10)) }
            try await servers.part(after: 10)
            try await withOwnLog(servers.either) { log in _ = try await log.append(.noted("a-2", count: 5)) }
            try await onOwnThread(named: "test") { while try !tail.line().hasPrefix(#"{"position":15,"#) {} }
            try await servers.failOver()
            try await withOwnLog(servers.either) { log in _ = try await untilKnown { try await log.append(.noted("b-1")) } }
            let (status, words) = try await onOwnThread(named: "test") {
                let lines = sequence(state: tail) { try? $0.line() }.joined(separator: " ")
                return (tail.wait(), lines)
            }
            // As waitpid(2) tells it: exit(1).
            #expect(status == 1 << 8)
            #expect(words.contains("forget them, and print it anew with jobcast tail --after 0"))
        }
    }

    @Test func `a crash and a restart of the same server leave the epoch as it is`() async throws {
        try await withMigratedCluster { cluster, settings in
            try await withOwnLog(settings) { log in
                _ = try await log.append(.noted("a-1"))
                let epoch = try await log.epoch()
                try cluster.crash()
                try await cluster.start()
                #expect(try await untilKnown { try await log.append(.noted("a-2")) }.first == 2)
                #expect(try await withOwnLog(settings) { log in try await epochAfterCrash(log) } == epoch)
            }
        }
    }

    @Test func `it hears of others by LISTEN again when the database has been away`() async throws {
        try await withMigratedCluster { cluster, settings in
            let pool = PostgresPool(settings, maximum: 1, logger: .quiet)
            try await running(EventLog(settings, pool: pool, logger: .quiet)) { log in
                _ = try await log.append(.noted("a-1"))
                try await cluster.restart()
                // It asks for the head over this one connection: now only what it is told can reach it.
                let hold = try await Hold("SELECT 1", pool)
                let other = PostgresPool(settings, maximum: 1, logger: .quiet)
                while log.head.position < 1_000 {
                    _ = try await other.connection { try $0.query("SELECT pg_notify('jobcast_log', '1000'), pg_sleep(0.01)") }
                }
                hold.release()
                await other.close()
            }
            await pool.close()
        }
    }

    @Test func `with the database away callers are told, and it goes on by itself`() async throws {
        try await withMigratedCluster { cluster, settings in
            try await withOwnLog(settings, patience: .milliseconds(500)) { log in
                _ = try await log.append(.noted("a-1"))
                try await cluster.stop()
                await #expect(throws: EventStoreError.self) { try await log.append(.noted("a-2")) }
                try await cluster.start()
                let range = try await untilKnown { try await log.append(.noted("a-3")) }
                #expect(range.last <= LogPosition(3))
            }
        }
    }

    @Test func `past its bound the log says so, and what it acknowledged is all there`() async throws {
        try await withLog { log, pool in
            let wide = Array(repeating: UInt8(ascii: " "), count: 1 << 20) + Array("{}".utf8)
            let results = await withTaskGroup(of: Bool.self) { group in
                for number in 0..<300 {
                    group.addTask {
                        let stream = StreamName("wide-\(number)")
                        let append = Append(
                            [NewEvent(stream: stream, type: "Noted", data: wide)],
                            expected: [stream: 0],
                            origin: .recruiter
                        )
                        return (try? await log.append(append)) != nil
                    }
                }
                return await group.reduce(into: [Bool]()) { $0.append($1) }
            }
            let accepted = results.count { $0 }
            #expect(accepted < 300 && accepted > 0)
            try await #expect(log.read(after: .start).count == accepted)
        }
    }
}

/// As a client that must know: again with the same key until there is an answer that says where.
private func untilKnown(_ append: () async throws -> AppendOutcome) async throws -> LogRange {
    while true {
        try Task.checkCancellation()
        do {
            if let range = try await append().range { return range }
        } catch EventStoreError.outcomeUnknown, EventStoreError.overloaded {}
        await Task.yield()
    }
}

/// Again while a connection is found broken, which under load some are that were made after the crash as well.
private func epochAfterCrash(_ log: EventLog) async throws -> UUID {
    while true {
        do { return try await log.epoch() } catch let error as PostgresError where error.isUnavailable {}
        try Task.checkCancellation()
    }
}

/// What writers were told is in the log.
private final class Acknowledged: Sendable {
    private let state = Mutex<[StreamName: LogRange]>([:])

    var count: Int { state.withLock(\.count) }
    var ranges: [StreamName: LogRange] { state.withLock { $0 } }

    func add(_ stream: StreamName, _ range: LogRange) {
        state.withLock { $0[stream] = range }
    }
}

private func write(_ count: Int, as writer: Int, to log: EventLog, _ acknowledged: Acknowledged) async throws {
    for number in 0..<count {
        let stream = StreamName("w-\(writer)-\(number)")
        let key = AppendKey(id: UUID(), fingerprint: 1)
        acknowledged.add(stream, try await untilKnown { try await log.append(.noted(stream.description, count: 2, key: key)) })
    }
}

/// Two servers under one name: whichever takes writes.
private struct Servers {
    let primary: TestCluster
    let replica: TestCluster
    /// One connection to the replica.
    let copy: PostgresPool
    let either: ConnectionSettings

    /// What comes once the replica has `position` doesn't get there.
    func part(after position: Int) async throws {
        try await until(copy, "SELECT count(*) FROM log_head WHERE position = \(position)")
        try await copy.connection { try $0.execute("ALTER SYSTEM SET primary_conninfo = ''") }
        try await until(copy, "SELECT (pg_reload_conf() AND NOT EXISTS (SELECT FROM pg_stat_wal_receiver))::integer::bigint")
    }

    func failOver() async throws {
        try primary.crash()
        _ = try await copy.connection { try $0.query("SELECT pg_promote(true)") }
    }
}

private func withReplica(_ body: @escaping @Sendable (Servers) async throws -> Void) async throws {
    try await withMigratedCluster { primary, _ in
        let replica = try await primary.replica()
        let copy = PostgresPool(replica.settings(), maximum: 1, logger: .quiet)
        let hosts = "host='\(primary.server.sockets),\(replica.server.sockets)' user=\(PostgresServer.user) dbname=postgres"
        let either = ConnectionSettings(url: hosts + " target_session_attrs=read-write")
        try await body(Servers(primary: primary, replica: replica, copy: copy, either: either))
        await copy.close()
        try await replica.remove()
    }
}

private func promote(_ settings: ConnectionSettings) async throws {
    let pool = PostgresPool(settings, maximum: 1, logger: .quiet)
    _ = try await pool.connection { try $0.query("SELECT pg_promote(true)") }
    await pool.close()
}

private func holdHead(_ pool: PostgresPool) async throws {
    try await pool.transaction { db in
        _ = try db.query("SELECT position FROM log_head FOR UPDATE")
        _ = try db.query("SELECT pg_sleep(0.02)")
    }
}

private func readPrefixes(of log: EventLog, through end: Int) async throws {
    var seen = 0
    while seen < end {
        let positions = try await log.read(after: .start, limit: .max).map(\.position.rawValue)
        try #require(positions.count >= seen && positions == Array(0..<Int64(positions.count)).map { $0 + 1 })
        seen = positions.count
    }
}

private func withOwnLog<Result: Sendable>(
    _ settings: ConnectionSettings,
    patience: Duration = .seconds(120),
    _ body: @escaping @Sendable (EventLog) async throws -> Result
) async throws -> Result {
    let pool = PostgresPool(settings, maximum: 2, logger: .quiet)
    let result = try await running(EventLog(settings, pool: pool, patience: patience, logger: .quiet)) { log in try await body(log) }
    await pool.close()
    return result
}
