package import Access
package import EventSourcing
package import Recruiting

/// Posts the jobs of a table: all that are not posted yet.
package struct ImportJobs: UseCase {
    /// A job of a table, by its content's name.
    package struct Job: Sendable {
        package let id: JobID
        package let posting: JobPosted

        package init(_ id: JobID, _ posting: JobPosted) {
            (self.id, self.posting) = (id, posting)
        }
    }

    package let jobs: [Job]
    /// To which the jobs belong.
    package let organisation: OrganisationID?

    /// - Precondition: there is at least one job.
    package init(_ jobs: [Job], of organisation: OrganisationID?) {
        precondition(!jobs.isEmpty, "an import has jobs")
        self.jobs = jobs
        self.organisation = organisation
    }

    package var resource: StreamName { Recruiting.Job.stream(jobs[0].id) }
    package var right: Right { .postJob }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let author = try caller.author
        let companies = Set(jobs.map(\.posting.company))
        let rule = try await reads.postingRule(of: organisation)
        for company in companies { try rule.require(company, of: caller) }
        let refused = try await reads.refusals(of: companies)
        try await reads.requireRegistered(organisation)
        let streams = jobs.map { Recruiting.Job.stream($0.id) }
        let states = try await reads.states(Recruiting.Job.self, streams)
        var decision = Decision()
        var faults: [CommandError.ItemFault] = []
        for (index, job) in jobs.enumerated() where faults.count < CommandError.faultLimit {
            if let refusal = refused[job.posting.company] {
                faults.append(.init(index: index, reason: refusal))
            } else if let finding = job.posting.forbidden.first {
                faults.append(.init(index: index, reason: Reason(finding)))
            } else if states[streams[index], default: .unposted] == .unposted {
                do throws(Recruiting.Job.Rejection) {
                    let posting = job.posting.posted(by: author)
                    decision.add(try Recruiting.Job.decide(.post(posting, at: now), .unposted), to: streams[index])
                } catch {
                    faults.append(.init(index: index, reason: Reason(error)))
                }
            }
        }
        guard faults.isEmpty else { throw CommandError.unpostable(faults) }
        return decision
    }
}

/// Whose jobs may be posted in the name of an organisation: an employer posts its own, an agency or a public body those of others, too.
package struct PostingRule: Sendable {
    let organisation: OrganisationID?
    let isForOthers: Bool

    package func allows(_ company: CompanyID, _ caller: Identity) throws -> Bool {
        let author = try caller.author
        if caller.may(.postJob, Owner(company: company, person: author)) { return true }
        return isForOthers && caller.may(.postForOthers, Owner(organisation: organisation, person: author))
    }

    /// - Throws: `AccessError.forbidden`
    func require(_ company: CompanyID, of caller: Caller) throws {
        if case .person(let identity) = caller, try allows(company, identity) { return }
        try caller.require(.postJob, Owner(company: company, person: caller.author))
    }
}

extension ReadSet {
    package func postingRule(of organisation: OrganisationID?) async throws -> PostingRule {
        guard let organisation else { return PostingRule(organisation: nil, isForOthers: false) }
        let kind = try await look(at: organisation).details?.kind
        return PostingRule(organisation: organisation, isForOthers: kind == .agency || kind == .publicBody)
    }

    /// Why jobs of these companies can't be posted now; a company that may post is not among them.
    package func refusals(of companies: Set<CompanyID>) async throws -> [CompanyID: Reason] {
        let streams = companies.map(Company.stream)
        let states = try await look(at: streams, Company.self)
        return Dictionary(
            uniqueKeysWithValues: companies.compactMap { id in
                (states[Company.stream(id)] ?? Company.initial).postingFault.map { (id, $0) }
            }
        )
    }
}

extension Company.State {
    fileprivate var postingFault: Reason? {
        if let blacklisting {
            Reason("company-blacklisted-because", "is on the blacklist: {reason}", ["reason": blacklisting.reason])
        } else if let suspension {
            Reason("company-suspended-because", "is suspended: {reason}", ["reason": suspension.reason])
        } else {
            isRegistered ? nil : .notRegistered
        }
    }
}
