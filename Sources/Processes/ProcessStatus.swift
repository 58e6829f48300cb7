package import Postgres

/// How a process is: on which node, since when it has not looked, and what went wrong when it last did.
package struct ProcessStatus: Sendable {
    package let name: String
    package let node: String
    /// Since it last looked for what is due.
    package let idleFor: Duration
    /// What kept it from doing what was due; nil when all of that is done.
    package let error: String?

    package static func read(in pool: PostgresPool) async throws -> [ProcessStatus] {
        try await pool.connection { db in
            try db.query(
                """
                SELECT name, node, greatest(0, extract(epoch FROM clock_timestamp() - looked_at) * 1000)::bigint, error
                FROM processes ORDER BY name
                """
            ).map { row in
                ProcessStatus(
                    name: try row.decode(0, as: String.self),
                    node: try row.decode(1, as: String.self),
                    idleFor: .milliseconds(try row.decode(2, as: Int64.self)),
                    error: try row.decodeIfPresent(3, as: String.self)
                )
            }
        }
    }

    static func record(_ name: String, by node: String, _ error: String?, in pool: PostgresPool) async throws {
        try await pool.connection { db in
            _ = try db.query(
                """
                INSERT INTO processes (name, node, looked_at, error) VALUES ($1, $2, clock_timestamp(), $3)
                ON CONFLICT (name) DO UPDATE SET node = excluded.node, looked_at = excluded.looked_at, error = excluded.error
                """,
                [.text(name), .text(node), .text(error.map { String($0.prefix(1_000)) })]
            )
        }
    }
}
