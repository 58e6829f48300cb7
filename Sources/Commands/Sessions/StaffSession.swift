package import Access
package import EventSourcing
package import Recruiting

/// Lets somebody work in one session beside its host, or no longer.
package struct StaffSession: UseCase {
    package enum Change: Sendable {
        case give, withdraw
    }

    package let session: SessionID
    package let account: Subject
    package let role: Role
    package let change: Change

    package init(_ session: SessionID, _ change: Change, _ role: Role, to account: Subject) {
        self.session = session
        self.change = change
        self.role = role
        self.account = account
    }

    /// A session has one host, who is assigned.
    private static let roles = [Role.coHost, .assistant, .policyPresenter]

    package var resource: StreamName { Account.stream(account) }
    package var right: Right { .staffSession }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let staffed = try await reads.look(at: session)
        try staffed.require(right, session, of: caller)
        guard Self.roles.contains(role) else { throw Invalid(field: "role", reason: .notOneOf(Self.roles.map(\.rawValue))) }
        let grant = try Grant(role, .session(session))
        let state = try await reads.state(Account.self, resource)
        switch change {
        case .withdraw: return Decision(resource, try Account.decide(.withdraw(GrantWithdrawn(grant)), state))
        case .give:
            if let end = staffed.phase.end { throw end }
            let room = try await room(for: grant, in: state, reads)
            return Decision(resource, room + (try Account.decide(.give(GrantGiven(grant)), Account.fold(room, on: state))))
        }
    }

    /// Takes back, where an account has as many grants as it may, those for sessions that are over.
    private func room(for grant: Grant, in state: Account.State, _ reads: ReadSet) async throws -> [Account.Event] {
        guard state.grants.count >= Account.grantLimit, !state.grants.contains(grant) else { return [] }
        var past: [Account.Event] = []
        for held in state.grants {
            guard let id = held.session, try await reads.look(at: id).phase.end != nil else { continue }
            past.append(.withdrawn(GrantWithdrawn(held)))
        }
        return past
    }
}

extension Session.Phase {
    /// Why nobody is let into a session to work there any more; nil while it is planned or runs.
    fileprivate var end: Session.Rejection? {
        switch self {
        case .ended: .ended
        case .cancelled: .cancelled
        case .unscheduled, .scheduled, .live, .interrupted: nil
        }
    }
}

extension Account {
    fileprivate static func fold(_ events: [Event], on state: State) -> State {
        events.reduce(into: state) { apply($1, to: &$0) }
    }
}
