package import EventSourcing
import Synchronization

/// A position that only rises, and those who wait for it to: how far the log reaches, or how far a projection has folded it.
package final class Watermark: Sendable {
    private struct State {
        var position = LogPosition.start
        var nextID: UInt64 = 0
        var waiters: [UInt64: (past: LogPosition, continuation: CheckedContinuation<Void, Never>)] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    package var position: LogPosition {
        state.withLock { $0.position }
    }

    /// Returns once the mark is past `position`, or the task is cancelled.
    package func wait(past position: LogPosition) async {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    guard state.position <= position, !Task.isCancelled else { return true }
                    state.waiters[id] = (position, continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    /// Returns once all of `marks` have reached `position`, after `patience`, or when the task is cancelled.
    package static func wait(for marks: [Watermark], toReach position: LogPosition, atMost patience: Duration) async {
        let late = marks.filter { $0.position < position }
        guard !late.isEmpty else { return }
        await withTaskGroup { group in
            group.addTask { for mark in late { await mark.wait(past: position.advanced(by: -1)) } }
            group.addTask { try? await Task.sleep(for: patience) }
            await group.next()
            group.cancelAll()
        }
    }

    /// Raises the mark to `position`; a lower one changes nothing.
    package func reached(_ position: LogPosition) {
        let woken = state.withLock { state in
            guard position > state.position else { return [CheckedContinuation<Void, Never>]() }
            state.position = position
            let due = state.waiters.filter { $0.value.past < position }
            for id in due.keys { state.waiters.removeValue(forKey: id) }
            return due.values.map(\.continuation)
        }
        for continuation in woken { continuation.resume() }
    }
}
