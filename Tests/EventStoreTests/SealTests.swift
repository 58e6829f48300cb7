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
            try await pool.session { session in
                // As somebody would who can switch triggers off.
                try session.execute(
                    """
                    SET session_replication_role = replica;
                    UPDATE events SET data = '{"number": 8}' WHERE position = (SELECT max(position) FROM events WHERE position < 5000 AND lane = \(lane));
                    SET session_replication_role = origin
                    """
                )
            }
            #expect(try await broken(pool) == [lane == 0 ? "4999" : "4990"])
        }
    }

    @Test func `an event that is gone breaks the seal of its range and no other`() async throws {
        try await withLog { log, pool in
            try await fill(log, pool)
            try await pool.session { session in
                try session.execute(
                    "SET session_replication_role = replica; DELETE FROM events WHERE position = 20000; SET session_replication_role = origin"
                )
            }
            let found = try await broken(pool)
            #expect(found == ["20000"])
        }
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
    try await #expect(pool.session { try $0.query("SELECT log_seal()")[0].decode(0, as: Int32.self) } == 4)
}

private func broken(_ pool: PostgresPool) async throws -> [String] {
    try await LogCheck.run(in: pool).first { $0.promise.hasPrefix("sealed") }?.offenders ?? ["the check is missing"]
}
