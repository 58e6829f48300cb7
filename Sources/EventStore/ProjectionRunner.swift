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
            while !Task.isCancelled {
                do {
                    try await advance(Self.widestWindow)
                    await log.head.wait(past: progress.position)
                } catch {
                    if (error as? PostgresError)?.isWorthRetrying == false {
                        logger.error("a projection stands still", metadata: ["projection": "\(projection.name)", "error": "\(error)"])
                    }
                    try? await Task.sleep(for: .milliseconds(100))
                }
            }
        }
    }

    private enum Step {
        case isFoldedElsewhere
        case reached(LogPosition, parked: [LogPosition])
        case stands(PostgresError)
    }

    /// Folds up to `window` events, unless another process is at it. An event that can't be folded is parked.
    package func advance(_ window: Int) async throws {
        switch try await log.pool.transaction({ db in try step(window, db) }) {
        case .isFoldedElsewhere:
            try await Task.sleep(for: .milliseconds(20))
            progress.reached(try await Checkpoint.read(projection.name, in: log.pool))
        case .reached(let position, let parked):
            progress.reached(position)
            for position in parked {
                logger.error("an event was parked", metadata: ["projection": "\(projection.name)", "position": "\(position)"])
            }
        case .stands(let error): throw error
        }
    }

    private func step(_ window: Int, _ db: borrowing Connection) throws -> Step {
        guard let after = try Checkpoint.lock(projection.name, in: db) else { return .isFoldedElsewhere }
        let through = min(try LogHead.read(in: db).position, after.advanced(by: window))
        guard through > after else { return .reached(after, parked: []) }
        // What a crash takes back here is folded again from the log: no need to wait for the disk.
        try db.execute("SET LOCAL synchronous_commit = off; SAVEPOINT step")
        do {
            let parked = try projection.fold(after: after, through: through, parkingAs: projection.name, in: db)
            try Checkpoint.move(projection.name, to: through, in: db)
            return .reached(through, parked: parked)
        } catch let error as PostgresError where error.sqlState != nil && !error.isWorthRetrying {
            try db.execute("ROLLBACK TO SAVEPOINT step")
            try Checkpoint.halt(projection.name, because: error, in: db)
            return .stands(error)
        }
    }

    /// Folds what was parked once more, each event by itself, and forgets those that succeed.
    ///
    /// They come after events that were recorded later: for a fold whose order matters a rebuild is the surer way.
    /// - Returns: how many are still parked.
    package static func retryParked(_ projection: Projection, in pool: PostgresPool) async throws -> Int {
        let positions = try await pool.connection { db in
            try db.query("SELECT position FROM parked_events WHERE projection = $1 ORDER BY position", [.text(projection.name)])
                .map { LogPosition(try $0.decode(0, as: Int64.self)) }
        }
        var left = 0
        for position in positions {
            do {
                try await pool.transaction { db in
                    // So that neither a runner nor a rebuild's swap comes in between.
                    _ = try Checkpoint.lockWaiting(projection.name, in: db)
                    let deleted = try db.query(
                        "DELETE FROM parked_events WHERE projection = $1 AND position = $2 RETURNING 1",
                        [.text(projection.name), .int8(position.rawValue)]
                    )
                    guard !deleted.isEmpty else { return }
                    try projection.apply(after: position.advanced(by: -1), through: position, in: db)
                }
            } catch let error as PostgresError where !error.isWorthRetrying {
                left += 1
            }
        }
        return left
    }
}
