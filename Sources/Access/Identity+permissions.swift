package import Recruiting

extension Identity {
    /// The caller as events name it.
    package var author: Subject {
        get throws { try Subject(subject) }
    }

    /// Who did it, for the log. A viewer is known there by what the stream says, in another way in every session.
    package var actorID: String { role == .viewer ? "" : subject }

    /// - Throws: `AccessError.forbidden` unless this is `host`, or an operator.
    package func mayHost(_ host: Subject) throws {
        guard role == .operator || subject == host.description else {
            throw AccessError.forbidden("Only the session's host may do this.")
        }
    }

    /// The company that the token names.
    package var actsFor: CompanyID? { company.flatMap { CompanyID($0) } }

    /// A token that names a company is for that company alone; a host's that names none is for any, until what it does is vetted.
    /// - Throws: `AccessError.forbidden` for whoever acts for another company, and for a recruiter of none.
    package func mayActFor(_ company: CompanyID) throws {
        guard role != .operator, role == .recruiter || self.company != nil else { return }
        guard actsFor == company else { throw AccessError.forbidden("You may act only for the company that the token names.") }
    }

    /// - Throws: `AccessError.forbidden` unless the posting is the caller's company's, or, for a host who acts for none, was posted by the host.
    package func mayChange(_ posting: JobPosted) throws {
        try mayActFor(posting.company)
        guard role == .host, company == nil else { return }
        guard try posting.by == author else { throw AccessError.forbidden("A host may change only the jobs that it has posted.") }
    }
}
