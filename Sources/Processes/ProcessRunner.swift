import EventSourcing
package import EventStore
package import Logging
package import Postgres
package import Recruiting
import ServiceLifecycle
import Synchronization

/// Runs processes, each on one node at a time.
///
/// A process belongs to the node whose connection holds its advisory lock. When that node is gone its lock is free, and another has
/// it within a second and looks at once for what was left undone. A node that hangs, or whose machine is gone without a word, loses
/// connection and lock by the limit on how long the connection may be idle; when it wakes it knows by the clock that it has.
package final class ProcessRunner: Service {
    private let processes: [any Process]
    private let log: EventLog
    private let node: String
    private let pool: PostgresPool
    /// One connection: locks belong to it.
    private let locks: PostgresPool
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let ownership = Mutex(Ownership.none)
    private let isWarned = Mutex(false)

    /// How often a node tries for the processes that it doesn't have.
    private static let beat = Duration.seconds(1)

    /// `node` names this one in the status; `database` is for the connection that holds the locks.
    package init(
        _ processes: [any Process],
        log: EventLog,
        node: String,
        pool: PostgresPool,
        database: ConnectionSettings,
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.processes = processes
        self.log = log
        self.node = node
        self.pool = pool
        self.now = now
        self.logger = logger
        locks = PostgresPool(database, maximum: 1, logger: logger)
    }

    package func run() async throws {
        let start = try await log.refreshHead()
        let signals = processes.map { _ in AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1)) }
        let callers = signals.map(\.continuation)
        await cancelWhenGracefulShutdown { [self] in
            await withDiscardingTaskGroup { group in
                group.addTask { await self.claim(callers) }
                group.addTask { await self.listen(after: start, callers) }
                for (index, process) in processes.enumerated() {
                    group.addTask { await self.remind(process, callers[index]) }
                    group.addTask { for await _ in signals[index].stream { await self.work(process) } }
                }
            }
        }
        await locks.close()
    }

    /// Tries for the locks of all processes, and calls those that became this node's; all of them when a day ends in China, with which
    /// verifications lapse and jobs expire.
    private func claim(_ callers: [AsyncStream<Void>.Continuation]) async {
        var day = now().chinaDate
        while !Task.isCancelled {
            let names = processes.map(\.name)
            // Without an answer the locks may be another's by now: this node has none until it hears that it has.
            let asked = ContinuousClock.now
            let held = await held(names)
            let before = ownership.withLock { ownership in
                defer { ownership = Ownership(of: held, asked: asked) }
                return ownership
            }
            let today = now().chinaDate
            for (index, process) in processes.enumerated()
            where held.contains(process.name) && (!before.holds(process.name) || today != day) {
                callers[index].yield()
            }
            day = today
            try? await Task.sleep(for: Self.beat)
        }
    }

    /// Which locks this node has; none when the database doesn't tell, which is said once, until it does again.
    private func held(_ names: [String]) async -> Set<String> {
        do {
            let held = try await locks.connection { db in try Locks.claim(names, in: db) }
            isWarned.withLock { $0 = false }
            return held
        } catch {
            let isNew = isWarned.withLock { warned in
                defer { warned = true }
                return !warned
            }
            if isNew, !Task.isCancelled { logger.warning("this node has no processes for now", metadata: ["error": "\(error)"]) }
            return []
        }
    }

    /// Calls the processes that an event concerns.
    private func listen(after start: LogPosition, _ callers: [AsyncStream<Void>.Continuation]) async {
        for await batch in LogTail(log, after: start, logger: logger) {
            let types = Set(batch.map(\.type))
            for (index, process) in processes.enumerated() where !process.triggers.isDisjoint(with: types) { callers[index].yield() }
        }
    }

    private func remind(_ process: any Process, _ caller: AsyncStream<Void>.Continuation) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: process.pause)
            caller.yield()
        }
    }

    private func work(_ process: any Process) async {
        let isOurs: @Sendable () -> Bool = { [self] in ownership.withLock { $0.holds(process.name) } }
        guard !Task.isCancelled, isOurs() else { return }
        var failure: String?
        do {
            try await process.work(while: isOurs)
        } catch {
            if Task.isCancelled { return }
            failure = "\(error)"
            logger.warning("a process could not do all that is due", metadata: ["process": "\(process.name)", "error": "\(error)"])
        }
        // What can't be noted now is noted at the next look; the log of this process has it.
        try? await ProcessStatus.record(process.name, by: node, failure, in: pool)
    }
}

/// Which processes are this node's, and for how long that is sure.
struct Ownership: Sendable {
    static let none = Ownership(of: [], asked: .now)

    /// Past it the database may have taken the locks from a node that has not asked again: it counts from when it had answered.
    static let lasts = Duration.seconds(2)

    private let names: Set<String>
    private let ends: ContinuousClock.Instant

    init(of names: Set<String>, asked: ContinuousClock.Instant) {
        self.names = names
        ends = asked + Self.lasts
    }

    func holds(_ name: String, at now: ContinuousClock.Instant = .now) -> Bool { now < ends && names.contains(name) }
}

enum Locks {
    /// The time without a claim after which the server closes the connection.
    static let idle = Duration.milliseconds(2_500)

    /// The `names` whose lock this connection has, or can have now.
    static func claim(_ names: [String], in db: borrowing Connection) throws -> Set<String> {
        Set(try db.query(claim, [.texts(names), .text("\(idle / .milliseconds(1))")]).map { try $0.decode(0, as: String.self) })
    }

    /// An advisory lock of one number is shown as its two halves (PostgreSQL manual, 54.12 pg_locks). One that is held is not taken
    /// again, since each taking would have to be given back.
    private static let claim = """
        WITH held AS (
            SELECT classid::bigint << 32 | objid::bigint AS id FROM pg_locks
            WHERE locktype = 'advisory' AND objsubid = 1 AND granted AND pid = pg_backend_pid())
        SELECT name FROM set_config('idle_session_timeout', $2, false), unnest($1::text[]) AS name,
            hashtextextended('process ' || name, 0) AS id
        WHERE CASE WHEN id IN (SELECT held.id FROM held) THEN true ELSE pg_try_advisory_lock(id) END
        """
}
