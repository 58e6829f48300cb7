package import EventSourcing
package import FoundationEssentials
package import Logging
package import Postgres
import ServiceLifecycle
import Synchronization

/// The append-only log of everything that happened: positions dense and in commit order, so that whoever sees one sees all before it.
///
/// Appends are gathered while the previous call is under way and sent as one (group commit); ``run()`` must be running for them
/// to get through. Reads go straight to the pool.
package final class EventLog: Service, Sendable {
    /// The newest position known to this process.
    package let head = Watermark()
    /// The epoch that this process entered, when it first asked for it or appended.
    private let epochAtStart = Mutex<UUID?>(nil)
    /// Appended by this process, and not told to the others yet.
    private let isUntold = Atomic(false)
    private let appender: Appender
    private let appendPool: PostgresPool
    let pool: PostgresPool
    private let settings: ConnectionSettings
    private let logger: Logger

    /// The channel on which processes tell each other that the log has grown.
    private static let channel = "jobcast_log"

    /// - Parameters:
    ///   - pool: for reading; appends have a connection of their own, so that busy readers can't hold them up.
    ///   - patience: how long an append waits before it fails with ``EventStoreError/overloaded``.
    package init(_ settings: ConnectionSettings, pool: PostgresPool, patience: Duration = .seconds(5), logger: Logger) {
        self.settings = settings
        self.pool = pool
        self.logger = logger
        appendPool = PostgresPool(settings, maximum: 1, logger: logger)
        appender = Appender(pool: appendPool, head: head, bound: .init(), patience: patience, logger: logger)
    }

    /// Appends all of it or nothing.
    ///
    /// - Throws: ``EventStoreError`` when the log is overloaded or closed or the outcome is unknown; `PostgresError` for data
    ///   the database can't store; ``UnconditionalAppend`` for a fault of whoever made the append.
    package func append(_ append: Append) async throws -> AppendOutcome {
        try append.check()
        let outcome = try await appender.append(append)
        if case .appended = outcome { isUntold.store(true, ordering: .relaxed) }
        return outcome
    }

    /// Sends appends and follows the head until graceful shutdown; what waits then is still sent.
    /// - Throws: ``EventStoreError/epochEnded``. Nothing that this process knows of the log can be relied on then: it must start anew.
    package func run() async throws {
        do {
            try await withThrowingDiscardingTaskGroup { group in
                group.addTask { await self.appender.sendAll { db in _ = try self.enter(db) } }
                group.addTask {
                    defer { self.appender.close() }
                    try await cancelWhenGracefulShutdown { try await self.keepUp() }
                }
            }
        } catch {
            await appendPool.close()
            throw error
        }
        await appendPool.close()
    }

    private func keepUp() async throws {
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { try await self.watchHead() }
            group.addTask { await self.hearOthers() }
            group.addTask { await self.refuseOverdue() }
            group.addTask { await self.seal() }
        }
    }

    private func refuseOverdue() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(100))
            appender.refuseOverdue()
        }
    }

    /// The head by polling, in case word of it was lost; and word to the others, at most every 20 ms, never inside an append:
    /// NOTIFY takes a lock on the whole server until its commit.
    private func watchHead() async throws {
        var rounds = 0
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(20))
            rounds += 1
            do {
                if isUntold.exchange(false, ordering: .relaxed) {
                    let head = "\(head.position)"
                    try await pool.connection { _ = try $0.query("SELECT pg_notify($1, $2)", [.text(Self.channel), .text(head)]) }
                }
                if rounds % 12 == 0 { _ = try await refreshHead() }
            } catch EventStoreError.epochEnded {
                throw EventStoreError.epochEnded
            } catch {
                logger.debug("the head of the log can't be read", metadata: ["error": "\(error)"])
            }
        }
    }

    private func hearOthers() async {
        await withDiscardingTaskGroup { group in
            for await told in Notifications(settings, channel: Self.channel, logger: logger) {
                if let position = Int64(told) {
                    head.reached(LogPosition(position))
                } else {
                    // Listening has begun, and much may have been missed. What comes now needn't wait for the answer.
                    group.addTask { _ = try? await self.refreshHead() }
                }
            }
        }
    }

    /// Seals completed ranges, so that a later change of an old event is found.
    private func seal() async {
        while !Task.isCancelled {
            do {
                try await pool.connection { _ = try $0.query("SELECT log_seal()") }
            } catch {
                logger.warning("nothing could be sealed", metadata: ["error": "\(error)"])
            }
            try? await Task.sleep(for: .seconds(60))
        }
    }

    /// Asks the database how far the log reaches.
    package func refreshHead() async throws -> LogPosition {
        let newest = try await pool.connection { db in try LogHead.read(in: db) }
        try check(newest.epoch)
        head.reached(newest.position)
        return newest.position
    }

    /// The same for a process that only reads, also from a server that takes no writes: from here on it belongs to the epoch that it
    /// finds, and ``run()`` ends when that does.
    package func enterReading() async throws -> LogPosition {
        let newest = try await pool.connection { db in try LogHead.read(in: db) }
        epochAtStart.withLock { $0 = newest.epoch }
        head.reached(newest.position)
        return newest.position
    }

    /// Names the history that positions belong to: after a failover or a restore to an older state it is another. From here on this
    /// process belongs to it, and ``run()`` ends when it does.
    /// - Throws: also on a server that takes no writes.
    package func epoch() async throws -> UUID {
        try await pool.connection { db in try self.enter(db) }
    }

    @discardableResult
    private func enter(_ db: borrowing Connection) throws -> UUID {
        let epoch = try db.query("SELECT log_enter()")[0].decode(0, as: UUID.self)
        try check(epoch)
        epochAtStart.withLock { $0 = epoch }
        return epoch
    }

    private func check(_ epoch: UUID) throws {
        guard epochAtStart.withLock({ $0 == nil || $0 == epoch }) else { throw EventStoreError.epochEnded }
    }
}
