import EventSourcing
import EventStore
import Recruiting
import Synchronization

/// Streams of one aggregate as the log has them. Those lately asked for are kept folded, so that only what has happened since is read;
/// and all who ask at the same moment, as a room full of viewers does, share one read.
final class StateCache<D: Decider>: Sendable where D.Event: DomainEvent {
    struct Known: Sendable {
        var state = D.initial
        var version = 0
        /// The position of the stream's last event; nil for a stream that has no events.
        var lastPosition: LogPosition?
    }

    /// Streams that are kept; the state of a session with a large shelf has about a megabyte.
    private let limit: Int
    /// The types of events that leave a state as it is, and are not read.
    private let passed: [String]
    private let log: EventLog
    private let kept = Mutex<[StreamName: Known]>([:])
    private let reads = SharedReads<StreamName, Known>()

    init(_ log: EventLog, limit: Int, passingOver passed: [String] = []) {
        self.log = log
        self.limit = limit
        self.passed = passed
    }

    /// The stream as of now or later.
    func known(_ stream: StreamName) async throws -> Known {
        try await reads.value(of: stream) { try await read(stream) }
    }

    private func read(_ stream: StreamName) async throws -> Known {
        var known = kept.withLock { $0[stream] } ?? Known()
        let events = try await log.read(streams: [stream], after: known.version, passingOver: passed)[stream] ?? []
        for event in events { D.apply(try D.Event(type: event.type, data: event.data), to: &known.state) }
        guard let last = events.last else { return known }
        (known.version, known.lastPosition) = (last.version, last.position)
        keep(known, of: stream)
        return known
    }

    /// Keeps a stream's state. At the limit any other one is dropped for it, and read again when it is asked for.
    private func keep(_ known: Known, of stream: StreamName) {
        kept.withLock { kept in
            if kept.count >= limit, kept[stream] == nil, let any = kept.keys.first { kept[any] = nil }
            kept[stream] = known
        }
    }
}

/// What is kept folded of the log.
struct StateCaches: Sendable {
    let sessions: StateCache<Session>
    let accounts: StateCache<Account>

    init(_ log: EventLog) {
        sessions = StateCache(log, limit: 200)
        accounts = StateCache(log, limit: 2_000, passingOver: Account.typesWithoutEffect)
    }
}
