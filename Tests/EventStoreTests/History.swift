import EventSourcing
import EventStore
import Synchronization

/// What clients were answered while they wrote at the same time, to be held against the log afterwards.
final class History: Sendable {
    private struct Call {
        let append: Append
        /// A position the log had reached before the append was sent.
        let sentAt: LogPosition
        let outcome: AppendOutcome
    }

    private struct State {
        var known: LogPosition
        var calls: [Call] = []
    }

    private let start: LogPosition
    private let state: Mutex<State>

    init(_ start: LogPosition) {
        self.start = start
        state = Mutex(State(known: start))
    }

    /// The last position any client has been told of.
    var known: LogPosition { state.withLock(\.known) }

    func add(_ append: Append, sentAt: LogPosition, _ outcome: AppendOutcome) {
        state.withLock { state in
            state.calls.append(Call(append: append, sentAt: sentAt, outcome: outcome))
            if let range = outcome.range { state.known = max(state.known, range.last) }
        }
    }

    /// Empty when `lines` is what the accepted appends make, one after the other in the order of their positions, each under its
    /// conditions, and every refusal had its reason at a moment between question and answer.
    func faults(_ lines: [LogModel.Line]) -> [String] {
        let calls = state.withLock(\.calls)
        var model = LogModel(after: start)
        var faults: [String] = []
        for call in calls.filter({ $0.outcome.range != nil }).sorted(by: { $0.outcome.range!.first < $1.outcome.range!.first }) {
            let answer = model.append(call.append)
            let range = call.outcome.range!
            if !answer.isSubset(of: [.appended(range), .repeated(range)]) {
                faults.append("accepted with \(call.outcome), where the log allows \(answer)")
            }
        }
        if model.lines != lines {
            faults.append("the log has \(lines.count) events and is not what \(model.lines.count) accepted ones make")
        }
        return faults + calls.compactMap { refusalFault($0, model) }
    }

    private func refusalFault(_ call: Call, _ model: LogModel) -> String? {
        switch call.outcome {
        case .appended, .repeated: return nil
        case .keyReused: return model.answer(to: call.append.key) == .keyReused ? nil : "a key that nobody else used was refused"
        case .conflict(let stream):
            let expected = call.append.expected[stream]
            let hadMoved = model.version(of: stream, at: call.sentAt) != expected || model.version(of: stream) != expected
            return hadMoved ? nil : "a conflict on \(stream), which stood at \(expected ?? -1) all the time"
        }
    }
}

extension AppendOutcome {
    var range: LogRange? {
        switch self {
        case .appended(let range), .repeated(let range): range
        case .keyReused, .conflict: nil
        }
    }
}
