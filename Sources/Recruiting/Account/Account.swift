package import EventSourcing

/// Somebody of the staff: whether they may sign in, and what they have been granted.
package enum Account: Decider {
    package struct State: Hashable, Sendable {
        package enum Membership: Hashable, Sendable {
            /// Known by grants or tokens alone, as whoever signs in at a provider is, or a machine.
            case named
            case invited, active
        }

        package var membership = Membership.named
        package var isSuspended = false
        /// In the order in which they were given.
        package var grants: [Grant] = []
        /// Those of them that a provider of identities is the reason for, and nobody else.
        package var mapped: Set<Grant> = []
        /// Those that were withdrawn and not given again.
        package var withdrawn: Set<Grant> = []
        /// In the order in which they were issued; without those that were revoked.
        package var tokens: [TokenIssued] = []
        package var revoked: Set<TokenID> = []
    }

    package enum Command: Hashable, Sendable {
        case invite(AccountInvited)
        case activate
        case suspend(AccountSuspended)
        case reinstate
        case give(GrantGiven)
        case withdraw(GrantWithdrawn)
        /// What a provider of identities is the reason for now, and nothing that it was before.
        case map([Grant])
        case issueToken(TokenIssued)
        case revokeToken(TokenRevoked)
        /// What somebody did or tried, which no rule stands against.
        case note(Event)
    }

    package enum Event: DomainEvent {
        case invited(AccountInvited)
        case activated(AccountActivated)
        case suspended(AccountSuspended)
        case reinstated(AccountReinstated)
        case given(GrantGiven)
        case withdrawn(GrantWithdrawn)
        case tokenIssued(TokenIssued)
        case tokenRevoked(TokenRevoked)
        case signedIn(SignedIn)
        case signInFailed(SignInFailed)
        case signedOut(SignedOut)
        case passwordChanged(PasswordChanged)
        case secondFactorSet(SecondFactorSet)
        case secondFactorRemoved(SecondFactorRemoved)
        case dataOpened(PersonalDataOpened)
    }

    package enum Rejection: String, Recruiting.Rejection {
        case tooMany = "too-many-grants"
        case notHeld = "grant-not-held"
        case viewer = "grant-for-viewers"
        case nothingHeld = "account-without-grants"
        case suspended = "account-suspended"
        case notSuspended = "account-not-suspended"
        case notInvited = "account-not-invited"
        case noSuchToken = "token-not-issued"
    }

    package static let initial = State()

    package static func stream(_ account: Subject) -> StreamName {
        StreamName(category: "account", id: account)
    }

    /// A token carries all grants, and requests carry the token in a head of some kilobytes.
    package static let grantLimit = 16

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch command {
        case .invite(let invited):
            guard !state.isSuspended else { throw .suspended }
            return [.invited(invited)]
        case .activate:
            guard !state.isSuspended else { throw .suspended }
            guard state.membership != .named else { throw .notInvited }
            return [.activated(AccountActivated())]
        case .suspend(let suspended): return state.isSuspended ? [] : [.suspended(suspended)]
        case .reinstate:
            guard state.isSuspended else { throw .notSuspended }
            return [.reinstated(AccountReinstated())]
        case .give(let given): return try give(given, state)
        case .withdraw(let withdrawn):
            guard state.grants.contains(withdrawn.grant) else { throw .notHeld }
            return [.withdrawn(withdrawn)]
        case .map(let grants): return try map(grants, state)
        case .issueToken(let issued): return try issue(issued, state)
        case .revokeToken(let revoked):
            guard !state.revoked.contains(revoked.token) else { return [] }
            guard state.tokens.contains(where: { $0.token == revoked.token }) else { throw .noSuchToken }
            return [.tokenRevoked(revoked)]
        case .note(let event): return [event]
        }
    }

    private static func give(_ given: GrantGiven, _ state: State) throws(Rejection) -> [Event] {
        guard given.grant.role != .viewer else { throw .viewer }
        if state.grants.contains(given.grant) {
            // What the provider is the reason for stays from now on, whatever it says.
            return state.mapped.contains(given.grant) ? [.given(given)] : []
        }
        guard state.grants.count < grantLimit else { throw .tooMany }
        return [.given(given)]
    }

    private static func map(_ grants: [Grant], _ state: State) throws(Rejection) -> [Event] {
        let lost = state.grants.filter { state.mapped.contains($0) && !grants.contains($0) }
        let gained = grants.filter { !state.grants.contains($0) }
        guard !gained.contains(.viewer) else { throw .viewer }
        guard state.grants.count - lost.count + gained.count <= grantLimit else { throw .tooMany }
        return lost.map { .withdrawn(GrantWithdrawn($0)) } + gained.map { .given(GrantGiven($0, by: .provider)) }
    }

    private static func issue(_ issued: TokenIssued, _ state: State) throws(Rejection) -> [Event] {
        guard !state.isSuspended else { throw .suspended }
        guard !issued.grants.isEmpty else { throw .nothingHeld }
        return [.tokenIssued(issued)]
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch event {
        case .invited where state.membership == .named: state.membership = .invited
        case .activated: state.membership = .active
        case .suspended: state.isSuspended = true
        case .reinstated: state.isSuspended = false
        case .given(let given):
            if !state.grants.contains(given.grant) { state.grants.append(given.grant) }
            if given.source == nil { state.mapped.remove(given.grant) } else { state.mapped.insert(given.grant) }
            state.withdrawn.remove(given.grant)
        case .withdrawn(let withdrawn):
            state.grants.removeAll { $0 == withdrawn.grant }
            state.mapped.remove(withdrawn.grant)
            state.withdrawn.insert(withdrawn.grant)
        case .tokenIssued(let issued): state.tokens.append(issued)
        case .tokenRevoked(let revoked):
            state.tokens.removeAll { $0.token == revoked.token }
            state.revoked.insert(revoked.token)
        case .invited, .signedIn, .signInFailed, .signedOut, .passwordChanged, .secondFactorSet, .secondFactorRemoved, .dataOpened: break
        }
    }
}

extension Account {
    /// The types of events that stand in the log for who looks at the account, and leave its state as it is.
    package static let typesWithoutEffect: [String] = [
        SignedIn.type, SignInFailed.type, SignedOut.type, PasswordChanged.type, SecondFactorSet.type, SecondFactorRemoved.type,
        PersonalDataOpened.type,
    ]
}

extension Account.Event {
    /// Whether it may take something from the account that somebody uses just now.
    package var takesAway: Bool {
        switch self {
        case .suspended, .withdrawn, .tokenRevoked, .signedOut, .passwordChanged, .activated: true
        default: false
        }
    }
}

extension Account.Rejection {
    package var code: String { rawValue }

    package var explanation: String {
        switch self {
        case .tooMany: "An account may have at most \(Account.grantLimit) grants; withdraw one first."
        case .notHeld: "The account has no such grant; look at those it has."
        case .nothingHeld: "The account has no grants; give it one first."
        case .viewer: "Viewers need no account; give the role of what the person is to do."
        case .suspended: "The account is suspended; reinstate it first."
        case .notSuspended: "The account is not suspended."
        case .notInvited: "The account was never invited; invite it first."
        case .noSuchToken: "The account has no such token; look at those it has."
        }
    }
}
