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
    package func session<Result: Sendable>(_ body: @escaping @Sendable (borrowing Session) throws -> Result) async throws -> Result {
        let job = Job()
        return try await withTaskCancellationHandler {
            try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Result, any Error>) in
                let work = Job.Work(
                    perform: { session in
                        let result = outcome(of: body, in: session)
                        return { continuation.resume(with: result) }
                    },
                    fail: { continuation.resume(throwing: $0) }
                )
                if job.install(work) { core.submit(job) }
            }
        } onCancel: {
            job.cancel()
        }
    }

    /// `session` inside BEGIN and COMMIT; ROLLBACK when `body` throws. A cancellation never interrupts the COMMIT.
    package func transaction<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Session) throws -> Result
    ) async throws -> Result {
        try await session { try $0.transaction(body) }
    }

    /// Refuses new calls, fails those that wait, and returns when the running ones have ended and all connections are closed.
    package func close() async {
        core.close()
        await core.stopped()
    }
}

private func outcome<Value>(of body: (borrowing Session) throws -> Value, in session: borrowing Session) -> Result<Value, any Error> {
    do {
        let value = try body(session)
        try session.settle()
        return .success(value)
    } catch {
        session.rollBack()
        let stopped = error as? PostgresError
        let byCancellation = session.job.isCancelled && (stopped == .cancelled || stopped?.sqlState == "57014")
        return .failure(byCancellation ? CancellationError() : error)
    }
}

/// What the pool's threads share with it.
private final class PoolCore: Sendable {
    private struct State {
        var pool: PoolState<Job, Semaphore>
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

    func submit(_ job: Job) {
        switch state.withLock({ $0.pool.submitted(job) }) {
        case .refused: job.fail(PostgresError.closed)
        case .overloaded: job.fail(PostgresError.overloaded)
        case .wait: break
        case .wake(let worker): worker.signal()
        case .start: startThread(named: "postgres") { [self] in work() }
        }
    }

    func close() {
        let (failed, woken) = state.withLock { $0.pool.closed() }
        for job in failed { job.fail(PostgresError.closed) }
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
            case .run(let job): resume = run(job, on: &line)
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
        let connection: Connection
        let canceller: Canceller
    }

    /// Runs the job, if it's still wanted; what it gives tells the task.
    private func run(_ job: Job, on line: inout Line?) -> (@Sendable () -> Void)? {
        if line?.connection.hasBeenClosed() == true { drop(&line) }
        do throws(PostgresError) {
            let open = if let line { line } else { try connect() }
            line = open
            guard let work = job.begin(open.canceller) else { return nil }
            let resume = work.perform(Session(connection: open.connection, job: job))
            job.end()
            if open.connection.isBroken { drop(&line) }
            return resume
        } catch {
            let others = state.withLock { $0.pool.connectFailed() }
            for job in [job] + others { job.fail(error) }
            return nil
        }
    }

    private func connect() throws(PostgresError) -> Line {
        let connection = try Connection(settings, logger: logger)
        state.withLock { $0.pool.connectionOpened() }
        return Line(connection: connection, canceller: Canceller(connection))
    }

    private func drop(_ line: inout Line?) {
        guard line != nil else { return }
        line = nil
        state.withLock { $0.pool.connectionClosed() }
    }
}
