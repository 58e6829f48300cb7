import Logging
import Postgres
import ReadModels
import Recruiting
import Synchronization
import TestSupport

@testable import API
@testable import Live

/// A node beside a server, without rooms, of which the test says who is there and what time it is.
final class PlayedNode: Sendable {
    final class Clock: Sendable {
        private let time = Mutex(Timestamp(milliseconds: 1_800_000_000_000))

        var now: @Sendable () -> Timestamp { { self.time.withLock { $0 } } }

        func advance(_ duration: Duration) {
            time.withLock { $0 = $0.advanced(by: duration) }
        }
    }

    let clock = Clock()
    let presence: Presence
    let leases: NodeLeases

    init(_ server: TestServer) {
        presence = Presence(log: server.log, pool: server.pool, name: "played", now: clock.now, logger: .quiet)
        leases = NodeLeases(database: server.database, presence: presence, now: clock.now, logger: .quiet)
    }

    /// A look each second.
    func look(for seconds: Int) async {
        for _ in 0..<seconds {
            clock.advance(.seconds(1))
            await leases.look()
        }
    }

    func writeAll() async {
        await presence.write(isLast: true)
    }
}

extension TestServer {
    /// What is left of a node that was killed with viewers in a room.
    func kill(nodeWithViewers count: Int, in session: String) async throws {
        let node = PlayedNode(self)
        await node.look(for: 1)
        for viewer in 1...count { SessionID(session).map { node.presence.joined($0, UInt64(viewer)) } }
        await node.writeAll()
        await node.leases.close()
    }

    /// The nodes in the table.
    func enrolled() async throws -> Int {
        try await pool.connection { try $0.query("SELECT FROM nodes").count }
    }

    /// The counters of a session, once `isEnough` holds for them.
    func counted(_ session: SessionID, _ isEnough: @escaping @Sendable (SessionCounters) -> Bool) async throws -> SessionCounters {
        try await eventually { try await LiveCounters.newest(of: [session], in: pool)[session].flatMap { isEnough($0) ? $0 : nil } }
    }

    /// How often the log says so of somebody, on whichever node.
    func observed(_ kind: String) async throws -> Int {
        try await pool.connection { db in
            let query = """
                SELECT count(*) FROM events CROSS JOIN LATERAL jsonb_array_elements_text(data->'kind') AS kind
                WHERE type = 'AudienceObserved' AND kind = $1
                """
            return try db.query(query, [.text(kind)])[0].decode(0, as: Int.self)
        }
    }
}
