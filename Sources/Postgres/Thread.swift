import CLibpq
import Glibc

/// Starts a detached thread. `name` is cut to the 15 bytes that Linux keeps.
package func startThread(named name: String, _ body: @escaping @Sendable () -> Void) {
    final class Start {
        let name: String
        let body: @Sendable () -> Void
        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
    var thread = pthread_t()
    let start = Unmanaged.passRetained(Start(name: String(name.prefix(15)), body: body))
    let failure = pthread_create(
        &thread,
        nil,
        { argument in
            guard let argument else { return nil }
            let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
            pthread_setname_np(pthread_self(), start.name)
            start.body()
            return nil
        },
        start.toOpaque()
    )
    precondition(failure == 0, "no thread can be started: \(String(cString: strerror(failure)))")
    pthread_detach(thread)
}

/// A POSIX semaphore.
/// @unchecked: a sem_t is made to be used from several threads, and its address never changes.
final class Semaphore: @unchecked Sendable {
    private let raw = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init() {
        sem_init(raw, 0, 0)
    }

    deinit {
        sem_destroy(raw)
        raw.deallocate()
    }

    func signal() {
        sem_post(raw)
    }

    func wait() {
        while sem_wait(raw) == -1 && errno == EINTR {}
    }
}

/// When a thread of its own gets the processor.
package enum Urgency: Sendable {
    case normal
    /// A third as often as others who want it (setpriority(2); on Linux a thread has a niceness of its own).
    case low
    /// When nobody else wants it (sched_setscheduler(2)). A thread can't take that back unless it is privileged.
    case idle

    fileprivate func take() {
        switch self {
        case .normal: break
        case .low: setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 5)
        case .idle:
            var parameters = sched_param()
            sched_setscheduler(0, Self.idlePolicy, &parameters)
        }
    }

    /// `SCHED_IDLE` of Linux, which glibc declares only with _GNU_SOURCE.
    private static let idlePolicy: Int32 = 5
}

/// Runs `body`, which blocks, on a thread of its own.
package func onOwnThread<Result: Sendable>(
    named name: String,
    urgency: Urgency = .normal,
    _ body: @escaping @Sendable () throws -> Result
) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        startThread(named: name) {
            urgency.take()
            continuation.resume(with: Swift.Result { try body() })
        }
    }
}
