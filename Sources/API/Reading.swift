package import EventSourcing
package import EventStore
package import Recruiting

/// The streams that one decision relies on: what is read through it becomes a condition of the append. Lives within one attempt.
package final class Reading {
    private let log: EventLog
    private let sessions: SessionStates
    package private(set) var versions: [StreamName: Int] = [:]
    /// The position of each stream's last event; a stream without events has none.
    private(set) var lastPositions: [StreamName: LogPosition] = [:]

    package init(log: EventLog) {
        self.log = log
        sessions = SessionStates()
    }

    init(log: EventLog, sessions: SessionStates) {
        self.log = log
        self.sessions = sessions
    }

    func version(of stream: StreamName) -> Int { versions[stream] ?? 0 }

    /// The state of one stream; the initial one when it has no events.
    package func state<D: Decider>(_: D.Type, _ stream: StreamName) async throws -> D.State where D.Event: DomainEvent {
        try await states(D.self, [stream])[stream] ?? D.initial
    }

    /// The states of many streams, read in one query.
    package func states<D: Decider>(_: D.Type, _ streams: [StreamName]) async throws -> [StreamName: D.State] where D.Event: DomainEvent {
        let recorded = try await log.read(streams: streams)
        return try streams.reduce(into: [:]) { states, stream in
            let events = recorded[stream] ?? []
            versions[stream] = events.last?.version ?? 0
            lastPositions[stream] = events.last?.position
            states[stream] = D.fold(try events.map { try D.Event(type: $0.type, data: $0.data) })
        }
    }

    /// Says that `stream` has no events, without looking; the append finds out.
    func expectNew(_ stream: StreamName) {
        versions[stream] = 0
    }
}

extension Reading {
    func company(_ id: CompanyID) async throws -> Company.State { try await state(Company.self, Company.stream(id)) }

    func position(_ id: PositionID) async throws -> Position.State { try await state(Position.self, Position.stream(id)) }

    /// Folds only what is newer than what is known of the session.
    func session(_ id: SessionID) async throws -> Session.State {
        let stream = Session.stream(id)
        let known = sessions[id]
        let events = try await log.read(streams: [stream], after: known?.version ?? 0)[stream] ?? []
        var state = known?.state ?? Session.initial
        for event in events { Session.apply(try Session.Event(type: event.type, data: event.data), to: &state) }
        versions[stream] = events.last?.version ?? known?.version ?? 0
        lastPositions[stream] = events.last?.position ?? known?.lastPosition
        if let last = events.last { sessions.keep(.init(state: state, version: last.version, lastPosition: last.position), of: id) }
        return state
    }

    /// The position with its company, as the rules of vetting see it.
    func offer(_ id: PositionID) async throws -> Offer {
        try await offers([id])[0]
    }

    /// In the order of `ids`; two queries however many there are.
    package func offers(_ ids: [PositionID]) async throws -> [Offer] {
        let positions = try await states(Position.self, ids.map(Position.stream))
        let owners = Set(positions.values.compactMap { $0.posting?.company })
        let companies = try await states(Company.self, owners.map(Company.stream))
        return ids.map { id in
            let stream = Position.stream(id)
            let state = positions[stream] ?? Position.initial
            let company = state.posting.flatMap { companies[Company.stream($0.company)] } ?? Company.initial
            return Offer(id, version: version(of: stream), state, company: company)
        }
    }
}
