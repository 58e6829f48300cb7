package import Access
package import EventSourcing
package import Recruiting

/// Changes what a policy says, or ends it.
package struct ChangePolicy: UseCase {
    package enum Change: Sendable {
        case revise(PolicyRevised)
        case expire
        /// What a process does: nothing before the day after its last one.
        case expireWhenPast
    }

    package let id: PolicyID
    package let change: Change

    package init(_ id: PolicyID, _ change: Change) {
        self.id = id
        self.change = change
    }

    package var resource: StreamName { Policy.stream(id) }
    package var right: Right { .publishPolicy }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let state = try await reads.state(Policy.self, resource)
        guard let text = state.text else { throw CommandError.notFound(.policy) }
        try caller.require(right, Owner(organisation: text.organisation, person: text.by))
        switch change {
        case .revise(let revision): return Decision(resource, try Policy.decide(.revise(revision, at: now), state))
        case .expire: return Decision(resource, try Policy.decide(.expire, state))
        case .expireWhenPast:
            guard state.isOverdue(on: now.chinaDate) else { return Decision() }
            return Decision(resource, try Policy.decide(.expire, state))
        }
    }
}
