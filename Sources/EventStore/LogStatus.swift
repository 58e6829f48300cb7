package import EventSourcing
package import FoundationEssentials
package import Postgres

/// How far the log reaches, and why anything is behind it.
package struct LogStatus: Sendable {
    package struct ProjectionStatus: Sendable {
        package let name: String
        package let position: LogPosition
        /// How many events the projection is behind.
        package let behind: Int
        /// Since the oldest event that isn't folded yet was recorded; 0 when all are.
        package let behindFor: Duration
        /// Events that could not be folded and were passed over.
        package let parked: Int
        /// The last error with its position: why it stands still, or why it parked the newest of those it passed over.
        package let error: String?
    }

    /// A rebuild that isn't finished: tables that are being made anew.
    package struct RebuildStatus: Sendable {
        /// The projection's name.
        package let name: String
        /// How far the part has come that is furthest behind.
        package let position: LogPosition
        /// False when nobody works at it: it was interrupted, and goes on with the next `jobcast rebuild`.
        package let isUnderWay: Bool
    }

    package let head: LogPosition
    package let recordedAt: Date
    /// How far the log's last time is ahead of the database's clock. Events get that time again until the clock has caught up.
    package let ahead: Duration
    /// Sorted by name.
    package let projections: [ProjectionStatus]
    /// Sorted by name.
    package let rebuilds: [RebuildStatus]

    package static func read(in pool: PostgresPool) async throws -> LogStatus {
        try await pool.connection { db in
            let head = try db.query(
                """
                SELECT position, recorded_at, greatest(extract(epoch FROM recorded_at - clock_timestamp()), 0)::float8
                FROM log_head ORDER BY only_row DESC LIMIT 1
                """
            )[0]
            let rows = try db.query(projections)
            return LogStatus(
                head: LogPosition(try head.decode(0, as: Int64.self)),
                recordedAt: try head.decode(1, as: Date.self),
                ahead: duration(seconds: try head.decode(2, as: Double.self)),
                projections: try rows.map { try ProjectionStatus($0) },
                rebuilds: try db.query(rebuilds).map { try RebuildStatus($0) }
            )
        }
    }

    private static let projections = """
        SELECT projection, position, behind, behind_seconds, parked, error FROM projection_status
        WHERE NOT starts_with(projection, 'rebuild_') ORDER BY projection
        """

    /// Who works at one moves its checkpoints every few seconds, or else has its tables locked.
    private static let rebuilds = """
        SELECT name, min(position), max(moved_at) > clock_timestamp() - interval '15 s' OR EXISTS (
            SELECT FROM pg_locks JOIN pg_class ON pg_class.oid = relation
            WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                AND relnamespace = to_regnamespace('rebuild_' || name))
        FROM (SELECT regexp_replace(projection, '^rebuild_(.*)_[0-9]+$', '\\1') AS name, position, moved_at
            FROM checkpoints WHERE starts_with(projection, 'rebuild_')) AS parts
        GROUP BY name ORDER BY name
        """
}

extension LogStatus.ProjectionStatus {
    fileprivate init(_ row: Row) throws {
        name = try row.decode(0, as: String.self)
        position = LogPosition(try row.decode(1, as: Int64.self))
        behind = Int(try row.decode(2, as: Int64.self))
        behindFor = duration(seconds: try row.decode(3, as: Double.self))
        parked = Int(try row.decode(4, as: Int64.self))
        error = try row.decodeIfPresent(5, as: String.self)
    }
}

extension LogStatus.RebuildStatus {
    fileprivate init(_ row: Row) throws {
        name = try row.decode(0, as: String.self)
        position = LogPosition(try row.decode(1, as: Int64.self))
        isUnderWay = try row.decode(2, as: Bool.self)
    }
}

/// The seconds as a duration between none and a century, whatever the database's clock says.
private func duration(seconds: Double) -> Duration {
    .milliseconds(seconds > 0 ? Int64(min(seconds, 3_155_760_000) * 1_000) : 0)
}
