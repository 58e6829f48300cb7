import EventSourcing
import EventStore
import FoundationEssentials
import HTTPTypes
import Recruiting
import Wire

/// The events that a write comes to.
struct Decision {
    var events: [NewEvent] = []
    /// The session to which all of it belongs.
    var correlation: UUID?
}

extension Decision {
    init<Event: DomainEvent>(_ stream: StreamName, _ events: [Event], session: SessionID? = nil, mediaTime: Int32? = nil) {
        self.init(correlation: session?.uuid)
        add(events, to: stream, mediaTime: mediaTime)
    }

    mutating func add<Event: DomainEvent>(_ events: [Event], to stream: StreamName, mediaTime: Int32? = nil) {
        self.events += events.map { NewEvent(stream: stream, type: $0.type, data: $0.encoded(), mediaTime: mediaTime) }
    }
}

/// A write as it stands in the log.
struct Recorded {
    let resource: StreamName
    /// The resource's version after the write, and the position of its last event then.
    let version: Int
    let position: LogPosition
    /// All that was written, also of other streams.
    let range: LogRange
    /// False when the write changed nothing, since all was as it asks already.
    var isNew = true
}

/// Writes into the log what the rules allow.
struct Ledger: Sendable {
    let log: EventLog
    private let metrics: Metrics
    private let sessions: SessionStates
    private let turns = Turns()

    init(_ log: EventLog, _ metrics: Metrics) {
        self.log = log
        self.metrics = metrics
        sessions = SessionStates(log)
    }

    /// How long a write waits for its turn, and is decided anew while other processes change the same streams. As long as an append
    /// waits for the log.
    private static let patience = Duration.seconds(5)

    /// Decides on what the log says now and appends under the condition that it still does; decides anew when it doesn't.
    ///
    /// `decide` reads streams, and answers with events or throws a rejection; it runs again after a conflict. Writes to one resource
    /// take turns, so that a conflict comes from another process, or by another resource's stream.
    /// - Returns: the same for a repeat of `write`, whatever has happened since.
    /// - Throws: what `decide` throws, unless the write was accepted before; `Problem.tooManyWriters`.
    func record(_ write: Write, on resource: StreamName, _ decide: (Reading) async throws -> Decision) async throws -> Recorded {
        let deadline = ContinuousClock.now + Self.patience
        return try await turns.take(at: resource, write.identity.role.rank, of: write.identity.subject) {
            var tries = 0
            while ContinuousClock.now < deadline {
                let reading = Reading(log: log, sessions: sessions, isFirst: tries == 0)
                if let recorded = try await attempt(write, resource, reading, decide) { return recorded }
                tries += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(2 << min(tries, 6)))))
            }
            throw Problem.tooManyWriters
        }
    }

    /// What streams say, for those who only want to know.
    func read<Value>(_ body: (Reading) async throws -> Value) async throws -> Value {
        try await body(Reading(log: log, sessions: sessions))
    }

    /// Appends in its turn what a process of ours decides by itself.
    /// - Returns: false when there is nothing to do, or when others have changed the streams meanwhile.
    func keep(_ stream: StreamName, as actorID: String, _ decide: (Reading) async throws -> Decision) async throws -> Bool {
        try await turns.take(at: stream, .staff, of: actorID) {
            let reading = Reading(log: log, sessions: sessions)
            let decision = try await decide(reading)
            guard !decision.events.isEmpty else { return false }
            let origin = Origin(actorKind: "system", actorID: actorID, correlation: decision.correlation)
            let outcome = try await log.append(Append(decision.events, expected: reading.versions, origin: origin))
            return if case .appended = outcome { true } else { false }
        }
    }

    /// Nil when a stream has moved since it was read.
    private func attempt(
        _ write: Write,
        _ resource: StreamName,
        _ reading: Reading,
        _ decide: (Reading) async throws -> Decision
    ) async throws -> Recorded? {
        let decision: Decision
        do {
            decision = try await decide(reading)
            try check(write, reading.version(of: resource))
        } catch let refusal {
            // A repeat of an accepted write is not refused for what that write itself has changed.
            guard let earlier = try await earlier(write) else { throw refusal }
            return earlier
        }
        guard decision.events.isEmpty else { return try await append(decision, resource, reading, write) }
        if let earlier = try await earlier(write) { return earlier }
        guard let last = reading.lastPositions[resource] else { throw Problem.internalError }
        let range = LogRange(first: last, count: 1)
        return Recorded(resource: resource, version: reading.version(of: resource), position: last, range: range, isNew: false)
    }

    /// Nil when a stream has moved since it was read.
    private func append(_ decision: Decision, _ resource: StreamName, _ reading: Reading, _ write: Write) async throws -> Recorded? {
        let origin = Origin(actorKind: write.identity.role.rawValue, actorID: write.identity.actorID, correlation: decision.correlation)
        let sent = ContinuousClock.now
        let outcome = try await log.append(Append(decision.events, expected: reading.versions, key: write.key, origin: origin))
        metrics.observe("jobcast_append_seconds", seconds: (ContinuousClock.now - sent) / .seconds(1))
        switch outcome {
        case .appended(let range):
            let places = decision.events.indices.filter { decision.events[$0].stream == resource }
            return Recorded(
                resource: resource,
                version: reading.version(of: resource) + places.count,
                position: places.last.map { range.first.advanced(by: $0) } ?? range.last,
                range: range
            )
        case .repeated(let range): return try await recorded(range)
        case .keyReused: throw Problem.keyReused
        case .conflict(let stream):
            if write.expectedVersion != nil, stream == resource { throw Problem.stale }
            return nil
        }
    }

    private func earlier(_ write: Write) async throws -> Recorded? {
        switch try await log.answer(to: write.key) {
        case nil: return nil
        case .repeated(let range), .appended(let range): return try await recorded(range)
        case .keyReused, .conflict: throw Problem.keyReused
        }
    }

    /// The first event of an append is of the resource that was written.
    private func recorded(_ range: LogRange) async throws -> Recorded {
        let events = try await log.read(range)
        guard let resource = events.first?.stream, let last = events.last(where: { $0.stream == resource }) else {
            throw Problem.internalError
        }
        return Recorded(resource: resource, version: last.version, position: last.position, range: range)
    }

    private func check(_ write: Write, _ version: Int) throws {
        let holds = write.expectedVersion.map { $0 == version } ?? !(write.mustExist && version == 0)
        guard holds else { throw Problem.stale }
    }
}

extension Role {
    /// Who may go first where several change the same thing.
    fileprivate var rank: TurnsState.Rank {
        switch self {
        case .operator: .operator
        case .host, .recruiter, .reviewer, .analyst: .staff
        case .viewer: .viewer
        }
    }
}

extension Problem {
    static let keyReused = Problem(
        code: "idempotency-key-reused",
        status: .unprocessableContent,
        detail: "This Idempotency-Key was used for another request; take a new one."
    )

    static let tooManyWriters = Problem.unavailable("too-many-writers", "Too many are changing the same thing; try again in a moment.")

    static let stale = Problem(
        code: "version-stale",
        status: .preconditionFailed,
        detail: "The resource has changed since the version in If-Match; read it again and decide anew."
    )
}
