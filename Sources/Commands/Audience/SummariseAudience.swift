package import Access
package import EventSourcing
package import Recruiting

/// Writes down what a session's observations came to, before they are dropped.
package struct SummariseAudience: UseCase {
    package let summary: AudienceSummarised

    package init(_ summary: AudienceSummarised) { self.summary = summary }

    package var resource: StreamName { Audience.summaries(of: summary.session) }
    package var right: Right { .dropObservations }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let state = try await reads.state(Audience.self, resource)
        return Decision(resource, try Audience.decide(.summarise(summary), state), session: summary.session)
    }
}
