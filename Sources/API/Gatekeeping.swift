import Recruiting

extension Identity {
    /// The caller as events name it.
    var author: Subject {
        get throws { try Subject(subject) }
    }

    /// Who did it, for the log. A viewer is known there by what the stream says, in another way in every session.
    var actorID: String { role == .viewer ? "" : subject }

    /// - Throws: 403 unless this is `host`, or an operator.
    func mayHost(_ host: Subject) throws {
        guard role == .operator || subject == host.description else {
            throw Problem.forbidden("Only the session's host may do this.")
        }
    }

    /// The company that the token names.
    var actsFor: CompanyID? { company.flatMap { CompanyID($0) } }

    /// A token that names a company is for that company alone; a host's that names none is for any, until what it does is vetted.
    /// - Throws: 403 for whoever acts for another company, and for a recruiter of none.
    func mayActFor(_ company: CompanyID) throws {
        guard role != .operator, role == .recruiter || self.company != nil else { return }
        guard actsFor == company else { throw Problem.forbidden("You may act only for the company that the token names.") }
    }

    /// - Throws: 403 unless the posting is the caller's company's, or, for a host who acts for none, was posted by the host.
    func mayChange(_ posting: JobPosted) throws {
        try mayActFor(posting.company)
        guard role == .host, company == nil else { return }
        guard try posting.by == author else { throw Problem.forbidden("A host may change only the jobs that it has posted.") }
    }
}

extension Session.State {
    /// The plan of the session.
    /// - Throws: 404 when there is no such session, 403 when it isn't the caller's.
    func hosted(by caller: Identity) throws -> SessionScheduled {
        guard let plan else { throw Problem.notFound("There is no such session.") }
        try caller.mayHost(plan.host)
        return plan
    }
}

extension CheckedRequest {
    /// The write that the contract makes sure of.
    var order: Write {
        get throws {
            guard let write else { throw Problem.internalError }
            return write
        }
    }
}
