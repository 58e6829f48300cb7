import Access
package import EventSourcing
import EventStore
package import Recruiting

/// The streams that one decision relies on: what is read as a state becomes a condition of the append, what is only looked at does
/// not. Lives within one attempt, in which each stream is read once.
package final class ReadSet {
    private let log: EventLog
    private let caches: StateCaches
    /// True at the first attempt of a write.
    private let isFirst: Bool
    private var loaded: [StreamName: [RecordedEvent]] = [:]
    private(set) var versions: [StreamName: Int] = [:]
    /// The position of each stream's last event; a stream without events has none.
    private(set) var lastPositions: [StreamName: LogPosition] = [:]

    init(log: EventLog, caches: StateCaches, isFirst: Bool = false) {
        self.log = log
        self.caches = caches
        self.isFirst = isFirst
    }

    func version(of stream: StreamName) -> Int { versions[stream] ?? 0 }

    /// Reads in one query what is asked for afterwards, one state at a time.
    package func load(_ streams: [StreamName]) async throws {
        let missing = streams.filter { loaded[$0] == nil }
        guard !missing.isEmpty else { return }
        let recorded = try await log.read(streams: missing)
        for stream in missing { loaded[stream] = recorded[stream] ?? [] }
    }

    /// The state of one stream; the initial one when it has no events.
    package func state<D: Decider>(_: D.Type, _ stream: StreamName) async throws -> D.State where D.Event: DomainEvent {
        try await states(D.self, [stream])[stream] ?? D.initial
    }

    /// The states of many streams, read in one query.
    package func states<D: Decider>(_: D.Type, _ streams: [StreamName]) async throws -> [StreamName: D.State] where D.Event: DomainEvent {
        let states = try await look(at: streams, D.self)
        for stream in streams {
            versions[stream] = loaded[stream]?.last?.version ?? 0
            lastPositions[stream] = loaded[stream]?.last?.position
        }
        return states
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
    package func look<D: Decider>(at streams: [StreamName], _: D.Type) async throws -> [StreamName: D.State] where D.Event: DomainEvent {
        try await load(streams)
        return try streams.reduce(into: [:]) { states, stream in
            states[stream] = D.fold(try (loaded[stream] ?? []).map { try D.Event(type: $0.type, data: $0.data) })
        }
    }
}

extension ReadSet {
    func company(_ id: CompanyID) async throws -> Company.State { try await state(Company.self, Company.stream(id)) }

    func job(_ id: JobID) async throws -> Job.State { try await state(Job.self, Job.stream(id)) }

    package func session(_ id: SessionID) async throws -> Session.State { try await state(Session.stream(id), caches.sessions) }

    /// An account's stream becomes long: each sign-in and each opening of personal data stands there, which the state is without.
    package func account(_ account: Subject) async throws -> Account.State { try await state(Account.stream(account), caches.accounts) }

    private func state<D: Decider>(_ stream: StreamName, _ cache: StateCache<D>) async throws -> D.State {
        let known = try await cache.known(stream)
        versions[stream] = known.version
        lastPositions[stream] = known.lastPosition
        return known.state
    }

    /// The session as it is now, which may change before the append does.
    package func look(at id: SessionID) async throws -> Session.State { try await caches.sessions.known(Session.stream(id)).state }

    /// The company as it is now, which may change before the append does.
    func look(at id: CompanyID) async throws -> Company.State {
        let stream = Company.stream(id)
        return try await look(at: [stream], Company.self)[stream] ?? Company.initial
    }

    /// The jobs as they were and are, which may change before an append does; one that was never posted has no posting.
    package func histories(of jobs: [JobID]) async throws -> [JobID: JobHistory] {
        try await load(jobs.map(Job.stream))
        return try jobs.reduce(into: [:]) { histories, job in
            histories[job] = JobHistory(
                try (loaded[Job.stream(job)] ?? []).map { ($0.version, try Job.Event(type: $0.type, data: $0.data)) }
            )
        }
    }

    /// Why each of the jobs may not be shown on `today`; those that may be have no entry.
    package func faults(of jobs: [JobID], on today: CalendarDate) async throws -> [JobID: ListingFault] {
        try await listings(jobs).reduce(into: [:]) { faults, listing in
            do throws(ListingFault) {
                _ = try listing.card(on: today)
            } catch {
                faults[listing.job] = error
            }
        }
    }

    /// The job with its company, as the rules of vetting see it.
    func listing(_ id: JobID) async throws -> Listing {
        try await listings([id])[0]
    }

    /// - Throws: `Invalid` unless the organisation is registered; nil is the authority itself.
    func requireRegistered(_ organisation: OrganisationID?) async throws {
        guard let organisation, try await !look(at: organisation).isRegistered else { return }
        throw Invalid(field: "organisation", reason: .notRegistered)
    }

    /// The series must be open, and one organisation's is not for others.
    /// - Throws: `Invalid` naming `series`, `AccessError.forbidden`.
    func requireOpen(_ series: SeriesID, _ right: Right, of caller: Caller) async throws {
        let stream = Series.stream(series)
        guard case .open(let opened) = try await look(at: [stream], Series.self)[stream] else {
            throw Invalid(field: "series", reason: Reason("series-not-open", "is not an open series"))
        }
        if let organisation = opened.organisation { try caller.require(right, Owner(organisation: organisation)) }
    }

    /// Listings in the order of `ids`, by two queries however many there are.
    func listings(_ ids: [JobID]) async throws -> [Listing] {
        let jobs = try await states(Job.self, ids.map(Job.stream))
        let owners = Set(jobs.values.compactMap { $0.posting?.company })
        let companies = try await states(Company.self, owners.map(Company.stream))
        return ids.map { id in
            let stream = Job.stream(id)
            let state = jobs[stream] ?? Job.initial
            let company = state.posting.flatMap { companies[Company.stream($0.company)] } ?? Company.initial
            return Listing(id, version: version(of: stream), state, company: company)
        }
    }
}
