import EventSourcing
import EventStore
import Recruiting
import Synchronization

/// The sessions as the log has them. Those lately asked for are kept folded, so that only what has happened since is read; and all
/// who ask at the same moment, as a room full of viewers does, share one read.
final class SessionCache: Sendable {
    struct Known: Sendable {
        var state = Session.initial
        var version = 0
        /// The position of the session's last event; nil for a session that has no events.
        var lastPosition: LogPosition?
    }

    /// Sessions that are kept; a state of a large shelf has about a megabyte.
    private static let limit = 200

    private let log: EventLog
    private let kept = Mutex<[SessionID: Known]>([:])
    private let reads = SharedReads<SessionID, Known>()

    init(_ log: EventLog) {
        self.log = log
    }

    /// The session as of now or later.
    func known(_ id: SessionID) async throws -> Known {
        try await reads.value(of: id) { try await read(id) }
    }

    private func read(_ id: SessionID) async throws -> Known {
        let stream = Session.stream(id)
        var known = kept.withLock { $0[id] } ?? Known()
        let events = try await log.read(streams: [stream], after: known.version)[stream] ?? []
        for event in events { Session.apply(try Session.Event(type: event.type, data: event.data), to: &known.state) }
        guard let last = events.last else { return known }
        (known.version, known.lastPosition) = (last.version, last.position)
        keep(known, of: id)
        return known
    }

    /// Keeps a session's state. At the limit any other one is dropped for it, and read again when it is asked for.
    private func keep(_ known: Known, of id: SessionID) {
        kept.withLock { kept in
            if kept.count >= Self.limit, kept[id] == nil, let any = kept.keys.first { kept[any] = nil }
            kept[id] = known
        }
    }
}
