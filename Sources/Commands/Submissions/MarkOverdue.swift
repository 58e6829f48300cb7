package import Access
package import EventSourcing
package import Recruiting

/// Notes that the promised time is over and a submission has no answer; nothing where it has one by now.
package struct MarkOverdue: UseCase {
    package let id: SubmissionID

    package init(_ id: SubmissionID) {
        self.id = id
    }

    package var resource: StreamName { Submission.stream(id) }
    package var right: Right { .followUp }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let state = try await reads.state(Submission.self, resource)
        do throws(Submission.Rejection) {
            return Decision(resource, try Submission.decide(.markOverdue(at: now), state))
        } catch .notOverdue {
            return Decision()
        }
    }
}
