import EventSourcing
import EventStore
import FoundationEssentials
import HTTPTypes
import Recruiting
import Wire

/// What a write comes to: the events, of which the first is of the resource that the receipt is about.
struct Decision {
    let resource: StreamName
    var events: [NewEvent]
    /// The session to which all of it belongs.
    var correlation: UUID?
}

extension Decision {
    init<Event: DomainEvent>(_ resource: StreamName, _ events: [Event], session: SessionID? = nil, mediaTime: Int32? = nil) {
        self.init(resource: resource, events: [], correlation: session?.uuid)
        add(events, to: resource, mediaTime: mediaTime)
    }

    mutating func add<Event: DomainEvent>(_ events: [Event], to stream: StreamName, mediaTime: Int32? = nil) {
        self.events += events.map { NewEvent(stream: stream, type: $0.type, data: $0.encoded(), mediaTime: mediaTime) }
    }
}

/// What stands in the log for a write.
struct Recorded {
    let resource: StreamName
    /// The resource's version after the write.
    let version: Int
    let range: LogRange
    /// False when the write changed nothing, since all was as it asks already.
    var isNew = true
}

/// Writes into the log what the rules allow.
struct Ledger: Sendable {
    let log: EventLog
    private let metrics: Metrics
    private let sessions = SessionStates()

    init(_ log: EventLog, _ metrics: Metrics) {
        self.log = log
        self.metrics = metrics
    }

    /// Decides on what the log says now and appends under the condition that it still does; decides anew when it doesn't.
    ///
    /// `decide` reads streams, and answers with events or throws a rejection; it runs again after a conflict.
    /// - Returns: the same for a repeat of `write`, whatever has happened since.
    /// - Throws: what `decide` throws, unless the write was accepted before.
    func record(_ write: Write, _ decide: (Reading) async throws -> Decision) async throws -> Recorded {
        for attempt in 0..<Self.attempts {
            if attempt > 0 { try await Task.sleep(for: .milliseconds(Int.random(in: 1...(2 << min(attempt, 6))))) }
            let reading = Reading(log: log, sessions: sessions)
            let decision: Decision
            do {
                decision = try await decide(reading)
                try check(write, reading.version(of: decision.resource))
            } catch let refusal {
                // A repeat of an accepted write is not refused for what that write itself has changed.
                guard let earlier = try await earlier(write) else { throw refusal }
                return earlier
            }
            guard !decision.events.isEmpty else {
                guard let earlier = try await earlier(write) else { return try await unchanged(decision.resource, reading) }
                return earlier
            }
            if let recorded = try await append(decision, reading, write) { return recorded }
        }
        throw Problem(
            code: "too-many-writers",
            status: .conflict,
            detail: "Others keep changing the same things; try again.",
            headers: [.retryAfter: "1"]
        )
    }

    /// What streams say, for those who only want to know.
    func read<Value>(_ body: (Reading) async throws -> Value) async throws -> Value {
        try await body(Reading(log: log, sessions: sessions))
    }

    /// As many as a hundred writers of one stream need at most, measured with two cores.
    private static let attempts = 20

    /// Nil when a stream has moved since it was read.
    private func append(_ decision: Decision, _ reading: Reading, _ write: Write) async throws -> Recorded? {
        let origin = Origin(actorKind: write.identity.role.rawValue, actorID: write.identity.actorID, correlation: decision.correlation)
        let sent = ContinuousClock.now
        let outcome = try await log.append(Append(decision.events, expected: reading.versions, key: write.key, origin: origin))
        metrics.observe("jobcast_append_seconds", seconds: (ContinuousClock.now - sent) / .seconds(1))
        switch outcome {
        case .appended(let range):
            let version = reading.version(of: decision.resource) + decision.events.count { $0.stream == decision.resource }
            return Recorded(resource: decision.resource, version: version, range: range)
        case .repeated(let range): return try await recorded(range)
        case .keyReused: throw Problem.keyReused
        case .conflict(let stream):
            if write.expectedVersion != nil, stream == decision.resource { throw Problem.stale }
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

    private func recorded(_ range: LogRange) async throws -> Recorded {
        let events = try await log.read(range)
        guard let resource = events.first?.stream, let last = events.last(where: { $0.stream == resource }) else {
            throw Problem.internalError
        }
        return Recorded(resource: resource, version: last.version, range: range)
    }

    private func unchanged(_ resource: StreamName, _ reading: Reading) async throws -> Recorded {
        guard let last = reading.lastPositions[resource] else { throw Problem.internalError }
        return Recorded(resource: resource, version: reading.version(of: resource), range: LogRange(first: last, count: 1), isNew: false)
    }

    private func check(_ write: Write, _ version: Int) throws {
        let holds = write.expectedVersion.map { $0 == version } ?? !(write.mustExist && version == 0)
        guard holds else { throw Problem.stale }
    }
}

extension Problem {
    static let keyReused = Problem(
        code: "idempotency-key-reused",
        status: .unprocessableContent,
        detail: "This Idempotency-Key was used for another request; take a new one."
    )

    static let stale = Problem(
        code: "version-stale",
        status: .preconditionFailed,
        detail: "The resource has changed since the version in If-Match; read it again and decide anew."
    )
}
