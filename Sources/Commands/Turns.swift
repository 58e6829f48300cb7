import EventSourcing
import Synchronization

/// Lets through one command at a time on each stream, so that those of one process are in no other's way.
final class Turns: Sendable {
    private struct State {
        var turns = TurnsState()
        var waiting: [UInt64: CheckedContinuation<Void, any Error>] = [:]
        var lastID: UInt64 = 0
    }

    private let state = Mutex(State())

    /// Whether nobody has a turn.
    var isEmpty: Bool { state.withLock { $0.turns.isEmpty && $0.waiting.isEmpty } }

    /// - Throws: `CommandError.tooManyWriters` when too many wait already, and what `body` throws.
    func take<Value>(
        at stream: StreamName,
        _ rank: TurnsState.Rank,
        of subject: String,
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await wait(at: stream, rank, subject)
        defer { leave(stream) }
        return try await body()
    }

    private func wait(at stream: StreamName, _ rank: TurnsState.Rank, _ subject: String) async throws {
        let id = state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let arrival: Result<Void, any Error>? = state.withLock { state in
                    guard !Task.isCancelled else { return .failure(CancellationError()) }
                    switch state.turns.arrive(id, at: stream, rank, of: subject) {
                    case .goes: return .success(())
                    case .refused: return .failure(CommandError.tooManyWriters)
                    case .waits:
                        state.waiting[id] = continuation
                        return nil
                    }
                }
                if let arrival { continuation.resume(with: arrival) }
            }
        } onCancel: {
            state.withLock { state in
                state.turns.giveUp(id, at: stream, rank) ? state.waiting.removeValue(forKey: id) : nil
            }?.resume(throwing: CancellationError())
        }
    }

    private func leave(_ stream: StreamName) {
        state.withLock { state in
            state.turns.leave(stream).flatMap { state.waiting.removeValue(forKey: $0) }
        }?.resume()
    }
}
