import Synchronization

/// Lets one after the other, in the order in which they come.
final class OneAtATime: Sendable {
    private struct State {
        var isTaken = false
        var waiting: [CheckedContinuation<Void, any Error>] = []
    }

    private let state = Mutex(State())

    /// How many wait.
    var waiting: Int { state.withLock { $0.waiting.count } }

    /// - Parameter most: how many may wait before.
    /// - Throws: ``ImportDesk/Busy`` at once when more do, and what `body` throws.
    func take(behind most: Int = .max, _ body: () async throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (turn: CheckedContinuation<Void, any Error>) in
            let answer: Result<Void, any Error>? = state.withLock { state in
                guard state.isTaken else {
                    state.isTaken = true
                    return .success(())
                }
                guard state.waiting.count < most else { return .failure(ImportDesk.Busy()) }
                state.waiting.append(turn)
                return nil
            }
            if let answer { turn.resume(with: answer) }
        }
        defer { pass() }
        try Task.checkCancellation()
        try await body()
    }

    private func pass() {
        let next = state.withLock { state in
            state.isTaken = !state.waiting.isEmpty
            return state.waiting.isEmpty ? nil : state.waiting.removeFirst()
        }
        next?.resume()
    }
}
