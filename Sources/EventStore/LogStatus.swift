package import EventSourcing
package import FoundationEssentials
package import Postgres

/// How far the log reaches, and why anything is behind it.
package struct LogStatus: Sendable {
    package struct ProjectionStatus: Sendable {
        /// A projection's name; for a part of a rebuild under way `rebuild_`, the name and its number.
        package let name: String
        package let position: LogPosition
        /// In events.
        package let behind: Int
        /// Since the oldest event that isn't folded yet was recorded; 0 when all are.
        package let behindFor: Duration
        /// Events that could not be folded and were passed over.
        package let parked: Int
        /// The last error with its position: why it stands still, or why it parked the newest of those it passed over.
        package let error: String?
    }

    package let head: LogPosition
    package let recordedAt: Date
    /// By name.
    package let projections: [ProjectionStatus]

    package static func read(in pool: PostgresPool) async throws -> LogStatus {
        try await pool.session { session in
            let head = try session.query("SELECT position, recorded_at FROM log_head")[0]
            let rows = try session.query(
                "SELECT projection, position, behind, behind_seconds, parked, error FROM projection_status ORDER BY projection"
            )
            return LogStatus(
                head: LogPosition(try head.decode(0, as: Int64.self)),
                recordedAt: try head.decode(1, as: Date.self),
                projections: try rows.map { try ProjectionStatus($0) }
            )
        }
    }
}

extension LogStatus.ProjectionStatus {
    fileprivate init(_ row: Row) throws {
        name = try row.decode(0, as: String.self)
        position = LogPosition(try row.decode(1, as: Int64.self))
        behind = Int(try row.decode(2, as: Int64.self))
        // A century at most, whatever the database's clock says.
        behindFor = .milliseconds(Int64(max(0, min(try row.decode(3, as: Double.self), 3_155_760_000)) * 1_000))
        parked = Int(try row.decode(4, as: Int64.self))
        error = try row.decodeIfPresent(5, as: String.self)
    }
}
