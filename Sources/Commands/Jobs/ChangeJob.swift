package import Access
package import EventSourcing
package import Recruiting

/// Changes a job that is posted.
package struct ChangeJob: UseCase {
    package enum Change: Sendable {
        case revise(JobRevised)
        case openings(Int)
        case withdraw(JobWithdrawn)
    }

    package let id: JobID
    package let change: Change

    package init(_ id: JobID, _ change: Change) {
        self.id = id
        self.change = change
    }

    package var resource: StreamName { Job.stream(id) }
    package var right: Right { .changeJob }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let state = try await reads.job(id)
        guard let posting = state.posting else { throw CommandError.notFound(.job) }
        try caller.require(right, posting.owner)
        if case .revise(let revision) = change {
            try posting.revised(by: revision).requireLawful(in: revision.changes(from: posting).fields)
        }
        let command: Job.Command =
            switch change {
            case .revise(let revision): .revise(revision, at: now)
            case .openings(let number): .changeOpenings(number)
            case .withdraw(let withdrawal): .withdraw(withdrawal)
            }
        return Decision(resource, try Job.decide(command, state))
    }
}
