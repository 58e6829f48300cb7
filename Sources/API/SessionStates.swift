import EventSourcing
import Recruiting
import Synchronization

/// The folded states of sessions that were lately written to, so that a command reads only what has happened since.
final class SessionStates: Sendable {
    struct Known: Sendable {
        let state: Session.State
        let version: Int
        let lastPosition: LogPosition
    }

    /// Sessions that are kept; a state of a large shelf has about a megabyte.
    private static let limit = 200

    private let states = Mutex<[SessionID: Known]>([:])

    subscript(id: SessionID) -> Known? {
        get { states.withLock { $0[id] } }
    }

    /// Keeps `known` unless something newer is; whatever is thrown out is read again.
    func keep(_ known: Known, of id: SessionID) {
        states.withLock { states in
            if let other = states[id], other.version >= known.version { return }
            if states.count >= Self.limit, states[id] == nil, let any = states.keys.first { states[any] = nil }
            states[id] = known
        }
    }
}
