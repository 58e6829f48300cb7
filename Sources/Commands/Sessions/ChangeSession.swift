package import Access
package import EventSourcing
package import Recruiting

/// What a session's host does with it.
package struct ChangeSession: UseCase {
    package enum Change: Sendable {
        case reschedule(SessionRescheduled)
        case revise(SessionRevised)
        case assignHost(Subject)
        case cancel(SessionCancelled)
        case start
        case interrupt(SessionInterrupted)
        case resume
        case startSegment(SegmentKind)
        case end(EndReason)
        /// All or none, or, with `skipping`, those that may be shown.
        case shelve([JobID], skipping: Bool)
        case unshelve(JobID)
        case feature(JobID, override: Bool)
        case unfeature(override: Bool)
        case showPolicy(PolicyID)
    }

    package let id: SessionID
    package let change: Change

    package init(_ id: SessionID, _ change: Change) {
        self.id = id
        self.change = change
    }

    package var resource: StreamName { Session.stream(id) }

    package var right: Right {
        switch change {
        case .reschedule, .revise, .assignHost, .cancel: .planSession
        case .start, .interrupt, .resume, .startSegment, .end: .runSession
        case .shelve, .unshelve, .feature, .unfeature: .setStage
        case .showPolicy: .showPolicy
        }
    }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let state = try await reads.session(id)
        try state.require(right, id, of: caller)
        try await check(change, of: state, reads, caller)
        let events = try Session.decide(try await command(reads, now), state)
        return Decision(resource, events, session: id, mediaTime: state.mediaTime(at: now))
    }

    /// A revision may name another series, and a host must be one already.
    private func check(_ change: Change, of state: Session.State, _ reads: ReadSet, _ caller: Caller) async throws {
        switch change {
        case .revise(let revision):
            if let series = revision.series { try await reads.requireOpen(series, right, of: caller) }
        case .assignHost(let host):
            let stream = Account.stream(host)
            let account = try await reads.look(at: [stream], Account.self)[stream] ?? Account.initial
            let mayHost = account.grants.contains { $0.role == .host && reaches($0.scope, state.plan?.organisation) }
            guard mayHost, !account.isSuspended else {
                throw Invalid(field: "host", reason: Reason("not-a-host", "holds no grant as host that reaches this session"))
            }
        default: break
        }
    }

    private func reaches(_ scope: Grant.Scope, _ organisation: OrganisationID?) -> Bool {
        switch scope {
        case .all: true
        case .organisation(let id): id == organisation
        case .session(let id): id == self.id
        }
    }

    private func command(_ reads: ReadSet, _ now: Timestamp) async throws -> Session.Command {
        switch change {
        case .reschedule(let times): .reschedule(times)
        case .revise(let revision): .revise(revision)
        case .assignHost(let host): .assignHost(HostAssigned(host: host))
        case .cancel(let cancellation): .cancel(cancellation)
        case .start: .start(at: now)
        case .interrupt(let interruption): .interrupt(interruption)
        case .resume: .resume
        case .startSegment(let kind): .startSegment(kind)
        case .end(let reason): .end(reason, at: now)
        case .shelve(let jobs, let skipping): .shelve(try await reads.listings(jobs), skipping: skipping, at: now)
        case .unshelve(let job): .unshelve(job, at: now)
        case .feature(let job, let override): .feature(try await reads.listing(job), override: override, at: now)
        case .unfeature(let override): .unfeature(override: override, at: now)
        case .showPolicy(let policy): .showPolicy(try await card(policy, reads, now))
        }
    }

    private func card(_ policy: PolicyID, _ reads: ReadSet, _ now: Timestamp) async throws -> PolicyCardShown? {
        let stream = Policy.stream(policy)
        let state = try await reads.state(Policy.self, stream)
        return state.card(policy, version: reads.version(of: stream), on: now.chinaDate)
    }
}
