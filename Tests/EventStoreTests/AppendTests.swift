import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite struct AppendTests {
    @Test func `positions begin at 1 and are dense`() async throws {
        try await withLog { log, _ in
            try await #expect(log.append(.noted("a-1", count: 3)) == .appended(LogRange(first: 1, count: 3)))
            try await #expect(log.append(.noted("b-1")) == .appended(LogRange(first: 4, count: 1)))
            let events = try await log.read(after: .start)
            #expect(events.map(\.position) == [1, 2, 3, 4])
            #expect(events.map(\.version) == [1, 2, 3, 1])
            #expect(events.map(\.stream.description) == ["a-1", "a-1", "a-1", "b-1"])
        }
    }

    @Test func `an event comes back as it was given`() async throws {
        try await withLog { log, _ in
            let session = UUID()
            let cause = UUID()
            let event = NewEvent(
                stream: "session-1",
                type: "Noted",
                schemaVersion: 2,
                data: Array(#"{"名": "岗位", "n": 1.5}"#.utf8),
                mediaTime: 1_250,
                lane: .audience
            )
            let origin = Origin(actorKind: "host", actorID: "主播", correlation: session, causation: cause)
            _ = try await log.append(Append([event], expected: ["session-1": 0], origin: origin))
            let recorded = try #require(try await log.read(correlation: session).first)
            #expect(recorded.type == "Noted" && recorded.schemaVersion == 2 && recorded.mediaTime == 1_250)
            #expect(recorded.origin.actorKind == "host" && recorded.origin.actorID == "主播" && recorded.origin.causation == cause)
            #expect(String(decoding: recorded.data, as: UTF8.self) == #"{"n": 1.5, "名": "岗位"}"#)
        }
    }

    @Test func `events of types that are passed over are left out, but for the last of a stream`() async throws {
        try await withLog { log, _ in
            let types = ["Noted", "Seen", "Seen", "Noted", "Seen", "Seen"]
            let events = types.map { NewEvent(stream: "a-1", type: $0, data: Array("{}".utf8)) }
            _ = try await log.append(Append(events, expected: ["a-1": 0], origin: .recruiter))
            _ = try await log.append(.noted("b-1"))
            func versions(after version: Int) async throws -> [Int]? {
                try await log.read(streams: ["a-1", "b-1"], after: version, passingOver: ["Seen"])["a-1"]?.map(\.version)
            }
            try await #expect(versions(after: 0) == [1, 4, 6])
            try await #expect(versions(after: 4) == [6])
            try await #expect(versions(after: 6) == nil)
        }
    }

    @Test func `a stream that has moved is a conflict, and nothing is written`() async throws {
        try await withLog { log, _ in
            _ = try await log.append(.noted("a-1"))
            try await #expect(log.append(.noted("a-1")) == .conflict("a-1"))
            try await #expect(log.append(.noted("a-1", after: 2)) == .conflict("a-1"))
            try await #expect(log.append(.noted("a-1", after: 1)) == .appended(LogRange(first: 2, count: 1)))
        }
    }

    @Test func `an append to a stream that nobody read is refused, and the log goes on`() async throws {
        try await withLog { log, _ in
            let blind = Append([.noted("a-1"), .noted("b-1")], expected: ["a-1": 0], origin: .recruiter)
            await #expect(throws: UnconditionalAppend(stream: "b-1")) { try await log.append(blind) }
            let empty = Append([], expected: ["a-1": 0], origin: .recruiter)
            await #expect(throws: UnconditionalAppend(stream: nil)) { try await log.append(empty) }
            try await #expect(log.append(.noted("a-1")) == .appended(LogRange(first: 1, count: 1)))
        }
    }

    @Test func `a stream that was only read is a condition as well`() async throws {
        try await withLog { log, _ in
            _ = try await log.append(.noted("company-1"))
            let stale = Append([.noted("a-1")], expected: ["a-1": 0, "company-1": 0], origin: .recruiter)
            try await #expect(log.append(stale) == .conflict("company-1"))
            let fresh = Append([.noted("a-1")], expected: ["a-1": 0, "company-1": 1, "company-2": 0], origin: .recruiter)
            try await #expect(log.append(fresh) == .appended(LogRange(first: 2, count: 1)))
        }
    }

    @Test func `a repeat with the same key answers with the first positions`() async throws {
        try await withLog { log, _ in
            let key = AppendKey(id: UUID(), fingerprint: 7)
            try await #expect(log.append(.noted("a-1", count: 2, key: key)) == .appended(LogRange(first: 1, count: 2)))
            try await #expect(log.append(.noted("a-1", count: 2, key: key)) == .repeated(LogRange(first: 1, count: 2)))
            try await #expect(log.append(.noted("b-1", key: key)) == .repeated(LogRange(first: 1, count: 2)))
            try await #expect(log.answer(to: key) == .repeated(LogRange(first: 1, count: 2)))
            let other = AppendKey(id: key.id, fingerprint: 8)
            try await #expect(log.append(.noted("c-1", key: other)) == .keyReused)
            try await #expect(log.answer(to: other) == .keyReused)
            try await #expect(log.read(after: .start).count == 2)
        }
    }

    @Test func `one loser of a batch costs the others nothing`() async throws {
        try await withLog { log, _ in
            _ = try await log.append(.noted("taken-1"))
            let outcomes = try await withThrowingTaskGroup(of: AppendOutcome.self) { group in
                for number in 0..<200 {
                    group.addTask { try await log.append(.noted(number % 10 == 0 ? "taken-1" : "free-\(number)")) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 == .conflict("taken-1") } == 20)
            try await #expect(log.read(after: .start).map(\.position.rawValue) == Array(1...181))
        }
    }

    @Test func `data the database can't store fails its own append only`() async throws {
        try await withLog { log, _ in
            let broken = Append(
                [NewEvent(stream: "x-1", type: "Noted", data: Array("{".utf8))],
                expected: ["x-1": 0],
                origin: .recruiter
            )
            async let kept = log.append(.noted("a-1"))
            await #expect(throws: PostgresError.self) { _ = try await log.append(broken) }
            _ = try await kept
            try await #expect(log.read(after: .start).map(\.stream) == ["a-1"])
        }
    }

    @Test func `two processes append to one stream without losing or doubling an event`() async throws {
        try await withDatabase { pool, settings in
            try await running(EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet)) { first in
                try await running(EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet)) { second in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for writer in 0..<16 {
                            group.addTask { try await grow("shared-1", by: 10, through: writer % 2 == 0 ? first : second) }
                        }
                        try await group.waitForAll()
                    }
                    let events = try await first.read(after: .start)
                    #expect(events.map(\.position.rawValue) == Array(1...160))
                    #expect(events.map(\.version) == Array(1...160))
                }
            }
        }
    }

    @Test func `a partition is made before the one in use is full`() async throws {
        try await withDatabase { pool, settings in
            try await pool.connection { try $0.execute("UPDATE log_head SET partition_size = 100") }
            try await pool.connection { try $0.execute("DROP TABLE events_facts_0000000000010000000, events_audience_0000000000010000000") }
            try await running(EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet)) { log in
                for number in 0..<50 { _ = try await log.append(.noted("a-\(number)", count: 30)) }
                try await #expect(log.read(after: .start, limit: 2_000).map(\.position.rawValue) == Array(1...1_500))
                try await #expect(log.read(streams: ["a-7"])["a-7"]?.map(\.version) == Array(1...30))
            }
        }
    }

    @Test(arguments: ["UPDATE events SET type = 'x'", "DELETE FROM events", "TRUNCATE events", "TRUNCATE events_facts_0000000000010000000"])
    func `nobody changes an event, not even the owner`(statement: String) async throws {
        try await withLog { log, pool in
            _ = try await log.append(.noted("a-1"))
            await #expect(throws: PostgresError.self) { try await pool.connection { try $0.execute(statement) } }
            try await #expect(log.read(after: .start).count == 1)
        }
    }

    @Test func `an application's role may append and read, and nothing else`() async throws {
        try await withLog { log, pool in
            _ = try await log.append(.noted("a-1"))
            try await pool.connection { db in
                let role = "app_" + UUID().uuidString.prefix(8).lowercased()
                try db.execute("CREATE ROLE \(role); SELECT grant_application('\(role)'); SET ROLE \(role)")
                defer { _ = try? db.execute("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)") }
                let batch =
                    "SELECT log_append('{b-1}','{1}','{1}','{}','{}','{}','{}','{}',ARRAY[gen_random_uuid()],'{0}','{1}','{1}','{b-1}','{1}','{1}','{N}','{1}','{0}','{null}','{k}','{i}','{null}','{null}',ARRAY['{}'::jsonb])"
                #expect(try db.query(batch)[0].decode(0, as: Int64.self) == 1)
                for statement in [
                    "INSERT INTO events SELECT * FROM events", "UPDATE log_head SET position = 0", "DELETE FROM streams",
                    "DELETE FROM append_keys",
                ] {
                    #expect(throws: PostgresError.self) { try db.execute(statement) }
                }
            }
        }
    }
}

/// Appends `count` events one by one, reading the version anew after each conflict.
private func grow(_ stream: StreamName, by count: Int, through log: EventLog) async throws {
    var left = count
    while left > 0 {
        let version = try await log.read(streams: [stream])[stream]?.last?.version ?? 0
        let outcome = try await log.append(.noted(stream.description, after: version))
        if case .appended = outcome { left -= 1 }
    }
}
