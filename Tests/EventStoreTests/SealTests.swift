import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite struct SealTests {
    @Test(arguments: [0, 1])
    func `one byte changed in an old event is found and named`(lane: Int) async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            #expect(try await broken(pool) == [])
            let victim = "(SELECT max(position) FROM events WHERE position < 5000 AND lane = \(lane))"
            try await tamper("UPDATE events SET data = '{\"number\": 8}' WHERE position = \(victim)", pool)
            #expect(try await broken(pool) == [lane == 0 ? "4999" : "4990"])
        }
    }

    @Test func `an owner who switches triggers off is noticed, and so is what was changed meanwhile when they are on again`() async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            let guards = "the triggers"
            #expect(try await broken(pool, guards) == [])
            let partition = "events_facts_0000000000010000000"
            try await pool.connection { db in
                try db.execute(
                    """
                    ALTER TABLE \(partition) DISABLE TRIGGER append_only;
                    UPDATE \(partition) SET data = '{"number": 8}' WHERE position = 4999;
                    ALTER TABLE log_head DISABLE TRIGGER ALL; ALTER TABLE log_seals ENABLE REPLICA TRIGGER append_only
                    """
                )
            }
            let off = ["append_only of \(partition)", "append_only of log_seals", "one_row of log_head"]
            #expect(try await broken(pool, guards).sorted() == off)
            try await pool.connection { db in
                try db.execute(
                    """
                    ALTER TABLE \(partition) ENABLE TRIGGER append_only; ALTER TABLE log_head ENABLE TRIGGER ALL;
                    ALTER TABLE log_seals ENABLE TRIGGER append_only; DROP TRIGGER append_only_truncate ON events_audience
                    """
                )
            }
            #expect(try await broken(pool, guards) == ["append_only_truncate of events_audience"])
            #expect(try await broken(pool) == ["4999"])
        }
    }

    @Test func `a log whose times are ahead of the clock is noticed, and its times never go back`() async throws {
        try await withLog { log, pool in
            _ = try await log.append(.noted("a"))
            #expect(try await broken(pool, "recorded times are not ahead") == [])
            try await pool.connection { try $0.execute("UPDATE log_head SET recorded_at = clock_timestamp() + interval '3 days'") }
            _ = try await log.append(.noted("b"))
            #expect(try await broken(pool, "recorded times are not ahead").first?.hasPrefix("2 by 2 days 23:59") == true)
            #expect(try await broken(pool, "recorded times never go back") == [])
            #expect(try await LogStatus.read(in: pool).ahead > .seconds(250_000))
        }
    }

    @Test func `an event that is gone breaks the seal of its range, and the density of positions tells which it was`() async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            try await tamper("DELETE FROM events WHERE position = 15001", pool)
            #expect(try await broken(pool) == ["20000"])
            #expect(try await broken(pool, "positions are dense") == ["15002"])
        }
    }

    @Test func `a seal that was changed is found, and so is its successor in the chain`() async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            for change in ["UPDATE log_seals SET last = last", "DELETE FROM log_seals", "TRUNCATE log_seals"] {
                await #expect(throws: PostgresError.self) { try await pool.connection { try $0.execute(change) } }
            }
            try await tamper("UPDATE log_seals SET digest = sha256('x') WHERE lane = 0 AND last = 10000", pool)
            #expect(try await broken(pool) == ["10000", "20000"])
        }
    }

    @Test func `a seal kept elsewhere finds events that were changed together with their seals`() async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            let kept = try await LogSeal.newest(in: pool)
            #expect(kept.map(\.lane) == [.facts, .audience] && kept.map(\.position) == [20_000, 20_000])
            for seal in kept { try await #expect(LogSeal("\(seal)")?.current(in: pool) == seal) }
            try await tamper("UPDATE events SET data = '{\"number\": 8}' WHERE position = 4999; DELETE FROM log_seals WHERE lane = 0", pool)
            _ = try await pool.connection { try $0.query("SELECT log_seal()") }
            #expect(try await broken(pool) == [])
            let current = try await [kept[0].current(in: pool), kept[1].current(in: pool)]
            #expect(current[0] != nil && current[0] != kept[0] && current[1] == kept[1])
        }
    }

    @Test(arguments: [
        "", "facts:20000", "facts:x:\(zeros)", "facts:-1:\(zeros)", "lane:1:\(zeros)", "facts:1:\(zeros):0", "facts:1:0g",
    ])
    func `what is no seal is not taken for one`(text: String) {
        #expect(LogSeal(text) == nil)
    }

    @Test(arguments: [0, 1])
    func `a version changed by hand is found in either lane`(lane: Int) async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            let victim = "(SELECT max(position) FROM events WHERE position < 5000 AND lane = \(lane))"
            try await tamper("UPDATE events SET version = version + 10000 WHERE position = \(victim)", pool)
            #expect(try await broken(pool, "versions are dense").isEmpty == false)
            #expect(try await broken(pool, "each stream stands") == [lane == 0 ? "a-4" : "b-4"])
        }
    }

    @Test func `a column that is added later breaks no seal`() async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            try await pool.connection { try $0.execute("ALTER TABLE events ADD COLUMN region text") }
            #expect(try await broken(pool) == [])
        }
    }
}

/// As long as a digest.
private let zeros = String(repeating: "0", count: 64)

/// As somebody would who can switch triggers off.
private func tamper(_ statement: String, _ pool: PostgresPool) async throws {
    try await pool.connection { db in
        try db.execute("SET session_replication_role = replica; \(statement); SET session_replication_role = origin")
    }
}

/// 25,000 events, of which every tenth is an observation; two ranges are complete.
private func fill(_ log: EventLog, _ pool: PostgresPool) async throws {
    for turn in 0..<25 {
        let streams = (StreamName("a-\(turn)"), StreamName("b-\(turn)"))
        let events = (0..<1_000).map { number in
            let isObserved = number % 10 == 9
            return NewEvent(
                stream: isObserved ? streams.1 : streams.0,
                type: "Noted",
                data: Array("{\"number\": 7}".utf8),
                lane: isObserved ? .audience : .facts
            )
        }
        _ = try await log.append(Append(events, expected: [streams.0: 0, streams.1: 0], origin: .recruiter))
    }
    try await #expect(pool.connection { try $0.query("SELECT log_seal()")[0].decode(0, as: Int32.self) } == 4)
}

private func broken(_ pool: PostgresPool, _ promise: String = "sealed") async throws -> [String] {
    try await LogCheck.run(in: pool).first { $0.promise.hasPrefix(promise) }?.offenders ?? ["the check is missing"]
}
