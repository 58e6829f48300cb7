import EventSourcing
import EventStore
import Logging
import Postgres
import Processes
import ServiceLifecycle
import Synchronization

/// Whether the database answers and how far everything is: it asks twice a second over a connection of its own, so that who asks it is
/// answered at once, also while the database is away, hangs, or has more to do than it can.
final class Readiness: Service {
    private struct Finding {
        var status: LogStatus?
        var processes: [ProcessStatus] = []
        var obstacle: String?
        let at: ContinuousClock.Instant
    }

    private let pool: PostgresPool
    /// How far the rooms have followed the log.
    private let tail: Watermark
    /// The number of migrations that are still to be applied.
    private let pendingMigrations: @Sendable () async throws -> Int
    private let newest = Mutex(Finding(obstacle: "The database has not been asked yet.", at: .now))
    private let logger: Logger

    private static let pause = Duration.milliseconds(500)
    /// How old a finding may be: after that the database doesn't answer.
    private static let patience = Duration.seconds(2)
    /// Events by which the rooms may be behind the head: about a second of the busiest writing.
    private static let bound = 50_000

    init(_ database: ConnectionSettings, tail: Watermark, pendingMigrations: @escaping @Sendable () async throws -> Int, logger: Logger) {
        self.tail = tail
        self.pendingMigrations = pendingMigrations
        self.logger = logger
        pool = PostgresPool(database, maximum: 1, logger: logger)
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await self.refresh()
                try? await Task.sleep(for: Self.pause)
            }
        }
        await pool.close()
    }

    private func refresh() async {
        let found = await ask()
        let before = newest.withLock { newest in
            defer { newest = found }
            return newest
        }
        warn(of: found, after: before)
    }

    /// Warns once, when the log's last time begins to be ahead of the clock.
    private func warn(of found: Finding, after before: Finding) {
        guard let ahead = found.status?.ahead, ahead > .seconds(1), before.status?.ahead ?? .zero <= .seconds(1) else { return }
        logger.warning(
            "the database's clock was set back: until it has caught up, events are recorded with the last time again",
            metadata: ["seconds": "\(Int(ahead / .seconds(1)))"]
        )
    }

    private func ask() async -> Finding {
        do {
            let status = try await LogStatus.read(in: pool)
            let pending = try await pendingMigrations()
            guard pending == 0 else { return Finding(status: status, obstacle: "\(pending) migrations are not applied.", at: .now) }
            let processes = try await ProcessStatus.read(in: pool)
            let behind = Int(status.head.rawValue - tail.position.rawValue)
            let obstacle = behind > Self.bound ? "The rooms are \(behind) events behind the log." : nil
            return Finding(status: status, processes: processes, obstacle: obstacle, at: .now)
        } catch {
            return Finding(obstacle: "The database cannot be reached.", at: .now)
        }
    }

    /// Why this process should get no traffic; nil when it should.
    var obstacle: String? {
        let found = newest.withLock { $0 }
        return found.at + Self.patience < .now ? "The database does not answer." : found.obstacle
    }

    /// How far log and projections are; nil while the database doesn't answer.
    var status: LogStatus? {
        let found = newest.withLock { $0 }
        return found.at + Self.patience < .now ? nil : found.status
    }

    /// How each process is that has ever run, on whatever node; none while the database doesn't answer.
    var processes: [ProcessStatus] {
        let found = newest.withLock { $0 }
        return found.at + Self.patience < .now ? [] : found.processes
    }
}
