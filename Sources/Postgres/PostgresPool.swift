package import Logging
import Synchronization

/// Up to `maximum` connections, each on a thread of its own; calls that find none free wait in order of arrival, up to `room` of them.
///
/// Connections are made when first needed. One that broke is replaced at its next use: a call made while the server restarts fails, the next one after it succeeds.
package final class PostgresPool: Sendable {
    private let core: PoolCore

    /// - Parameter room: how many calls may wait. Twelve connections with a millisecond for each take a third of a second for these.
    package init(_ settings: ConnectionSettings, maximum: Int, room: Int = 4_096, logger: Logger) {
        core = PoolCore(settings: settings, maximum: maximum, room: room, logger: logger)
    }

    deinit {
        core.close()
    }

    /// Runs `body` on a connection's thread and gives what it gives.
    ///
    /// A transaction that `body` leaves open is rolled back, and the call throws.
    /// - Throws: what `body` throws; `PostgresError.connection` when there is no connection; `PostgresError.overloaded` when
    ///   as many wait as may; `PostgresError.closed`; `CancellationError` when the task was cancelled and that stopped the work.
    package func connection<Result: Sendable>(_ body: @escaping @Sendable (borrowing Connection) throws -> Result) async throws -> Result {
        let call = PoolCall()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Result, any Error>) in
                let work = PoolCall.Work(
                    perform: { db in
                        let result = outcome(of: body, in: db)
                        return { continuation.resume(with: result) }
                    },
                    fail: { continuation.resume(throwing: $0) }
                )
                if call.install(work) { core.submit(call) }
            }
        } onCancel: {
            call.cancel()
        }
    }

    /// `connection` inside BEGIN and COMMIT; ROLLBACK when `body` throws. A cancellation never interrupts the COMMIT.
    package func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Connection) throws -> Result
    ) async throws -> Result {
        try await connection { try $0.transaction(body) }
    }

    /// Refuses new calls, fails those that wait, and returns when the running ones have ended and all connections are closed.
    package func close() async {
        core.close()
        await core.stopped()
    }
}

private func outcome<Value>(of body: (borrowing Connection) throws -> Value, in db: borrowing Connection) -> Result<Value, any Error> {
    do {
        let value = try body(db)
        try db.settle()
        return .success(value)
    } catch {
        db.rollBack()
        let stopped = error as? PostgresError
        let byCancellation = db.call.isCancelled && (stopped == .cancelled || stopped?.sqlState == "57014")
        return .failure(byCancellation ? CancellationError() : error)
    }
}

/// What the pool's threads share with it.
private final class PoolCore: Sendable {
    private struct State {
        var pool: PoolState<PoolCall, Semaphore>
        var closing: [CheckedContinuation<Void, Never>] = []
    }

    private let settings: ConnectionSettings
    private let logger: Logger
    private let state: Mutex<State>

    init(settings: ConnectionSettings, maximum: Int, room: Int, logger: Logger) {
        self.settings = settings
        self.logger = logger
        state = Mutex(State(pool: PoolState(maximum: maximum, room: room)))
    }

    func submit(_ call: PoolCall) {
        switch state.withLock({ $0.pool.submitted(call) }) {
        case .refused: call.fail(PostgresError.closed)
        case .overloaded: call.fail(PostgresError.overloaded)
        case .wait: break
        case .wake(let worker): worker.signal()
        case .start: startThread(named: "postgres") { [self] in work() }
        }
    }

    func close() {
        let (failed, woken) = state.withLock { $0.pool.closed() }
        for call in failed { call.fail(PostgresError.closed) }
        for worker in woken { worker.signal() }
    }

    func stopped() async {
        await withCheckedContinuation { continuation in
            let isStopped = state.withLock { state in
                if !state.pool.isStopped { state.closing.append(continuation) }
                return state.pool.isStopped
            }
            if isStopped { continuation.resume() }
        }
    }

    /// A thread's whole life.
    private func work() {
        let signal = Semaphore()
        var line: Line?
        var resume: (@Sendable () -> Void)?
        while true {
            let next = state.withLock { $0.pool.becameFree(signal) }
            resume?()
            resume = nil
            switch next {
            case .run(let call): resume = run(call, on: &line)
            case .sleep: signal.wait()
            case .stop:
                drop(&line)
                return stop()
            }
        }
    }

    private func stop() {
        let closing = state.withLock { state in
            state.pool.stopped()
            defer { if state.pool.isStopped { state.closing = [] } }
            return state.pool.isStopped ? state.closing : []
        }
        for continuation in closing { continuation.resume() }
    }

    private struct Line {
        let libpq: LibpqConnection
        let canceller: Canceller
    }

    /// Runs what was called for, if it's still wanted; what it gives tells the task.
    private func run(_ call: PoolCall, on line: inout Line?) -> (@Sendable () -> Void)? {
        if line?.libpq.hasBeenClosed() == true { drop(&line) }
        do throws(PostgresError) {
            let open = if let line { line } else { try connect() }
            line = open
            guard let work = call.begin(open.canceller) else { return nil }
            let resume = work.perform(Connection(libpq: open.libpq, call: call))
            call.end()
            if open.libpq.isBroken { drop(&line) }
            return resume
        } catch {
            let others = state.withLock { $0.pool.connectFailed() }
            for call in [call] + others { call.fail(error) }
            return nil
        }
    }

    private func connect() throws(PostgresError) -> Line {
        let libpq = try LibpqConnection(settings, logger: logger)
        state.withLock { $0.pool.connectionOpened() }
        return Line(libpq: libpq, canceller: Canceller(libpq))
    }

    private func drop(_ line: inout Line?) {
        guard line != nil else { return }
        line = nil
        state.withLock { $0.pool.connectionClosed() }
    }
}
