/// What a person may do within the scope of a grant (``Grant``). An operator may do everything.
package enum Role: String, Codable, Hashable, CaseIterable, Sendable {
    /// 主播: plans and runs the own sessions, and posts jobs.
    case host
    /// 副播: runs a session beside its host.
    case coHost
    /// 场控: keeps a session's shelf, cards and questions.
    case assistant
    /// 政策讲解员: publishes policies, shows them and answers questions.
    case policyPresenter
    /// 招聘方: a company's desk.
    case recruiter
    /// 审核员: vets companies and jobs.
    case reviewer
    /// 就业服务专员: follows up what became of candidates.
    case caseWorker
    /// 分析员: replays and counts.
    case analyst
    /// 运维
    case `operator`
    /// Whoever watches, which needs no account.
    case viewer

    /// True for those whose work is in the sessions' rooms.
    package var runsSessions: Bool { [.host, .coHost, .assistant, .policyPresenter].contains(self) }
}

/// A role and where it holds: everywhere, for the things of one organisation, or in one session.
package struct Grant: Hashable, Sendable, Codable {
    package enum Scope: Hashable, Sendable {
        case all
        case organisation(OrganisationID)
        case session(SessionID)
    }

    package let role: Role
    package let scope: Scope

    /// - Throws: `Invalid` naming `organisation` or `session`: a recruiter is one company's; vetting, running the system and watching
    ///   concern all of them; and only a role that runs sessions can be granted for one alone.
    package init(_ role: Role, _ scope: Scope = .all) throws(Invalid) {
        switch scope {
        case .all where role == .recruiter:
            throw Invalid(field: "organisation", reason: Reason("recruiter-without-company", "must name the recruiter's company"))
        case .organisation where [.reviewer, .operator, .viewer].contains(role):
            throw Invalid(
                field: "organisation",
                reason: Reason("role-for-all", "must be left out: the role {role} is one for all organisations", ["role": role.rawValue])
            )
        case .session where !role.runsSessions:
            throw Invalid(
                field: "session",
                reason: Reason("role-not-for-session", "is for host, coHost, assistant and policyPresenter alone")
            )
        case .all, .organisation, .session: break
        }
        self.role = role
        self.scope = scope
    }

    /// Whether somebody may hold all of these: 1 to 16, and a visitor's alone, so that nobody is viewer and staff at once.
    package static func areHeldTogether(_ grants: [Grant]) -> Bool {
        (1...Account.grantLimit).contains(grants.count) && (grants.count == 1 || !grants.contains(.viewer))
    }

    /// What visitors hold.
    package static let viewer = try! Grant(.viewer)

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let role = try container.decode(Role.self, forKey: .role)
        let organisation = try container.decodeIfPresent(OrganisationID.self, forKey: .organisation)
        let session = try container.decodeIfPresent(SessionID.self, forKey: .session)
        self = try container.valid { () throws(Invalid) in try Grant(role, organisation: organisation, session: session) }
    }

    /// - Throws: `Invalid` as ``init(_:_:)``, and when both are named.
    package init(_ role: Role, organisation: OrganisationID?, session: SessionID?) throws(Invalid) {
        switch (organisation, session) {
        case (nil, nil): try self.init(role)
        case (let organisation?, nil): try self.init(role, .organisation(organisation))
        case (nil, let session?): try self.init(role, .session(session))
        case (_?, _?): throw Invalid(field: "session", reason: Reason("two-scopes", "must not be named beside an organisation"))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(role, forKey: .role)
        try container.encodeIfPresent(organisation, forKey: .organisation)
        try container.encodeIfPresent(session, forKey: .session)
    }

    private enum CodingKeys: CodingKey {
        case role, organisation, session
    }

    package var organisation: OrganisationID? {
        if case .organisation(let id) = scope { id } else { nil }
    }

    package var session: SessionID? {
        if case .session(let id) = scope { id } else { nil }
    }
}
