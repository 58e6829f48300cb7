import EventSourcing
package import Logging
package import Postgres
import ServiceLifecycle

/// Keeps a projection's tables up with the log, exactly once: a window is folded and the checkpoint moved in one transaction.
///
/// Any number of processes may run the same projection. Who holds the lock of the checkpoint's row folds; the lock goes with
/// the connection, so another takes over as soon as its holder is gone.
package struct ProjectionRunner: Service {
    package let projection: Projection
    /// How far the projection has come, as known to this process.
    package let progress = Watermark()
    private let log: EventLog
    private let logger: Logger

    /// Events folded in one transaction when there is much to catch up with.
    private static let widestWindow = 20_000

    package init(_ projection: Projection, log: EventLog, logger: Logger) {
        self.projection = projection
        self.log = log
        self.logger = logger
    }

    package func run() async {
        await cancelWhenGracefulShutdown {
            var window = Self.widestWindow
            while !Task.isCancelled {
                do {
                    try await advance(window)
                    window = min(window * 2, Self.widestWindow)
                    await log.head.wait(past: progress.position)
                } catch let error as PostgresError where !error.isWorthRetrying {
                    await hold(error, window)
                    window = max(window / 2, 1)
                } catch {
                    try? await Task.sleep(for: .milliseconds(100))
                }
            }
        }
    }

    /// Folds up to `window` events, unless another process is at it.
    package func advance(_ window: Int) async throws {
        let projection = projection
        let reached = try await log.pool.transaction { session in
            guard let after = try Checkpoint.lock(projection.name, in: session) else { return LogPosition?.none }
            let head = LogPosition(try session.query("SELECT position FROM log_head")[0].decode(0, as: Int64.self))
            let through = min(head, after.advanced(by: window))
            guard through > after else { return after }
            // What a crash takes back here is folded again from the log: no need to wait for the disk.
            _ = try session.query("SELECT set_config('synchronous_commit', 'off', true)")
            try projection.apply(after: after, through: through, in: session)
            try Checkpoint.move(projection.name, to: through, in: session)
            return through
        }
        if let reached {
            progress.reached(reached)
        } else {
            try await Task.sleep(for: .milliseconds(20))
            progress.reached(try await Checkpoint.read(projection.name, in: log.pool))
        }
    }

    /// A window that can't be folded is narrowed down to the one event at fault, which is parked so that it holds nobody up.
    private func hold(_ error: PostgresError, _ window: Int) async {
        logger.error("a fold failed", metadata: ["projection": "\(projection.name)", "window": "\(window)", "error": "\(error)"])
        let name = projection.name
        do {
            try await log.pool.transaction { session in
                guard let after = try Checkpoint.lock(name, in: session) else { return }
                let position = after.advanced(by: 1)
                _ = try session.query(
                    "UPDATE checkpoints SET error = $2 WHERE projection = $1",
                    [.text(name), .text("past \(after): \(error)")]
                )
                guard window == 1 else { return }
                _ = try session.query(
                    "INSERT INTO parked_events (projection, position, error) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                    [.text(name), .int8(position.rawValue), .text("\(error)")]
                )
                try Checkpoint.move(name, to: position, in: session)
            }
        } catch {
            logger.error("what failed could not be noted", metadata: ["error": "\(error)"])
        }
    }

    /// Folds what was parked once more, each event by itself, and forgets those that succeed.
    ///
    /// They come after events that were recorded later: for a fold whose order matters a rebuild is the surer way.
    /// - Returns: how many are still parked.
    package static func retryParked(_ projection: Projection, in pool: PostgresPool) async throws -> Int {
        let positions = try await pool.session { session in
            try session.query("SELECT position FROM parked_events WHERE projection = $1 ORDER BY position", [.text(projection.name)])
                .map { LogPosition(try $0.decode(0, as: Int64.self)) }
        }
        var left = 0
        for position in positions {
            do {
                try await pool.transaction { session in
                    let deleted = try session.query(
                        "DELETE FROM parked_events WHERE projection = $1 AND position = $2 RETURNING 1",
                        [.text(projection.name), .int8(position.rawValue)]
                    )
                    guard !deleted.isEmpty else { return }
                    try projection.apply(after: position.advanced(by: -1), through: position, in: session)
                }
            } catch let error as PostgresError where !error.isWorthRetrying {
                left += 1
            }
        }
        return left
    }
}

/// How far a projection has folded the log.
enum Checkpoint {
    /// Its position, locked until the transaction ends; nil when another holds it.
    static func lock(_ projection: String, in session: borrowing Session) throws -> LogPosition? {
        let rows = try session.query(
            "SELECT position FROM checkpoints WHERE projection = $1 FOR UPDATE SKIP LOCKED",
            [.text(projection)]
        )
        return try rows.first.map { LogPosition(try $0.decode(0, as: Int64.self)) }
    }

    static func move(_ projection: String, to position: LogPosition, in session: borrowing Session) throws {
        _ = try session.query(
            "UPDATE checkpoints SET position = $2, moved_at = clock_timestamp(), error = NULL WHERE projection = $1",
            [.text(projection), .int8(position.rawValue)]
        )
    }

    /// Its position, without waiting for who holds it.
    static func read(_ projection: String, in pool: PostgresPool) async throws -> LogPosition {
        try await pool.session { session in
            let rows = try session.query("SELECT position FROM checkpoints WHERE projection = $1", [.text(projection)])
            return try rows.first.map { LogPosition(try $0.decode(0, as: Int64.self)) } ?? .start
        }
    }
}
