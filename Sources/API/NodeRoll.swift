import EventSourcing
import EventStore
import FoundationEssentials
import Logging
import Postgres
import Recruiting
import ServiceLifecycle

/// Tells which nodes live, and closes off the viewers of those that don't: nobody else would say that they have left.
///
/// A node lives as long as its connection holds the advisory lock of its name. One whose lock was free in two looks has stopped or
/// was killed; whoever then holds its lock writes the `left` that it owes, so that it is written once. Between the looks lies the
/// leave grace, in which viewers come back to another node: they were there all the time, and enter no second time.
final class NodeRoll: Service {
    private let node: String
    private let pool: PostgresPool
    /// One connection: locks belong to it.
    private let locks: PostgresPool
    private let attendance: Attendance
    private let logger: Logger

    /// Between two looks: a node that lost its connection has taken its lock again by then.
    private static let interval = AttendanceState.grace

    init(node: String, database: ConnectionSettings, pool: PostgresPool, attendance: Attendance, logger: Logger) {
        self.node = node
        self.pool = pool
        self.attendance = attendance
        self.logger = logger
        locks = PostgresPool(database, maximum: 1, logger: logger)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            var suspects: Set<String> = []
            while !Task.isCancelled {
                do {
                    suspects = try await look(suspects)
                } catch {
                    if !Task.isCancelled { logger.warning("the roll of nodes can't be called", metadata: ["error": "\(error)"]) }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
        await close()
    }

    /// Gives up all locks.
    func close() async {
        await locks.close()
    }

    /// Closes off those of `suspects` that are still dead; gives the nodes that look dead for the first time.
    func look(_ suspects: Set<String>) async throws -> Set<String> {
        _ = try await take(node)
        let names = try await pool.session { session in
            try session.query(Self.present).map { try $0.decode(0, as: String.self) }
        }
        var found: Set<String> = []
        for name in names where name != node {
            guard try await take(name) else { continue }
            if suspects.contains(name) { try await closeOff(name) } else { found.insert(name) }
            try await release(name)
        }
        return found
    }

    private func closeOff(_ name: String) async throws {
        let viewers = try await pool.session { session in
            try session.query(Self.leftOver, [.text(name)]).map { row in
                (SessionID(try row.decode(0, as: UUID.self)), UInt64(try row.decode(1, as: String.self), radix: 16) ?? 0)
            }
        }
        try await attendance.closeOff(viewers, of: name)
        if !viewers.isEmpty {
            logger.notice("closed off viewers of a node that is gone", metadata: ["node": "\(name)", "viewers": "\(viewers.count)"])
        }
    }

    /// True when the lock is this connection's now, or was.
    private func take(_ name: String) async throws -> Bool {
        try await locks.session { session in
            try session.query(
                """
                SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
                        AND classid = hashtext('jobcast node')::oid AND objid = hashtext($1)::oid)
                    OR pg_try_advisory_lock(hashtext('jobcast node'), hashtext($1))
                """,
                [.text(name)]
            )[0].decode(0, as: Bool.self)
        }
    }

    private func release(_ name: String) async throws {
        _ = try await locks.session { session in
            try session.query("SELECT pg_advisory_unlock(hashtext('jobcast node'), hashtext($1))", [.text(name)])
        }
    }

    /// Nodes that have written to sessions in which somebody still counts as online.
    private static let present = """
        SELECT DISTINCT actor_id FROM events
        WHERE lane = 1 AND correlation IN (SELECT session FROM session_counters WHERE online > 0)
        """

    private static let leftOver = """
        SELECT e.correlation, o.viewer
        FROM events AS e CROSS JOIN LATERAL ROWS FROM (
            jsonb_array_elements_text(data->'viewer'), jsonb_array_elements_text(data->'kind')) AS o (viewer, kind)
        WHERE lane = 1 AND e.correlation IN (SELECT session FROM session_counters WHERE online > 0) AND actor_id = $1
            AND o.kind IN ('entered', 'left')
        GROUP BY 1, 2 HAVING count(*) FILTER (WHERE o.kind = 'entered') > count(*) FILTER (WHERE o.kind = 'left')
        """
}
