package import Access
package import EventSourcing
package import Recruiting

/// Publishes a policy that hosts may show.
package struct PublishPolicy: UseCase {
    package let id: PolicyID
    package let policy: PolicyPublished

    package init(_ id: PolicyID, _ policy: PolicyPublished) {
        self.id = id
        self.policy = policy
    }

    package var resource: StreamName { Policy.stream(id) }
    package var right: Right { .publishPolicy }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right, Owner(organisation: policy.organisation, person: caller.author))
        try await reads.requireRegistered(policy.organisation)
        return Decision(resource, try Policy.decide(.publish(policy, at: now), try await reads.begun(Policy.self, resource)))
    }
}
