package import Access
package import EventSourcing
package import Recruiting

/// Takes a document from the file; a process deletes what was kept of it.
package struct WithdrawDocument: UseCase {
    package let company: CompanyID
    package let withdrawal: DocumentWithdrawn

    package init(_ withdrawal: DocumentWithdrawn, of company: CompanyID) {
        self.company = company
        self.withdrawal = withdrawal
    }

    package var resource: StreamName { Company.stream(company) }
    package var right: Right { .fileDocument }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right, Owner(company: company))
        let state = try await reads.company(company)
        guard state.documents[withdrawal.document] != nil else { throw CommandError.notFound(.document) }
        return Decision(resource, try Company.decide(.withdraw(withdrawal, at: now), state))
    }
}
