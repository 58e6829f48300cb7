package import Access
package import Recruiting

/// Who gives a command.
package enum Caller: Sendable {
    case person(Identity)
    /// The files of seeds/.
    case seed
    /// A process of this server, by its name in the log.
    case process(String)
    /// Whoever shows that an account is theirs, about that account.
    case account(Subject)
}

extension Caller {
    /// How the log names the kind of whoever acted by `right`.
    func kind(using right: Right) -> String {
        switch self {
        case .person(let identity): identity.role(using: right).rawValue
        case .seed: "seed"
        case .process: "system"
        case .account: "account"
        }
    }

    /// How the log names whoever acted; empty where the stream says it.
    var id: String {
        switch self {
        case .person(let identity): identity.actorID
        case .seed: "seed"
        case .process(let name): name
        case .account(let account): account.description
        }
    }

    /// Whose writes they are, where those of one person are counted.
    var subject: String {
        switch self {
        case .person(let identity): identity.subject
        case .seed, .process, .account: id
        }
    }

    /// Who may go first where several change the same thing.
    var rank: TurnsState.Rank {
        switch self {
        case .person(let identity):
            identity.isOperator ? .operator : identity.isViewer ? .viewer : .staff
        case .seed, .process, .account: .staff
        }
    }
}

extension Caller {
    /// Seeds and processes may do what the rules allow; people only what their grants reach.
    /// - Throws: `AccessError.forbidden`
    package func require(_ right: Right, _ owner: Owner = Owner()) throws(AccessError) {
        if case .person(let identity) = self { try identity.require(right, owner) }
    }

    /// Whether the caller's grants give the right over what is `owner`'s: what they don't reach isn't told from what there is not.
    func reaches(_ right: Right, _ owner: Owner) -> Bool {
        if case .person(let identity) = self { identity.may(right, owner) } else { true }
    }

    /// The caller as events name whoever did something.
    var name: Subject {
        get throws { try author ?? Subject(id) }
    }

    /// The caller as events name people; nil for those that are nobody.
    var author: Subject? {
        get throws {
            guard case .person(let identity) = self else { return nil }
            return try identity.author
        }
    }
}

extension Session.State {
    /// What is planned of the session, if the caller has `right` over it.
    /// - Throws: `CommandError.notFound` when there is no such session, `AccessError.forbidden`.
    package func require(_ right: Right, _ id: SessionID, of caller: Caller) throws {
        guard let plan else { throw CommandError.notFound(.session) }
        try caller.require(right, plan.owner(id))
    }
}

extension SessionScheduled {
    package func owner(_ id: SessionID) -> Owner { Owner(organisation: organisation, session: id, person: host) }
}

extension JobPosted {
    package var owner: Owner { Owner(organisation: organisation, company: company, person: by) }
}
