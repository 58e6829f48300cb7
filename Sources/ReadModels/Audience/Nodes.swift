import FoundationEssentials
package import Postgres
package import Recruiting

/// The processes that have viewers, and what those that are gone have left behind.
package enum Nodes {
    package enum Holder: Sendable {
        case us, another
    }

    package struct Node: Sendable {
        package let id: NodeID
        package let name: String
        /// Whose connection has its lock; nil when none has, and it looks dead.
        package let holder: Holder?
    }

    /// All that are enrolled. `db` is the connection that holds this node's locks.
    package static func enrolled(in db: borrowing Connection) throws -> [Node] {
        try db.query(enrolled).map { row in
            Node(
                id: NodeID(number: UInt64(bitPattern: try row.decode(0, as: Int64.self))),
                name: try row.decode(1, as: String.self),
                holder: try row.decodeIfPresent(2, as: Bool.self).map { $0 ? Holder.us : .another }
            )
        }
    }

    /// Takes the node's lock; false when another connection has it.
    package static func lock(_ node: NodeID, in db: borrowing Connection) throws -> Bool {
        try db.query("SELECT pg_try_advisory_lock($1)", [node.parameter])[0].decode(0, as: Bool.self)
    }

    package static func unlock(_ node: NodeID, in db: borrowing Connection) throws {
        _ = try db.query("SELECT pg_advisory_unlock($1)", [node.parameter])
    }

    package static func enrol(_ node: NodeID, _ name: String, in db: borrowing Connection) throws {
        _ = try db.query("INSERT INTO nodes (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING", [node.parameter, .text(name)])
    }

    package static func strike(_ node: NodeID, in db: borrowing Connection) throws {
        _ = try db.query("DELETE FROM nodes WHERE id = $1", [node.parameter])
    }

    /// An advisory lock of one number is shown as its two halves (PostgreSQL manual, 54.12 pg_locks).
    private static let enrolled = """
        SELECT id, name, pid = pg_backend_pid() FROM nodes LEFT JOIN (
            SELECT classid::bigint << 32 | objid::bigint AS id, pid FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND granted
                AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) AS held USING (id)
        """
}

extension NodeID {
    fileprivate var parameter: Parameter { .int8(Int64(bitPattern: number)) }
}

extension Nodes {
    /// The viewers who entered a session on a node and have not left there.
    package struct LeftBehind: Sendable {
        package let session: SessionID
        /// The version of the node's stream in the session.
        package let version: Int
        package let viewers: [Pseudonym]
    }

    /// Whom a dead node left behind, by session; a session in which it left nobody is absent. Nothing but the node's own streams is read.
    package static func leftBehind(by node: NodeID, in pool: PostgresPool) async throws -> [LeftBehind] {
        try await pool.connection { db in
            try db.query(leftBehind, [.text(node.description)]).map { row in
                LeftBehind(
                    session: SessionID(try row.decode(0, as: UUID.self)),
                    version: Int(try row.decode(1, as: Int32.self)),
                    viewers: try row.decode(2, as: [String].self).map { text throws(Invalid) in try Pseudonym(text) }
                )
            }
        }
    }

    /// The node's streams are a range of their names: 0 comes after /. Those are passed over in whose session nobody is, when that is
    /// told as of the stream's last event or later.
    package static let leftBehind = """
        WITH own AS (
            SELECT substr(stream, 27)::uuid AS session, start, version FROM streams
            WHERE stream > 'audience-' || $1 || '/' AND stream < 'audience-' || $1 || '0')
        SELECT session, version, viewers FROM own CROSS JOIN LATERAL (
            SELECT array_agg(viewer) AS viewers FROM (
                SELECT viewer FROM events CROSS JOIN LATERAL ROWS FROM (
                    jsonb_array_elements_text(data->'viewer'), jsonb_array_elements_text(data->'kind')) AS o (viewer, kind)
                WHERE lane = 1 AND start = own.start AND position >= own.start AND kind IN ('entered', 'left')
                GROUP BY viewer HAVING count(*) FILTER (WHERE kind = 'entered') > count(*) FILTER (WHERE kind = 'left')) AS there) AS left_behind
        WHERE viewers IS NOT NULL AND NOT EXISTS (
            SELECT FROM session_counters AS c WHERE c.session = own.session AND c.online = 0 AND c.position >= (
                SELECT position FROM events AS e
                WHERE e.lane = 1 AND e.start = own.start AND e.version = own.version AND e.position >= own.start))
        ORDER BY session
        """
}
