import EventSourcing
import FoundationEssentials
import Logging
import Postgres

/// Group commit: appends that arrive while a call is under way go together in the next one.
actor Appender {
    typealias Reply = CheckedContinuation<AppendOutcome, any Error>

    private var queue: AppendQueue
    private var replies: [UInt64: Reply] = [:]
    private var nextID: UInt64 = 0
    private var idle: CheckedContinuation<Void, Never>?
    private var isClosed = false
    private var partitionedThrough: Int64 = 0
    private let pool: PostgresPool
    private let head: Watermark
    private let logger: Logger
    /// How long an append waits before its caller is told that the log is overloaded.
    private let patience: Duration

    init(pool: PostgresPool, head: Watermark, bound: AppendQueue.Bound, patience: Duration, logger: Logger) {
        self.pool = pool
        self.head = head
        self.queue = AppendQueue(bound: bound)
        self.patience = patience
        self.logger = logger
    }

    func append(_ append: Append) async throws -> AppendOutcome {
        guard !isClosed else { throw EventStoreError.closed }
        nextID += 1
        let entry = AppendQueue.Entry(id: nextID, append: append, deadline: .now + patience)
        guard queue.enqueue(entry) else { throw EventStoreError.overloaded }
        return try await withCheckedThrowingContinuation { reply in
            replies[entry.id] = reply
            idle.take()?.resume()
        }
    }

    /// Sends until the log is closed and nothing waits.
    func sendAll() async {
        while true {
            let batch = queue.takeBatch()
            if !batch.isEmpty {
                await send(batch)
            } else if isClosed {
                return
            } else {
                await withCheckedContinuation { idle = $0 }
            }
        }
    }

    /// Takes no more appends; those that wait are still sent.
    func close() {
        isClosed = true
        idle.take()?.resume()
    }

    /// Tells those that have waited too long. While the database is away nobody else would.
    func refuseOverdue() {
        for entry in queue.takeOverdue(at: .now) { fail(entry, EventStoreError.overloaded) }
    }

    private func send(_ batch: [AppendQueue.Entry]) async {
        var batch = batch
        var wasCut = false
        while !batch.isEmpty {
            do {
                try await appendNow(batch)
                return
            } catch let error as PostgresError where error.sqlState == "23505" || error.sqlState == "JC409" {
                batch = await withoutRefused(batch)
            } catch let error as PostgresError where error.sqlState == "23514" && error.constraint == nil {
                // No partition holds the next position.
                partitionedThrough = 0
                if let failure = await makePartitions(holding: batch.eventCount) { return batch.forEach { fail($0, failure) } }
            } catch let error as PostgresError where !error.isWorthRetrying {
                guard batch.count > 1 else { return fail(batch[0], error) }
                // One of them can't be stored; the others must not suffer for it.
                await send(Array(batch[..<(batch.count / 2)]))
                batch = Array(batch[(batch.count / 2)...])
            } catch {
                wasCut = true
                batch = await waitOut(error, batch)
            }
        }
        if wasCut { logger.info("the database answers again") }
    }

    private func appendNow(_ entries: [AppendQueue.Entry]) async throws {
        let batch = AppendBatch(entries.lazy.map(\.append))
        let before = try await pool.session { session in
            try session.query(AppendBatch.statement, batch.parameters)[0].decode(0, as: Int64.self)
        }
        var first = LogPosition(before + 1)
        for entry in entries {
            let range = LogRange(first: first, count: entry.append.events.count)
            first = first.advanced(by: range.count)
            succeed(entry, .appended(range))
        }
        head.reached(LogPosition(before).advanced(by: batch.count))
        _ = await makePartitions(after: before + Int64(batch.count))
    }

    /// Answers those of a refused batch that can't be accepted, and gives back the others.
    private func withoutRefused(_ batch: [AppendQueue.Entry]) async -> [AppendQueue.Entry] {
        do {
            let refusals = try await Refusals.find(batch.map(\.append), in: pool)
            return batch.indices.compactMap { index in
                guard let outcome = refusals.outcome(of: index, batch[index].append) else { return batch[index] }
                succeed(batch[index], outcome)
                return nil
            }
        } catch {
            return await waitOut(error, batch)
        }
    }

    /// The connection is gone or the server isn't ready: those with patience left try again with their keys,
    /// which tell whether the cut call was committed.
    private func waitOut(_ error: any Error, _ batch: [AppendQueue.Entry]) async -> [AppendQueue.Entry] {
        logger.warning("an append failed and will be tried again", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .milliseconds(50))
        return batch.filter { entry in
            guard entry.deadline <= .now || Task.isCancelled else { return true }
            fail(entry, EventStoreError.outcomeUnknown)
            return false
        }
    }

    private func makePartitions(after position: Int64 = 0, holding count: Int = 0) async -> (any Error)? {
        guard position + Int64(count) >= partitionedThrough else { return nil }
        do {
            partitionedThrough = try await pool.session { session in
                try session.query("SELECT log_make_partitions_ahead($1)", [.int8(Int64(count))])[0].decode(0, as: Int64.self)
            }
            return nil
        } catch {
            logger.warning("partitions could not be made ahead", metadata: ["error": "\(error)"])
            return error
        }
    }

    private func succeed(_ entry: AppendQueue.Entry, _ outcome: AppendOutcome) {
        replies.removeValue(forKey: entry.id)?.resume(returning: outcome)
    }

    private func fail(_ entry: AppendQueue.Entry, _ error: any Error) {
        replies.removeValue(forKey: entry.id)?.resume(throwing: error)
    }
}

extension PostgresError {
    /// The same call may succeed later: the server is away, or was in the way of another transaction.
    var isWorthRetrying: Bool { isUnavailable || isRetriable || self == .cancelled }
}

extension [AppendQueue.Entry] {
    fileprivate var eventCount: Int { reduce(0) { $0 + $1.append.events.count } }
}
