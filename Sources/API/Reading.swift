package import EventSourcing
package import EventStore
package import Recruiting

/// The streams that one decision relies on: what is read through it becomes a condition of the append, what is only looked at does
/// not. Lives within one attempt.
package final class Reading {
    private let log: EventLog
    private let sessions: SessionStates
    /// Whether this is the first attempt of a write.
    private let isFirst: Bool
    package private(set) var versions: [StreamName: Int] = [:]
    /// The position of each stream's last event; a stream without events has none.
    private(set) var lastPositions: [StreamName: LogPosition] = [:]

    package init(log: EventLog) {
        self.log = log
        sessions = SessionStates(log)
        isFirst = false
    }

    init(log: EventLog, sessions: SessionStates, isFirst: Bool = false) {
        self.log = log
        self.sessions = sessions
        self.isFirst = isFirst
    }

    func version(of stream: StreamName) -> Int { versions[stream] ?? 0 }

    /// The state of one stream; the initial one when it has no events.
    package func state<D: Decider>(_: D.Type, _ stream: StreamName) async throws -> D.State where D.Event: DomainEvent {
        try await states(D.self, [stream])[stream] ?? D.initial
    }

    /// The states of many streams, read in one query.
    package func states<D: Decider>(_: D.Type, _ streams: [StreamName]) async throws -> [StreamName: D.State] where D.Event: DomainEvent {
        let recorded = try await log.read(streams: streams)
        for stream in streams {
            versions[stream] = recorded[stream]?.last?.version ?? 0
            lastPositions[stream] = recorded[stream]?.last?.position
        }
        return try Self.fold(D.self, streams, recorded)
    }

    /// The states of streams whose names come from the write's own key, so that nobody else begins them: at the first attempt they
    /// are not looked for, as the append finds out.
    func begun<D: Decider>(_: D.Type, _ streams: [StreamName]) async throws -> [StreamName: D.State] where D.Event: DomainEvent {
        guard isFirst else { return try await states(D.self, streams) }
        for stream in streams { versions[stream] = 0 }
        return [:]
    }

    func begun<D: Decider>(_: D.Type, _ stream: StreamName) async throws -> D.State where D.Event: DomainEvent {
        try await begun(D.self, [stream])[stream] ?? D.initial
    }

    /// The states of streams as they are now, which may change before the append does.
    func look<D: Decider>(at streams: [StreamName], _: D.Type) async throws -> [StreamName: D.State] where D.Event: DomainEvent {
        try Self.fold(D.self, streams, try await log.read(streams: streams))
    }

    private static func fold<D: Decider>(
        _: D.Type,
        _ streams: [StreamName],
        _ recorded: [StreamName: [RecordedEvent]]
    ) throws -> [StreamName: D.State] where D.Event: DomainEvent {
        try streams.reduce(into: [:]) { states, stream in
            states[stream] = D.fold(try (recorded[stream] ?? []).map { try D.Event(type: $0.type, data: $0.data) })
        }
    }
}

extension Reading {
    func company(_ id: CompanyID) async throws -> Company.State { try await state(Company.self, Company.stream(id)) }

    func job(_ id: JobID) async throws -> Job.State { try await state(Job.self, Job.stream(id)) }

    func session(_ id: SessionID) async throws -> Session.State {
        let known = try await sessions.known(id)
        versions[Session.stream(id)] = known.version
        lastPositions[Session.stream(id)] = known.lastPosition
        return known.state
    }

    /// The session as it is now, which may change before the append does.
    func look(at id: SessionID) async throws -> Session.State { try await sessions.known(id).state }

    /// The job with its company, as the rules of vetting see it.
    func offer(_ id: JobID) async throws -> Offer {
        try await offers([id])[0]
    }

    /// The jobs as they can be shown, in the order of `ids`; it takes two queries however many there are.
    package func offers(_ ids: [JobID]) async throws -> [Offer] {
        let jobs = try await states(Job.self, ids.map(Job.stream))
        let owners = Set(jobs.values.compactMap { $0.posting?.company })
        let companies = try await states(Company.self, owners.map(Company.stream))
        return ids.map { id in
            let stream = Job.stream(id)
            let state = jobs[stream] ?? Job.initial
            let company = state.posting.flatMap { companies[Company.stream($0.company)] } ?? Company.initial
            return Offer(id, version: version(of: stream), state, company: company)
        }
    }
}
