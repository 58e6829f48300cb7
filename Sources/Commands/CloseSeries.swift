package import Access
package import EventSourcing
package import Recruiting

/// Closes a series, so that no further session comes into it.
package struct CloseSeries: UseCase {
    package let id: SeriesID

    package init(_ id: SeriesID) {
        self.id = id
    }

    package var resource: StreamName { Series.stream(id) }
    package var right: Right { .openSeries }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let state = try await reads.state(Series.self, resource)
        guard let details = state.details else { throw CommandError.notFound(.series) }
        try caller.require(right, Owner(organisation: details.organisation, person: details.by))
        return Decision(resource, try Series.decide(.close, state))
    }
}
