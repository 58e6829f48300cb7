import FoundationEssentials
package import Logging
package import Postgres
import ReadModels
package import Recruiting
import ServiceLifecycle
import Synchronization

/// Tells which nodes live, and marks the viewers of those that don't as gone: nobody else would say that they have left.
///
/// A node stands in the table `nodes` and holds the advisory lock of its identity for as long as its connection stands: that is
/// its lease. Whoever marks a dead one's viewers as gone holds its lock meanwhile, so that it is done once, and strikes it from the table. A node that finds itself
/// struck, since it was cut off from a database that others could reach, goes on under another identity.
package final class NodeLeases: Service {
    private struct Look: Sendable {
        /// False when this node's lock has been taken anew.
        let isSameConnection: Bool
        let free: [NodeID: String]
    }

    /// One connection: locks belong to it.
    private let locks: PostgresPool
    private let presence: Presence
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let state = Mutex(LeaseState())

    /// The time between two looks. A node that lost its connection has its lock again long before it is taken for dead.
    private static let beat = Duration.seconds(1)

    package init(database: ConnectionSettings, presence: Presence, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.presence = presence
        self.now = now
        self.logger = logger
        locks = PostgresPool(database, maximum: 1, logger: logger)
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                await look()
                try? await Task.sleep(for: Self.beat)
            }
        }
        await close()
    }

    /// Gives up all locks.
    func close() async {
        await locks.close()
    }

    /// Looks who lives, and marks the viewers of the dead as gone.
    func look() async {
        let asked = now()
        do {
            guard let look = try await call() else { return fallSilent() }
            let names = Set(look.free.keys)
            let (dead, period) = state.withLock { state in
                (state.answered(asked: asked, at: now(), isSameConnection: look.isSameConnection, free: names), state.answers)
            }
            if let period { presence.logAnswered(period) }
            for node in dead { try await markGone(node, look.free[node] ?? "") }
        } catch {
            fallSilent()
            if !Task.isCancelled { logger.warning("the leases of nodes can't be looked at", metadata: ["error": "\(error)"]) }
        }
    }

    private func fallSilent() {
        state.withLock { $0.fellSilent() }
        presence.logFellSilent()
    }

    /// What a look finds; nil while this node's lock can't be had, as the server hasn't noticed yet that its last connection is gone.
    private func call() async throws -> Look? {
        let nodes = try await locks.connection { db in try Nodes.enrolled(in: db) }
        let own = nodes.first { $0.id == presence.node }
        let others = nodes.filter { $0.id != presence.node && $0.holder == nil }
        let free = Dictionary(uniqueKeysWithValues: others.map { ($0.id, $0.name) })
        if presence.isTakenForDead || (own == nil && presence.isEnrolled) {
            try await renew()
        } else if own?.holder == .us {
            return Look(isSameConnection: true, free: free)
        }
        return try await enrol() ? Look(isSameConnection: false, free: free) : nil
    }

    /// What it has under its present identity is left to be marked as gone like a dead node's.
    private func renew() async throws {
        let (node, name) = (presence.node, presence.name)
        logger.warning("another node took this one for dead; its viewers enter anew", metadata: ["node": "\(name)"])
        try await locks.connection { db in
            _ = try db.query("SELECT pg_advisory_unlock_all()")
            try Nodes.enrol(node, name, in: db)
        }
        presence.renew()
    }

    /// Enters this node in the table under its lock; false when another connection has that.
    private func enrol() async throws -> Bool {
        let (node, name) = (presence.node, presence.name)
        let isOurs = try await locks.connection { db in
            guard try Nodes.lock(node, in: db) else { return false }
            try Nodes.enrol(node, name, in: db)
            return true
        }
        if isOurs { presence.enrolled() }
        return isOurs
    }

    private func markGone(_ node: NodeID, _ name: String) async throws {
        guard try await locks.connection({ db in try Nodes.lock(node, in: db) }) else { return }
        let outcome: Result<Int?, any Error>
        do { outcome = .success(try await presence.markGone(node, name)) } catch { outcome = .failure(error) }
        let isOver = if case .success(.some) = outcome { true } else { false }
        try await locks.connection { db in
            if isOver { try Nodes.strike(node, in: db) }
            try Nodes.unlock(node, in: db)
        }
        if let viewers = try outcome.get(), viewers > 0 {
            logger.notice("marked the viewers of a dead node as gone", metadata: ["node": "\(name)", "viewers": "\(viewers)"])
        }
    }
}
