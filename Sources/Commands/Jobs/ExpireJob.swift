package import Access
package import EventSourcing
package import Recruiting

/// Closes a job whose last day is past; one that is closed already, or valid for longer by now, stays as it is.
package struct ExpireJob: UseCase {
    package let id: JobID

    package init(_ id: JobID) {
        self.id = id
    }

    package var resource: StreamName { Job.stream(id) }
    package var right: Right { .changeJob }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let state = try await reads.job(id)
        guard let posting = state.posting else { throw CommandError.notFound(.job) }
        try caller.require(right, posting.owner)
        return Decision(resource, (try? Job.decide(.expire(at: now), state)) ?? [])
    }
}
