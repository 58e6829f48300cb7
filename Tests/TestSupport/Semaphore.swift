import Synchronization

/// A signal between a test and a thread: counts what was signalled and not yet waited for.
package final class Semaphore: Sendable {
    private struct State {
        var count = 0
        var tasks: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    package func signal() {
        let task: CheckedContinuation<Void, Never>? = state.withLock { state in
            if state.tasks.isEmpty { state.count += 1 }
            return state.tasks.isEmpty ? nil : state.tasks.removeFirst()
        }
        task?.resume()
    }

    /// Waits in a task.
    package func wait() async {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                if state.count == 0 { state.tasks.append(continuation) } else { state.count -= 1 }
                return state.tasks.isEmpty
            }
            if passes { continuation.resume() }
        }
    }
}
