package import Access
package import EventSourcing
package import Recruiting

/// Posts a job of a registered company.
package struct PostJob: UseCase {
    package let id: JobID
    package let posting: JobPosted

    package init(_ id: JobID, _ posting: JobPosted) {
        self.id = id
        self.posting = posting
    }

    package var resource: StreamName { Job.stream(id) }
    package var right: Right { .postJob }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try await reads.postingRule(of: posting.organisation).require(posting.company, of: caller)
        let company = try await reads.look(at: posting.company)
        if let barrier = company.barrier { throw barrier }
        guard company.isRegistered else { throw Invalid(field: "company", reason: .notRegistered) }
        if posting.organisation != posting.company { try await reads.requireRegistered(posting.organisation) }
        try posting.requireLawful()
        return Decision(resource, try Job.decide(.post(posting, at: now), try await reads.begun(Job.self, resource)))
    }
}
