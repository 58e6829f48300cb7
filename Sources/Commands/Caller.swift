package import Access
package import Recruiting

/// Who gives a command.
package enum Caller: Sendable {
    case person(Identity)
    /// The files of seeds/.
    case seed
    /// A process of this server, by its name in the log.
    case process(String)
}

extension Caller {
    /// How the log names the kind of whoever acted.
    var kind: String {
        switch self {
        case .person(let identity): identity.role.rawValue
        case .seed: "seed"
        case .process: "system"
        }
    }

    /// How the log names whoever acted; empty where the stream says it.
    var id: String {
        switch self {
        case .person(let identity): identity.actorID
        case .seed: "seed"
        case .process(let name): name
        }
    }

    /// Whose writes they are, where those of one person are counted.
    var subject: String {
        switch self {
        case .person(let identity): identity.subject
        case .seed, .process: id
        }
    }

    /// Who may go first where several change the same thing.
    var rank: TurnsState.Rank {
        switch self {
        case .person(let identity):
            switch identity.role {
            case .operator: .operator
            case .host, .recruiter, .reviewer, .analyst: .staff
            case .viewer: .viewer
            }
        case .seed, .process: .staff
        }
    }
}

/// Seeds and processes may do what the rules allow; people only what is theirs.
extension Caller {
    /// - Throws: `AccessError.forbidden` unless the caller is `host`, or an operator.
    package func mayHost(_ host: Subject) throws {
        if case .person(let identity) = self { try identity.mayHost(host) }
    }

    /// - Throws: `AccessError.forbidden` for whoever acts for another company.
    package func mayActFor(_ company: CompanyID) throws {
        if case .person(let identity) = self { try identity.mayActFor(company) }
    }

    /// - Throws: `AccessError.forbidden` for whoever acts for another company alone.
    func mayRegister(_ company: CompanyID) throws {
        if case .person(let identity) = self, identity.company != nil { try identity.mayActFor(company) }
    }

    /// The caller as events name people; nil for those that are nobody.
    var author: Subject? {
        get throws {
            guard case .person(let identity) = self else { return nil }
            return try identity.author
        }
    }

    /// - Throws: `AccessError.forbidden` unless the posting is the caller's.
    package func mayChange(_ posting: JobPosted) throws {
        if case .person(let identity) = self { try identity.mayChange(posting) }
    }
}

extension Session.State {
    /// What is planned.
    /// - Throws: `CommandError.notFound` when there is no such session, `AccessError.forbidden` when it isn't the caller's.
    package func hosted(by caller: Caller) throws -> SessionScheduled {
        guard let plan else { throw CommandError.notFound(.session) }
        try caller.mayHost(plan.host)
        return plan
    }
}
