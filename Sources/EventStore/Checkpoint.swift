import EventSourcing
import Postgres

/// How far a projection has folded the log, and what it passed over.
enum Checkpoint {
    /// With the lock comes a limit in milliseconds: a holder that hangs or whose machine is gone, so that the server waits for its
    /// next statement, loses its connection after it, and with that the lock.
    private static let held = "SELECT position, set_config('idle_in_transaction_session_timeout', '2000', true) FROM checkpoints"

    /// Its position, locked until the transaction ends; nil when another holds it.
    static func lock(_ projection: String, in db: borrowing Connection) throws -> LogPosition? {
        try position(of: "\(held) WHERE projection = $1 FOR UPDATE SKIP LOCKED", projection, db)
    }

    /// Locks the checkpoint, and waits for whoever holds it.
    static func lockWaiting(_ projection: String, in db: borrowing Connection) throws -> LogPosition {
        try position(of: "\(held) WHERE projection = $1 FOR UPDATE", projection, db) ?? .start
    }

    /// The checkpoint's position, without waiting for whoever holds it.
    static func read(_ projection: String, in db: borrowing Connection) throws -> LogPosition {
        try position(of: "SELECT position FROM checkpoints WHERE projection = $1", projection, db) ?? .start
    }

    private static func position(of query: String, _ projection: String, _ db: borrowing Connection) throws -> LogPosition? {
        try db.query(query, [.text(projection)]).first.map { LogPosition(try $0.decode(0, as: Int64.self)) }
    }

    static func move(_ projection: String, to position: LogPosition, in db: borrowing Connection) throws {
        _ = try db.query(
            "UPDATE checkpoints SET position = $2, moved_at = clock_timestamp(), error = NULL WHERE projection = $1",
            [.text(projection), .int8(position.rawValue)]
        )
    }

    /// Notes why the projection stands still.
    static func halt(_ projection: String, because error: PostgresError, in db: borrowing Connection) throws {
        _ = try db.query(
            "UPDATE checkpoints SET error = 'past ' || position || ': ' || $2 WHERE projection = $1",
            [.text(projection), .text("\(error)")]
        )
    }

    static func park(
        _ position: LogPosition,
        of projection: String,
        because error: PostgresError,
        in db: borrowing Connection
    ) throws(PostgresError) {
        _ = try db.query(
            "INSERT INTO parked_events (projection, position, error) VALUES ($1, $2, $3)",
            [.text(projection), .int8(position.rawValue), .text("\(error)")]
        )
    }

    static func read(_ projection: String, in pool: PostgresPool) async throws -> LogPosition {
        try await pool.connection { db in try read(projection, in: db) }
    }
}
