package import Access
package import EventSourcing
package import Recruiting

/// Posts the jobs of a table, all of them or none.
package struct ImportJobs: UseCase {
    package let batch: BatchID
    /// One for each row.
    package let ids: [JobID]
    package let rows: [JobSheet.Row]
    /// To which the jobs belong.
    package let organisation: OrganisationID?

    /// - Precondition: there is at least one row, and an identifier for each.
    package init(_ batch: BatchID, _ ids: [JobID], _ rows: [JobSheet.Row], of organisation: OrganisationID?) {
        precondition(!rows.isEmpty && ids.count == rows.count, "an import has rows, and an identifier for each")
        self.batch = batch
        self.ids = ids
        self.rows = rows
        self.organisation = organisation
    }

    package var resource: StreamName { Job.stream(ids[0]) }
    package var right: Right { .postJob }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let author = try caller.author
        let companies = Set(rows.map(\.uscc))
        for code in companies {
            try caller.require(right, Owner(company: CompanyID(code), person: author))
        }
        try await check(companies, reads)
        try await reads.requireRegistered(organisation)
        let streams = ids.map(Job.stream)
        let states = try await reads.begun(Job.self, streams)
        var decision = Decision()
        var faults: [CommandError.ItemFault] = []
        for (index, row) in rows.enumerated() where faults.count < JobSheet.faultLimit {
            let posting = row.posting(batch: batch, by: author, organisation: organisation)
            if let finding = posting.forbidden.first {
                faults.append(.init(index: index, reason: Reason(finding)))
                continue
            }
            do throws(Job.Rejection) {
                decision.add(try Job.decide(.post(posting, at: now), states[streams[index]] ?? Job.initial), to: streams[index])
            } catch {
                faults.append(.init(index: index, reason: Reason(error)))
            }
        }
        guard faults.isEmpty else { throw CommandError.unpostable(faults) }
        return decision
    }

    private static func fault(_ index: Int, _ code: UnifiedSocialCreditCode, _ company: Company.State) -> CommandError.ItemFault? {
        let values = ["code": "\(code)"]
        let reason: Reason? =
            if company.blacklisting != nil {
                Reason("code-blacklisted", "The company {code} is on the blacklist; a reviewer must clear it first.", values)
            } else if company.suspension != nil {
                Reason("code-suspended", "The company {code} is suspended; a reviewer must reinstate it first.", values)
            } else if !company.isRegistered {
                Reason("company-unknown", "The company {code} is not registered; register it first.", values)
            } else {
                nil
            }
        return reason.map { CommandError.ItemFault(index: index, reason: $0) }
    }

    /// Each company must be registered, and neither suspended nor on the blacklist.
    private func check(_ codes: Set<UnifiedSocialCreditCode>, _ reads: ReadSet) async throws {
        let owners = Dictionary(uniqueKeysWithValues: codes.map { ($0, Company.stream(CompanyID($0))) })
        let companies = try await reads.look(at: Array(owners.values), Company.self)
        let faults = rows.enumerated().lazy.compactMap { index, row in
            Self.fault(index, row.uscc, owners[row.uscc].flatMap { companies[$0] } ?? Company.initial)
        }.prefix(JobSheet.faultLimit)
        guard faults.isEmpty else { throw CommandError.unpostable(Array(faults)) }
    }
}
