package import Postgres

/// The promises of the log, asked of the database.
package enum LogCheck {
    package struct Finding: Sendable {
        /// The promise that must hold.
        package let promise: String
        /// Where it doesn't: positions or names, the first few.
        package let offenders: [String]

        package var description: String {
            offenders.isEmpty ? "log: \(promise)" : "log: \(promise) — but not \(offenders.joined(separator: ", "))"
        }
    }

    /// Reads the whole log once for each promise.
    package static func run(in pool: PostgresPool) async throws -> [Finding] {
        try await pool.transaction { db in
            // One snapshot for all of them.
            try db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return try promises.map { promise, query in
                let rows = try db.query("SELECT o::text FROM (\(query)) AS offenders (o) LIMIT 5")
                return Finding(promise: promise, offenders: try rows.map { try $0.decode(0, as: String.self) })
            }
        }
    }

    private static let promises = [
        (
            "positions are dense up to the head, but for observations that were dropped by age",
            """
            SELECT position FROM (
                SELECT position, lag(position, 1, 0::bigint) OVER (ORDER BY position) AS before FROM events) AS steps
            WHERE position <> before + 1 AND NOT EXISTS (SELECT FROM log_dropped AS d WHERE d.first <= before + 1 AND d.last >= position - 1)
            UNION ALL
            SELECT h.position FROM log_head AS h WHERE h.position <> coalesce((SELECT max(position) FROM events), 0)
                AND NOT EXISTS (SELECT FROM log_dropped WHERE last >= h.position)
            """
        ),
        (
            "versions are dense within each stream, but for observations that were dropped by age",
            """
            SELECT stream || ' at ' || position FROM (
                SELECT stream, lane, position, version, lag(version, 1, 0) OVER steps AS before, lag(position, 1, start) OVER steps AS since
                FROM events WINDOW steps AS (PARTITION BY start ORDER BY version)) AS steps
            WHERE version <> before + 1
                AND NOT (lane = 1 AND EXISTS (SELECT FROM log_dropped AS d WHERE d.first <= position AND d.last >= since))
            """
        ),
        (
            "each stream stands at the version of its last event",
            """
            SELECT s.stream FROM streams AS s LEFT JOIN (
                SELECT stream, max(version) AS version, min(start) AS lowest, max(start) AS highest FROM events GROUP BY stream) AS e USING (stream)
            WHERE (s.version, s.start, s.start) IS DISTINCT FROM (e.version, e.lowest, e.highest)
                AND NOT (e.stream IS NULL AND EXISTS (SELECT FROM log_dropped AS d WHERE s.start BETWEEN d.first AND d.last))
            """
        ),
        (
            "recorded times never go back",
            """
            SELECT position FROM (
                SELECT position, recorded_at, lag(recorded_at) OVER (ORDER BY position) AS before FROM events) AS steps
            WHERE recorded_at < before
            """
        ),
        (
            "recorded times are not ahead of the clock, which they wait for",
            "SELECT position || ' by ' || (recorded_at - clock_timestamp()) FROM log_head WHERE recorded_at > clock_timestamp() + interval '1 s'"
        ),
        ("sealed events are what they were", "SELECT log_broken_seals()"),
        (
            "the triggers that refuse changes are in force",
            """
            SELECT trigger || ' of ' || relation FROM (
                SELECT relid AS relation, unnest(ARRAY['append_only', 'append_only_truncate']) AS trigger
                    FROM (SELECT relid FROM pg_partition_tree('events') UNION ALL SELECT 'log_seals'::regclass) AS tables
                UNION ALL SELECT 'log_head'::regclass, 'one_row') AS guards
            WHERE NOT EXISTS (
                SELECT FROM pg_trigger WHERE tgrelid = relation AND tgname = trigger AND tgfoid = 'refuse_change'::regproc AND tgenabled IN ('O', 'A'))
            """
        ),
        ("each key names events of the log", "SELECT key FROM append_keys, log_head WHERE first < 1 OR first + count - 1 > position"),
        (
            "no projection is ahead of the log",
            "SELECT projection FROM checkpoints, log_head WHERE checkpoints.position > log_head.position"
        ),
        ("no event is parked", "SELECT projection || ' at ' || position || ': ' || error FROM parked_events"),
    ]
}
