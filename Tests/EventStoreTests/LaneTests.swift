import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import Synchronization
import TestSupport
import Testing

@Suite struct `Lanes and partitions` {
    @Test func `are read in the order of positions, over partitions of 10,000 events`() async throws {
        try await withLanes { log, _ in
            let events = try await log.read(after: .start, limit: .max)
            #expect(events.map(\.position.rawValue) == Array(1...25_000))
            let middle = try await log.read(after: 9_995, limit: 10)
            #expect(middle.map(\.position.rawValue) == Array(9_996...10_005))
        }
    }

    @Test(arguments: [(999, 1), (1_000, 2), (30_000, 3)])
    func `are scanned page by page in the order of positions, also where observations are gone`(size: Int, ahead: Int) async throws {
        try await withLanes { log, pool in
            _ = try await drop(through: 15_000, pool)
            var scanned: [Int64] = []
            try await log.scan(after: 7, through: 24_001, size: size, ahead: ahead) { page in scanned += page.map(\.position.rawValue) }
            let read = try await log.read(after: 7, through: 24_001, limit: .max)
            #expect(scanned == read.map(\.position.rawValue) && scanned.count == 24_001 - 7 - 1_000)
        }
    }

    @Test func `are scanned no further once a page has failed`() async throws {
        struct Enough: Error {}
        try await withLanes { log, _ in
            let pages = Mutex(0)
            await #expect(throws: Enough.self) {
                try await log.scan(through: 25_000) { _ in
                    if pages.withLock({
                        $0 += 1; return $0
                    }) == 3 {
                        throw Enough()
                    }
                }
            }
            #expect(pages.withLock { $0 } == 3)
        }
    }

    @Test func `let observations be dropped by age, and facts stay`() async throws {
        try await withLanes { log, pool in
            try await #expect(drop(through: 15_000, pool) == 1)
            let left = try await log.read(after: .start, limit: .max)
            #expect(left.count == 24_000 && left.first { $0.position > 8_998 && $0.stream.category == "b" }!.position > 10_000)
            #expect(left.filter { $0.stream.category == "a" }.count == 22_500)
            #expect(try await LogCheck.run(in: pool).flatMap(\.offenders) == [])
        }
    }

    @Test func `are pruned by age, and with them the keys of that time`() async throws {
        try await withLanes { log, pool in
            let event = try #require(try await log.read(after: 15_000, limit: 1).first)
            let keys = try await pool.connection { db in
                try db.query("SELECT key FROM append_keys ORDER BY first").map {
                    AppendKey(id: try $0.decode(0, as: UUID.self), fingerprint: 0)
                }
            }
            let pruning = try await Pruning.run(through: Pruning.position(before: event.recordedAt, in: pool), in: pool)
            #expect(pruning.through == 15_000 && pruning.partitions == 1 && pruning.keys == 15)
            try await #expect(log.answer(to: keys[14]) == nil)
            try await #expect(log.answer(to: keys[15]) == .repeated(LogRange(first: 15_001, count: 1_000)))
            let nothing = try await Pruning.run(through: Pruning.position(before: .distantPast, in: pool), in: pool)
            #expect(nothing.through == .start && nothing.partitions == 0 && nothing.keys == 0)
            #expect(try await Pruning.run(through: Pruning.position(before: .now + 60, in: pool), in: pool).through == 25_000)
            #expect(try await LogCheck.run(in: pool).flatMap(\.offenders) == [])
        }
    }

    @Test func `refuse every change in every partition, to the owner and to the application`() async throws {
        try await withLanes { _, pool in
            let partitions = try await pool.connection { db in
                try db.query("SELECT relid::text FROM pg_partition_tree('events')").map { try $0.decode(0, as: String.self) }
            }
            #expect(partitions.count == 3 + 2 * 4)
            try await pool.connection { db in
                let role = "app_" + UUID().uuidString.prefix(8).lowercased()
                try db.execute("CREATE ROLE \(role); SELECT grant_application('\(role)')")
                defer { _ = try? db.execute("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)") }
                let changes = partitions.flatMap { ["UPDATE \($0) SET type = 'x'", "DELETE FROM \($0)", "TRUNCATE \($0)"] }
                for change in changes {
                    let isEmpty = try db.query("SELECT FROM \(change.split(separator: " ").first { $0.hasPrefix("events") }!) LIMIT 1")
                        .isEmpty
                    // An empty partition has no row whose change could be refused.
                    guard !isEmpty || change.hasPrefix("TRUNCATE") else { continue }
                    let owners = #expect(throws: PostgresError.self) { try db.execute(change) }
                    #expect(owners?.sqlState == "55000", "\(change)")
                    try db.execute("SET ROLE \(role)")
                    let applications = #expect(throws: PostgresError.self) { try db.execute(change) }
                    #expect(applications?.sqlState == "42501", "\(change)")
                    try db.execute("RESET ROLE")
                }
            }
        }
    }

    @Test func `keep the partition in use, whatever age is asked for`() async throws {
        try await withLanes { log, pool in
            try await #expect(drop(through: .max, pool) == 2)
            try await #expect(drop(through: .max, pool) == 0)
            let event = NewEvent(stream: "b-new", type: "Noted", data: Array("{}".utf8), lane: .audience)
            let outcome = try await log.append(Append([event], expected: ["b-new": 0], origin: .recruiter))
            #expect(outcome == .appended(LogRange(first: 25_001, count: 1)))
        }
    }
}

/// 25,000 events in partitions of 10,000; every tenth is an observation, each thousand in streams of its own.
private func withLanes(_ body: @escaping @Sendable (EventLog, PostgresPool) async throws -> Void) async throws {
    try await withDatabase { pool, settings in
        try await pool.connection { db in
            try db.execute(
                """
                UPDATE log_head SET partition_size = 10000;
                DROP TABLE events_facts_0000000000010000000, events_audience_0000000000010000000
                """
            )
        }
        try await running(EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet)) { log in
            for turn in 0..<25 {
                let events = (1...1_000).map { number in
                    let isObserved = number % 10 == 0
                    return NewEvent(
                        stream: StreamName(isObserved ? "b-\(turn)" : "a-\(turn)"),
                        type: "Noted",
                        data: Array("{}".utf8),
                        lane: isObserved ? .audience : .facts
                    )
                }
                let expected = Dictionary(uniqueKeysWithValues: Set(events.map(\.stream)).map { ($0, 0) })
                _ = try await log.append(Append(events, expected: expected, origin: .recruiter))
            }
            try await body(log, pool)
        }
    }
}

private func drop(through position: Int64, _ pool: PostgresPool) async throws -> Int32 {
    try await pool.connection { try $0.query("SELECT log_drop_audience($1)", [.int8(position)])[0].decode(0, as: Int32.self) }
}
