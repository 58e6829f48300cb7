package import Access
package import EventSourcing
package import Recruiting

/// Corrects a company's details, whereupon it must be verified again.
package struct ReviseCompany: UseCase {
    package let id: CompanyID
    package let revision: CompanyRevised

    package init(_ id: CompanyID, _ revision: CompanyRevised) {
        self.id = id
        self.revision = revision
    }

    package var resource: StreamName { Company.stream(id) }
    package var right: Right { .registerCompany }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right, Owner(company: id))
        let state = try await reads.company(id)
        guard state.isRegistered else { throw CommandError.notFound(.company) }
        return Decision(resource, try Company.decide(.revise(revision), state))
    }
}
