import Recruiting

extension Identity {
    /// The caller as events name it.
    var author: Subject {
        get throws { try Subject(subject) }
    }

    /// - Throws: 403 unless this is `host`, or an operator.
    func mayHost(_ host: Subject) throws {
        guard role == .operator || subject == host.description else {
            throw Problem.forbidden("Only the session's host may do this.")
        }
    }

    /// - Throws: 403 for a recruiter of another company, or of none.
    func mayActFor(_ company: CompanyID) throws {
        guard role == .recruiter else { return }
        guard self.company == company.description else {
            throw Problem.forbidden("A recruiter may act only for the company that the token names.")
        }
    }
}

extension Session.State {
    /// What is planned.
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
