import EventSourcing
import FoundationEssentials
import Postgres

/// How far the log reaches, and in which epoch.
struct LogHead {
    let position: LogPosition
    let epoch: UUID

    /// Reads from the end of the row's index, where its newest version is.
    static func read(in db: borrowing Connection) throws -> LogHead {
        let row = try db.query("SELECT position, epoch FROM log_head ORDER BY only_row DESC LIMIT 1")[0]
        return LogHead(position: LogPosition(try row.decode(0, as: Int64.self)), epoch: try row.decode(1, as: UUID.self))
    }
}
