import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import ReadModels
import Recruiting
import TestSupport

/// A session in which few viewers come and go on two nodes at random, look at cards, ask and apply.
struct Crowd {
    let session: SessionID
    private var versions: [StreamName: Int] = [:]
    private var windows: [NodeID: Set<Int>] = [:]

    init(_ session: SessionID) { self.session = session }

    /// Appends some observations, and now and then a fact that is counted.
    mutating func goOn(_ random: inout Seed, in log: EventLog) async throws {
        if random.once(in: 3), let fact = Self.facts.randomElement(using: &random) {
            let stream = StreamName("fact-\(random.uuid())")
            try await append(NewEvent(stream: stream, type: fact.type, data: fact.encoded()), in: log)
        }
        let node = NodeID(number: UInt64(Int.random(in: 1...2, using: &random)))
        try await observe((0..<Int.random(in: 1...6, using: &random)).map { _ in movement(on: node, &random) }, on: node, in: log)
    }

    /// All who are there leave.
    mutating func leave(in log: EventLog) async throws {
        for (node, viewers) in windows where !viewers.isEmpty {
            try await observe(viewers.sorted().map { (.left, $0) }, on: node, in: log)
            windows[node] = []
        }
    }

    /// Viewers are known by numbers.
    mutating func enter(_ viewers: [Int], in log: EventLog) async throws {
        let node = NodeID(number: 1)
        windows[node, default: []].formUnion(viewers)
        try await observe(viewers.map { (.entered, $0) }, on: node, in: log)
    }

    private mutating func movement(on node: NodeID, _ random: inout Seed) -> (Observation.Kind, Int) {
        let viewer = Int.random(in: 0..<5, using: &random)
        if random.once(in: 4) { return ([.opened, .saved, .shared].randomElement(using: &random)!, viewer) }
        if windows[node, default: []].insert(viewer).inserted { return (.entered, viewer) }
        windows[node]?.remove(viewer)
        return (.left, viewer)
    }

    private mutating func observe(_ movements: [(Observation.Kind, Int)], on node: NodeID, in log: EventLog) async throws {
        let from = Timestamp(milliseconds: 1_800_000_000_000)
        let observations = try movements.map { kind, viewer in
            Observation(kind, try Pseudonym("000000000000000\(viewer)"), at: from, job: kind.needsJob ? Story.fitter : nil)
        }
        let event = Audience.Event.observed(AudienceObserved(observations, session: session, node: "n", from: from))
        let stream = Audience.stream(session, of: node)
        try await append(NewEvent(stream: stream, type: event.type, data: event.encoded(), lane: .audience), in: log)
    }

    private mutating func append(_ event: NewEvent, in log: EventLog) async throws {
        let origin = Origin(actorKind: "test", actorID: "test", correlation: session.uuid)
        let outcome = try await log.append(Append([event], expected: [event.stream: versions[event.stream, default: 0]], origin: origin))
        guard case .appended = outcome else { throw Story.Unexpected(outcome: outcome) }
        versions[event.stream, default: 0] += 1
    }

    /// One of each kind that the timeline counts.
    private static let facts: [any DomainEvent] = {
        let counted = ["ResumeSubmitted", "SubmissionWithdrawn", "QuestionAsked", "QuestionAnswered"]
        return counted.compactMap { type in Story.events.first { $0.1.type == type }?.1 }
    }()
}

extension SessionCounters {
    /// Those that a timeline adds up to.
    var timed: [Int] { [entries, online, submissions, questionsAsked, questionsAnswered] }
}

/// What a session's timeline adds up to at the end of a second; in all when none is given.
func timed(_ session: SessionID, through second: Date? = nil, in pool: PostgresPool) async throws -> [Int] {
    try await pool.connection { db in
        let row = try db.query(
            """
            SELECT ARRAY[coalesce(sum(entered), 0), coalesce(sum(entered - gone), 0), coalesce(sum(applied - withdrawn), 0),
                coalesce(sum(asked), 0), coalesce(sum(answered), 0)]::bigint[]
            FROM \(Timeline.facts.seconds(of: "$1")) AS f FULL JOIN \(Timeline.audience.seconds(of: "$1")) AS a USING (at)
            WHERE $2 IS NULL OR at <= $2
            """,
            [.uuid(session.uuid), .timestamptz(second)]
        )[0]
        return try row.decode(0, as: [Int64].self).map { Int($0) }
    }
}
