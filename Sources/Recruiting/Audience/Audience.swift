package import EventSourcing

/// What viewers of one session did, as one node saw it; one event carries many observations.
package enum Audience: Decider {
    /// Who is in the room according to the log. Somebody who is there on one node and enters on another has not entered anew.
    package struct State: Hashable, Sendable {
        package var entries = 0
        /// Nodes entered less nodes left, by viewer.
        package var windows: [Pseudonym: Int] = [:]
        package var viewers: Set<Pseudonym> = []
        /// Viewers of before a summary, whose pseudonyms are gone.
        package var forgotten = 0

        package var online: Int { windows.count { $0.value > 0 } }
    }

    package enum Command: Hashable, Sendable {
        /// Records what viewers did; an empty list makes no event.
        case record([Observation], session: SessionID, node: String, from: Timestamp)
        /// Keeps what observations came to, before they are dropped.
        case summarise(AudienceSummarised)
    }

    package enum Event: DomainEvent {
        case observed(AudienceObserved)
        case summarised(AudienceSummarised)
    }

    package enum Rejection: String, Recruiting.Rejection {
        case jobMissing = "observation-without-job"
        case outOfTime = "observation-before-its-batch"
    }

    package static let initial = State()

    /// One writer for each: no append of a node is in another's way. The node comes first, so that its streams stand side by side.
    package static func stream(_ session: SessionID, of node: NodeID) -> StreamName {
        StreamName(category: "audience", id: "\(node)/\(session)")
    }

    /// The stream of a session's summaries, whatever node observed what they tell of.
    package static func summaries(of session: SessionID) -> StreamName {
        StreamName(category: "audience", id: session)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch command {
        case .record(let observations, let session, let node, let from): try record(observations, session, node, from)
        case .summarise(let summary): [.summarised(summary)]
        }
    }

    private static func record(
        _ observations: [Observation],
        _ session: SessionID,
        _ node: String,
        _ from: Timestamp
    ) throws(Rejection) -> [Event] {
        guard !observations.isEmpty else { return [] }
        guard observations.allSatisfy({ !$0.kind.needsJob || $0.job != nil }) else { throw .jobMissing }
        guard observations.allSatisfy({ $0.at >= from }) else { throw .outOfTime }
        return [.observed(AudienceObserved(observations, session: session, node: node, from: from))]
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch event {
        case .observed(let observed): apply(observed, to: &state)
        case .summarised(let summary): state = State(entries: summary.entries, forgotten: summary.viewers)
        }
    }

    private static func apply(_ observed: AudienceObserved, to state: inout State) {
        for (kind, viewer) in zip(observed.kind, observed.viewer) {
            switch kind {
            case .entered:
                if state.windows[viewer, default: 0] <= 0 { state.entries += 1 }
                state.viewers.insert(viewer)
                state.windows[viewer, default: 0] += 1
            case .left: state.windows[viewer, default: 0] -= 1
            case .opened, .saved, .shared: break
            }
        }
    }
}

/// One thing that a viewer did.
package struct Observation: Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case entered, left, opened, saved, shared

        /// True for those that tell of a card; the others tell who comes and goes.
        package var needsJob: Bool { self == .opened || self == .saved || self == .shared }
    }

    package let kind: Kind
    package let viewer: Pseudonym
    package let at: Timestamp
    package let job: JobID?
    /// Where somebody entered from, and by which way, as far as their link told.
    package let region: Region?
    package let channel: EntryChannel?

    package init(
        _ kind: Kind,
        _ viewer: Pseudonym,
        at: Timestamp,
        job: JobID? = nil,
        region: Region? = nil,
        channel: EntryChannel? = nil
    ) {
        self.kind = kind
        self.viewer = viewer
        self.at = at
        self.job = job
        self.region = region
        self.channel = channel
    }
}

/// Parallel arrays, one place per observation; an array in which no observation has a value is absent, a lacking value is "".
package struct AudienceObserved: EventData {
    package static let type = "AudienceObserved"
    package let session: SessionID
    /// The server process that observed it.
    package let node: String
    package let observedFrom: Timestamp
    /// Milliseconds since `observedFrom`.
    package let offset: [Int]
    package let kind: [Observation.Kind]
    package let viewer: [Pseudonym]
    package let job: [String]?
    package let region: [String]?
    package let channel: [String]?

    package init(_ observations: [Observation], session: SessionID, node: String, from: Timestamp) {
        self.session = session
        self.node = node
        observedFrom = from
        offset = observations.map { $0.at.milliseconds(since: from) }
        kind = observations.map(\.kind)
        viewer = observations.map(\.viewer)
        job = Self.column(observations) { $0.job?.description }
        region = Self.column(observations) { $0.region?.description }
        channel = Self.column(observations) { $0.channel?.rawValue }
    }

    private static func column(_ observations: [Observation], _ value: (Observation) -> String?) -> [String]? {
        let values = observations.map(value)
        return values.contains { $0 != nil } ? values.map { $0 ?? "" } : nil
    }
}

/// Gathers observations of one session on one node, and says whether they are due to be written. Not shared between threads.
package struct AudienceRecorder: Sendable {
    /// How long an observation waits for others, at most.
    package static let interval = Duration.milliseconds(250)
    /// Observations in one event, at most, so that no event grows beyond some 100 KB.
    package static let limit = 1_000

    private let session: SessionID
    private let node: String
    private var waiting: [Observation] = []

    package init(session: SessionID, node: String) {
        self.session = session
        self.node = node
    }

    package var isEmpty: Bool { waiting.isEmpty }

    /// Whether what waits is to be written at `now`. What lies ahead was noted before the clock was set back, and has waited enough.
    package func isDue(at now: Timestamp) -> Bool {
        guard let first = waiting.first?.at else { return false }
        return waiting.count >= Self.limit || first > now || first.advanced(by: Self.interval) <= now
    }

    package mutating func record(_ observation: Observation) {
        waiting.append(observation)
    }

    /// Forgets who came and went; gives how many observations that were.
    package mutating func forgetMovements() -> Int {
        let before = waiting.count
        waiting.removeAll { !$0.kind.needsJob }
        return before - waiting.count
    }

    /// The command for what waits, the oldest `limit` of it; nil when nothing does.
    package mutating func flush() -> Audience.Command? {
        let batch = Array(waiting.prefix(Self.limit))
        guard let from = batch.map(\.at).min() else { return nil }
        waiting.removeFirst(batch.count)
        return .record(batch, session: session, node: node, from: from)
    }
}

extension Audience.Event {
    package var data: any EventData {
        switch self {
        case .observed(let data): data
        case .summarised(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case AudienceObserved.type: self = .observed(try AudienceObserved(json: data))
        case AudienceSummarised.type: self = .summarised(try AudienceSummarised(json: data))
        default: throw .unknownType(type)
        }
    }
}

extension Audience.Rejection {
    package var code: String { rawValue }

    package var explanation: String {
        switch self {
        case .jobMissing: "A card that was opened, saved or shared names its job; give it."
        case .outOfTime: "An observation is older than its batch; begin the batch with the oldest."
        }
    }
}
