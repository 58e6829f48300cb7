package import Access
package import EventSourcing
package import Recruiting

/// Makes a company known.
package struct RegisterCompany: UseCase {
    package let details: CompanyRegistered

    package init(_ details: CompanyRegistered) {
        self.details = details
    }

    private var id: CompanyID { CompanyID(details.uscc) }

    package var resource: StreamName { Company.stream(id) }
    package var right: Right { .registerCompany }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right, Owner(company: id, person: caller.author))
        return Decision(resource, try Company.decide(.register(details), try await reads.company(id)))
    }
}
