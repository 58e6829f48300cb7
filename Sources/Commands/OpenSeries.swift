package import Access
package import EventSourcing
package import Recruiting

/// Opens a series of sessions.
package struct OpenSeries: UseCase {
    package let id: SeriesID
    package let opened: SeriesOpened

    package init(_ id: SeriesID, _ opened: SeriesOpened) {
        self.id = id
        self.opened = opened
    }

    package var resource: StreamName { Series.stream(id) }
    package var right: Right { .openSeries }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right, Owner(organisation: opened.organisation, person: caller.author))
        try await reads.requireRegistered(opened.organisation)
        return Decision(resource, try Series.decide(.open(opened), try await reads.begun(Series.self, resource)))
    }
}
