import NIOCore
import Synchronization

/// A connection that is being made, with which a cancelled task need not wait for a server that may never answer.
final class Attempt: Sendable {
    private enum State {
        case trying((any Channel)?)
        case abandoned
    }

    private let state = Mutex(State.trying(nil))

    /// Runs `connect`, which shows its channels to ``begins(_:)``; a cancelled task closes them, and so `connect` fails.
    static func run<Result: Sendable>(_ connect: (Attempt) async throws -> Result) async throws -> Result {
        let attempt = Attempt()
        return try await withTaskCancellationHandler {
            try await connect(attempt)
        } onCancel: {
            attempt.abandon()
        }
    }

    /// Called with every channel before it connects; a host of several addresses is tried by one channel after the other.
    func begins(_ channel: any Channel) {
        let isAbandoned = state.withLock { state in
            if case .abandoned = state { return true }
            state = .trying(channel)
            return false
        }
        if isAbandoned { channel.close(promise: nil) }
    }

    private func abandon() {
        let channel = state.withLock { state in
            defer { state = .abandoned }
            if case .trying(let channel) = state { return channel }
            return nil
        }
        channel?.close(promise: nil)
    }
}
