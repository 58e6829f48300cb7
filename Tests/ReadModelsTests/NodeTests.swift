import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import ReadModels
import Recruiting
import TestSupport
import Testing

@Suite struct NodeTests {
    private static let node = NodeID(number: 0xfe)
    private static let sessions = (1...3).map { SessionID(UUID(namespace: .dns, name: "session \($0)")) }

    @Test func `whom a node left behind its own streams tell, whatever is on others`() async throws {
        try await withObserved { pool in
            let left = try await Nodes.leftBehind(by: Self.node, in: pool)
            #expect(left.map(\.session) == [Self.sessions[0]] && left.map(\.version) == [2])
            #expect(Set(left.flatMap(\.viewers)) == Set([1, 3].map { Pseudonym(number: $0) }))
            #expect(try await Nodes.leftBehind(by: NodeID(number: 0xff), in: pool).map(\.session) == [Self.sessions[2]])
            #expect(try await Nodes.leftBehind(by: NodeID(number: 0xf), in: pool).isEmpty)
        }
    }

    @Test func `a session in which nobody is, is passed over when that is told as of the stream's end`() async throws {
        try await withObserved { pool in
            try await pool.connection { db in
                let row = "INSERT INTO session_counters (session, online, position) VALUES ($1, 0, $2)"
                _ = try db.query(row, [.uuid(Self.sessions[0].uuid), .int8(1)])
                _ = try db.query(row, [.uuid(Self.sessions[2].uuid), .int8(100)])
            }
            #expect(try await Nodes.leftBehind(by: Self.node, in: pool).count == 1)
            #expect(try await Nodes.leftBehind(by: NodeID(number: 0xff), in: pool).isEmpty)
        }
    }

    @Test func `a node's streams are found by their names and read by their starts, nothing is scanned`() async throws {
        try await withDatabase { pool, _ in
            let plan = try await pool.connection { db in
                try db.execute(
                    """
                    INSERT INTO events (position, start, recorded_at, version, lane, schema_version, correlation, stream, type, actor_kind, actor_id, data)
                        SELECT p, (p - 1) % 1000 + 1, now(), (p - 1) / 1000 + 1, 1, 1, md5('s' || p % 1000)::uuid,
                            'audience-' || lpad(to_hex(p % 100), 16, '0') || '/' || md5('s' || p % 1000)::uuid, 'AudienceObserved', 'node', 'n',
                            '{"kind": ["entered"], "viewer": ["000000000000000a"]}'
                        FROM generate_series(1, 50000) AS p;
                    INSERT INTO streams SELECT stream, min(start), max(version) FROM events GROUP BY stream;
                    INSERT INTO session_counters (session, online) SELECT md5('s' || p)::uuid, 1 FROM generate_series(0, 999) AS p
                    """
                )
                try db.execute("ANALYZE")
                let explained = Nodes.leftBehind.replacing("$1", with: "'000000000000000a'")
                return try db.query("EXPLAIN \(explained)").map { try $0.decode(0, as: String.self) }.joined(separator: "\n")
            }
            #expect(plan.contains("streams_pkey") && plan.contains("start_version_idx"), "\(plan)")
            #expect(!plan.contains("Seq Scan on streams") && !plan.contains("Seq Scan on events"), "\(plan)")
        }
    }

    /// Two nodes in three sessions.
    private func withObserved(_ body: @escaping @Sendable (PostgresPool) async throws -> Void) async throws {
        try await withDatabase { pool, settings in
            try await withRunningLog(pool, settings) { log in
                let other = NodeID(number: 0xff)
                try await Self.observe([(.entered, 1), (.entered, 2), (.entered, 3)], in: Self.sessions[0], on: Self.node, log)
                try await Self.observe([(.entered, 1)], in: Self.sessions[1], on: Self.node, log)
                try await Self.observe([(.left, 2)], in: Self.sessions[0], on: Self.node, after: 1, log)
                try await Self.observe([(.left, 1)], in: Self.sessions[1], on: Self.node, after: 1, log)
                try await Self.observe([(.entered, 9)], in: Self.sessions[2], on: other, log)
                try await body(pool)
            }
        }
    }

    private static func observe(
        _ steps: [(Observation.Kind, UInt64)],
        in session: SessionID,
        on node: NodeID,
        after version: Int = 0,
        _ log: EventLog
    ) async throws {
        let at = Timestamp(milliseconds: 1_800_000_000_000)
        let observations = steps.map { Observation($0.0, Pseudonym(number: $0.1), at: at) }
        let stream = Audience.stream(session, of: node)
        let events = try Audience.decide(.record(observations, session: session, node: "n", from: at), Audience.initial).map {
            NewEvent(stream: stream, type: $0.type, data: $0.encoded(), lane: .audience)
        }
        let origin = Origin(actorKind: "node", actorID: "n", correlation: session.uuid)
        _ = try await log.append(Append(events, expected: [stream: version], origin: origin))
    }
}
