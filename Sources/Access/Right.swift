package import Recruiting

/// What somebody may want to do. The contract names the right that each operation needs (`x-right`), each use case asks for it with
/// whose the thing is.
package enum Right: String, CaseIterable, Sendable {
    case registerCompany, fileDocument, openDocument, judgeCompany
    case postJob, changeJob, vetJob, readJobs
    /// To post jobs of others' companies in the name of an organisation.
    case postForOthers
    case openSeries, publishPolicy
    case planSession, staffSession, runSession, setStage, showPolicy, settleQuestion, replaySession
    case askQuestion, submitResume, withdrawSubmission, tellOutcome, manageOwnData, readSubmissions
    /// To do something with the résumés that a company has received.
    case answerSubmission
    /// To look after candidates whom nobody answers, and after those who have found work.
    case followUp
    case grantRights, readAudit, readStatus, dropObservations
    /// To be let into rooms, and told who one is.
    case enter
}

extension Right {
    /// The roles that have it, but for the operator's, which has every one.
    package var roles: Set<Role> {
        switch self {
        case .registerCompany: [.recruiter, .host, .reviewer]
        case .fileDocument: [.recruiter, .host]
        case .openDocument: [.recruiter, .host, .reviewer]
        case .judgeCompany, .vetJob: [.reviewer]
        case .postJob, .changeJob: [.recruiter, .host]
        case .readJobs: [.recruiter, .host, .reviewer]
        case .openSeries, .planSession, .staffSession, .postForOthers: [.host]
        case .publishPolicy: [.host, .policyPresenter, .reviewer]
        case .runSession: [.host, .coHost]
        case .setStage: [.host, .coHost, .assistant]
        case .showPolicy, .settleQuestion: [.host, .coHost, .assistant, .policyPresenter]
        case .replaySession: [.host, .coHost, .analyst]
        case .askQuestion, .submitResume, .withdrawSubmission, .tellOutcome, .manageOwnData: [.viewer]
        case .readSubmissions: [.viewer, .recruiter, .caseWorker, .analyst]
        case .answerSubmission: [.recruiter]
        case .followUp: [.caseWorker]
        case .grantRights, .readAudit, .readStatus, .dropObservations: []
        case .enter: Set(Role.allCases)
        }
    }
}

/// Whose something is.
package struct Owner: Hashable, Sendable {
    /// The organisation that it belongs to; the authority itself when nil.
    package var organisation: OrganisationID?
    /// The company that it is about.
    package var company: CompanyID?
    /// The session that it is part of.
    package var session: SessionID?
    /// The person whose own it is: a session's host, or who posted a job.
    package var person: Subject?

    package init(organisation: OrganisationID? = nil, company: CompanyID? = nil, session: SessionID? = nil, person: Subject? = nil) {
        self.organisation = organisation
        self.company = company
        self.session = session
        self.person = person
    }
}

extension Identity {
    /// Whether a grant of the caller gives `right` over what is `owner`'s. Nothing else decides who may do what.
    ///
    /// A grant for one organisation reaches what belongs to it or is about it, one for a session that session, one for everywhere
    /// everything, but a host's only what is the host's own.
    package func may(_ right: Right, _ owner: Owner) -> Bool {
        grants.contains { grant in
            guard grant.gives(right) else { return false }
            return switch grant.scope {
            case .all: grant.role != .host || isOwn(owner)
            case .organisation(let id): id == owner.organisation || id == owner.company
            case .session(let id): id == owner.session
            }
        }
    }

    /// Names are compared by their bytes, as accounts and keys are.
    private func isOwn(_ owner: Owner) -> Bool {
        owner.person?.description.utf8.elementsEqual(subject.utf8) ?? false
    }

    /// Whether a grant gives the right over anything.
    package func has(_ right: Right) -> Bool { grants.contains { $0.gives(right) } }

    /// - Throws: `AccessError.forbidden` unless the caller may.
    package func require(_ right: Right, _ owner: Owner) throws(AccessError) {
        try require(right)
        guard may(right, owner) else { throw .forbidden("Your grants don't reach this: it belongs to others.") }
    }

    /// - Throws: `AccessError.forbidden` for whoever has the right nowhere.
    package func require(_ right: Right) throws(AccessError) {
        guard has(right) else {
            let names = right.roles.isEmpty ? ["operator"] : right.roles.map(\.rawValue).sorted()
            let own = grants.map(\.role.rawValue).joined(separator: ", ")
            throw .forbidden("This is for the role \(names.joined(separator: " or ")); the token's is \(own).")
        }
    }

    /// The organisations whose things the caller has `right` over; nil when over all.
    package func organisations(_ right: Right) -> [OrganisationID]? {
        let given = grants.filter { $0.gives(right) }
        return given.contains { $0.scope == .all } ? nil : given.compactMap(\.organisation)
    }

    /// The organisation to which something new belongs that the caller makes by `right`: the one `named`, or else the caller's only one.
    /// - Throws: `AccessError.forbidden` when it isn't the caller's, `Invalid` naming `organisation` when it has to be named.
    package func organisation(_ named: OrganisationID?, for right: Right) throws -> OrganisationID? {
        let given = grants.filter { $0.gives(right) }
        let own = Set(given.compactMap(\.organisation))
        let everywhere = given.filter { $0.scope == .all }
        if let named {
            // A host's grant for everywhere is for what is the host's own, and an organisation's is not.
            guard own.contains(named) || everywhere.contains(where: { $0.role != .host }) else {
                throw AccessError.forbidden("None of your grants is for this organisation.")
            }
            return named
        }
        guard everywhere.isEmpty else { return nil }
        guard own.count <= 1 else {
            throw Invalid(field: "organisation", reason: Reason("organisation-unclear", "must say for which of your organisations this is"))
        }
        return own.first
    }
}

extension Grant {
    func gives(_ right: Right) -> Bool { role == .operator || right.roles.contains(role) }
}
