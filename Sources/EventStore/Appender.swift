import Dispatch
import EventSourcing
import FoundationEssentials
import Logging
import Postgres
import Synchronization

/// Group commit: appends that arrive while a call is under way go together in the next one.
///
/// The loop that sends lives on the connection's own thread, so that an append costs two changes of thread and no more.
final class Appender: Sendable {
    typealias Reply = CheckedContinuation<AppendOutcome, any Error>

    private struct State {
        var queue: AppendQueue
        var replies: [UInt64: Reply] = [:]
        var lastID: UInt64 = 0
        /// Sent, and not answered yet: after a lost connection they are sent again, and their keys tell what became of them.
        var underWay: [AppendQueue.Entry] = []
        var isAsleep = false
        var isClosed = false
    }

    private let state: Mutex<State>
    private let alarm = DispatchSemaphore(value: 0)
    private let pool: PostgresPool
    private let head: Watermark
    private let logger: Logger
    /// How long an append waits before its caller is told that the log is overloaded.
    private let patience: Duration

    init(pool: PostgresPool, head: Watermark, bound: AppendQueue.Bound, patience: Duration, logger: Logger) {
        self.pool = pool
        self.head = head
        self.patience = patience
        self.logger = logger
        state = Mutex(State(queue: AppendQueue(bound: bound)))
    }

    func append(_ append: Append) async throws -> AppendOutcome {
        try await withCheckedThrowingContinuation { reply in
            let deadline = ContinuousClock.now + patience
            let refusal: EventStoreError? = state.withLock { state in
                guard !state.isClosed else { return .closed }
                let entry = AppendQueue.Entry(id: state.lastID + 1, append: append, deadline: deadline)
                guard state.queue.enqueue(entry) else { return .overloaded }
                state.lastID = entry.id
                state.replies[entry.id] = reply
                return nil
            }
            if let refusal { reply.resume(throwing: refusal) } else { wake() }
        }
    }

    /// Sends until the log is closed and nothing waits.
    /// - Parameter enter: called with each new connection before the first append over it.
    func sendAll(_ enter: @escaping @Sendable (borrowing Connection) throws -> Void) async {
        while true {
            do {
                return try await pool.connection { db in try self.sendAll(through: db, enter) }
            } catch {
                // A task that is cancelled gets no connection any more.
                guard !Task.isCancelled else { return abandonAll() }
                logger.warning("appends wait for the database", metadata: ["error": "\(error)"])
                giveUpOverdue()
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Takes no more appends; those that wait are still sent.
    func close() {
        state.withLock { $0.isClosed = true }
        wake()
    }

    /// Tells those that have waited too long. While the database is away, or another's lock in the way, nobody else would.
    func refuseOverdue() {
        let now = ContinuousClock.now
        let (waiting, sent) = state.withLock { state in
            (state.queue.takeOverdue(at: now), state.underWay.filter { $0.deadline <= now })
        }
        for entry in waiting { fail(entry, EventStoreError.overloaded) }
        for entry in sent { fail(entry, EventStoreError.outcomeUnknown) }
    }

    private func wake() {
        let wasAsleep = state.withLock { state in
            defer { state.isAsleep = false }
            return state.isAsleep
        }
        if wasAsleep { alarm.signal() }
    }

    /// - Throws: when the connection is gone, with what was sent still under way.
    private func sendAll(through db: borrowing Connection, _ enter: (borrowing Connection) throws -> Void) throws {
        var partitionedThrough: Int64 = 0
        var hasEntered = false
        while let batch = nextBatch() {
            if !hasEntered { try enter(db) }
            hasEntered = true
            try send(batch, through: db, &partitionedThrough)
            state.withLock { $0.underWay = [] }
        }
    }

    /// Sleeps until there is one; nil when the log is closed and nothing waits.
    private func nextBatch() -> [AppendQueue.Entry]? {
        while true {
            let (batch, isOver) = state.withLock { state in
                if state.underWay.isEmpty { state.underWay = state.queue.takeBatch() }
                let isEmpty = state.underWay.isEmpty
                state.isAsleep = isEmpty && !state.isClosed
                return (state.underWay, isEmpty && state.isClosed)
            }
            if isOver { return nil }
            if !batch.isEmpty { return batch }
            alarm.wait()
        }
    }

    private func send(_ batch: [AppendQueue.Entry], through db: borrowing Connection, _ partitionedThrough: inout Int64) throws {
        var batch = batch
        while !batch.isEmpty {
            do {
                let last = try call(batch, through: db)
                if last >= partitionedThrough { partitionedThrough = try makePartitions(db) }
                return
            } catch let error as PostgresError where error.sqlState == "23505" || error.sqlState == "JC409" {
                batch = try withoutRefused(batch, through: db)
            } catch let error as PostgresError where error.sqlState == "23514" && error.constraint == nil {
                // No partition holds the next position.
                partitionedThrough = try makePartitions(db, holding: batch.reduce(0) { $0 + $1.append.events.count })
            } catch let error as PostgresError where !error.isWorthRetrying {
                guard batch.count > 1 else { return fail(batch[0], error) }
                // One of them can't be stored; the others must not suffer for it.
                try send(Array(batch[..<(batch.count / 2)]), through: db, &partitionedThrough)
                batch = Array(batch[(batch.count / 2)...])
            }
        }
    }

    /// - Returns: the batch's last position.
    private func call(_ entries: [AppendQueue.Entry], through db: borrowing Connection) throws -> Int64 {
        let batch = AppendBatch(entries.lazy.map(\.append))
        let before = try db.query(AppendBatch.statement, batch.parameters)[0].decode(0, as: Int64.self)
        var first = LogPosition(before + 1)
        for entry in entries {
            let range = LogRange(first: first, count: entry.append.events.count)
            first = first.advanced(by: range.count)
            succeed(entry, .appended(range))
        }
        head.reached(first.advanced(by: -1))
        return before + Int64(batch.count)
    }

    /// Answers those of a refused batch that can't be accepted, and gives back the others.
    private func withoutRefused(_ batch: [AppendQueue.Entry], through db: borrowing Connection) throws -> [AppendQueue.Entry] {
        let refusals = try Refusals(of: batch.map(\.append), in: db)
        return batch.indices.compactMap { index in
            guard let outcome = refusals.outcome(of: index, batch[index].append) else { return batch[index] }
            succeed(batch[index], outcome)
            return nil
        }
    }

    /// - Returns: the position from which it is to be called again.
    private func makePartitions(_ db: borrowing Connection, holding count: Int = 0) throws -> Int64 {
        try db.query("SELECT log_make_partitions_ahead($1)", [.int8(Int64(count))])[0].decode(0, as: Int64.self)
    }

    /// Tells the callers whose append is under way for too long that nobody knows what became of it, and forgets those answered.
    private func giveUpOverdue() {
        let now = ContinuousClock.now
        let overdue = state.withLock { state in
            state.underWay.removeAll { state.replies[$0.id] == nil }
            let overdue = state.underWay.filter { $0.deadline <= now }
            state.underWay.removeAll { $0.deadline <= now }
            return overdue
        }
        for entry in overdue { fail(entry, EventStoreError.outcomeUnknown) }
    }

    /// Nothing is sent any more: what was sent has an unknown outcome, what was not is refused.
    private func abandonAll() {
        let (underWay, replies) = state.withLock { state in
            state.isClosed = true
            defer { (state.underWay, state.replies) = ([], [:]) }
            return (state.underWay, state.replies)
        }
        let sent = Set(underWay.map(\.id))
        for (id, reply) in replies { reply.resume(throwing: sent.contains(id) ? EventStoreError.outcomeUnknown : .closed) }
    }

    private func succeed(_ entry: AppendQueue.Entry, _ outcome: AppendOutcome) {
        state.withLock { $0.replies.removeValue(forKey: entry.id) }?.resume(returning: outcome)
    }

    private func fail(_ entry: AppendQueue.Entry, _ error: any Error) {
        state.withLock { $0.replies.removeValue(forKey: entry.id) }?.resume(throwing: error)
    }
}

extension PostgresError {
    /// The same call may succeed later: the server is away or still a replica (25006), or the call was in the way of another
    /// transaction (55P03) or stopped by a hand or a time limit (57014).
    var isWorthRetrying: Bool {
        isUnavailable || isRetriable || self == .cancelled || ["25006", "55P03", "57014"].contains(sqlState)
    }
}
