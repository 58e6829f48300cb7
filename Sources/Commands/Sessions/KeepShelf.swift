package import Access
package import EventSourcing
package import Recruiting

/// Keeps one job on a session's shelf as the job is: renewed when it was revised, taken off when it may no longer be shown.
///
/// A session that is interrupted is left as it is until it is resumed, and one that has ended for good.
package struct KeepShelf: UseCase {
    package let session: SessionID
    package let job: JobID

    package init(_ session: SessionID, _ job: JobID) {
        self.session = session
        self.job = job
    }

    package var resource: StreamName { Session.stream(session) }
    package var right: Right { .setStage }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let state = try await reads.session(session)
        let listing = try await reads.listing(job)
        guard state.shelf[job] != nil else { return Decision() }
        let mayStay = (try? listing.card(on: now.chinaDate)) != nil
        let command = mayStay ? Session.Command.shelve([listing], at: now) : .unshelve(job, at: now)
        let events = (try? Session.decide(command, state)) ?? []
        return Decision(resource, events, session: session, mediaTime: state.mediaTime(at: now))
    }
}
