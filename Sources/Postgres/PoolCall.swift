import Synchronization

/// One call of `PostgresPool.connection`: what shall run, and how far it has come.
final class PoolCall: Sendable {
    private enum Phase {
        case new
        case waiting(Work)
        case running(Canceller)
        case done
        case cancelled
    }

    struct Work: Sendable {
        /// Runs on the connection's thread; what it gives resumes the task.
        let perform: @Sendable (borrowing Connection) -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private let phase = Mutex(Phase.new)
    private let cancelled = Atomic(false)

    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// False, with `work` failed, when the task was cancelled before.
    func install(_ work: Work) -> Bool {
        let wasCancelled = phase.withLock { phase in
            if case .cancelled = phase { return true }
            phase = .waiting(work)
            return false
        }
        if wasCancelled { work.fail(CancellationError()) }
        return !wasCancelled
    }

    /// The work, if nobody cancelled it in the meantime. From here on a cancellation goes through `canceller`.
    func begin(_ canceller: Canceller) -> Work? {
        phase.withLock { phase in
            guard case .waiting(let work) = phase else { return nil }
            phase = .running(canceller)
            canceller.arm(for: self)
            return work
        }
    }

    /// Ends the call: after this no cancellation reaches the connection any more. It waits for one that is under way.
    func end() {
        let canceller: Canceller? = phase.withLock { phase in
            defer { phase = .done }
            if case .running(let canceller) = phase { return canceller } else { return nil }
        }
        canceller?.disarm()
    }

    /// A COMMIT must not be cut short by a cancellation: its outcome would be unknown for no reason.
    func becomeUncancellable() {
        let canceller: Canceller? = phase.withLock { phase in
            if case .running(let canceller) = phase { return canceller } else { return nil }
        }
        canceller?.disarm()
    }

    func fail(_ error: any Error) {
        let work: Work? = phase.withLock { phase in
            guard case .waiting(let work) = phase else { return nil }
            phase = .done
            return work
        }
        work?.fail(error)
    }

    func cancel() {
        cancelled.store(true, ordering: .relaxed)
        let (work, canceller): (Work?, Canceller?) = phase.withLock { phase in
            switch phase {
            case .new:
                phase = .cancelled
                return (nil, nil)
            case .waiting(let work):
                phase = .cancelled
                return (work, nil)
            case .running(let canceller): return (nil, canceller)
            case .done, .cancelled: return (nil, nil)
            }
        }
        work?.fail(CancellationError())
        canceller?.cancel(self)
    }
}
