package import EventSourcing

/// What somebody of the staff has been granted.
package enum Account: Decider {
    package struct State: Hashable, Sendable {
        /// In the order in which they were given.
        package var grants: [Grant] = []
        /// Those that were withdrawn and not given again.
        package var withdrawn: Set<Grant> = []
    }

    package enum Command: Hashable, Sendable {
        case give(GrantGiven)
        case withdraw(GrantWithdrawn)
        case issueToken(TokenIssued)
    }

    package enum Event: DomainEvent {
        case given(GrantGiven)
        case withdrawn(GrantWithdrawn)
        case tokenIssued(TokenIssued)
    }

    package enum Rejection: String, Recruiting.Rejection {
        case tooMany = "too-many-grants"
        case notHeld = "grant-not-held"
        case viewer = "grant-for-viewers"
        case nothingHeld = "account-without-grants"
    }

    package static let initial = State()

    package static func stream(_ account: Subject) -> StreamName {
        StreamName(category: "account", id: account)
    }

    /// A token carries all grants, and requests carry the token in a head of some kilobytes.
    package static let grantLimit = 16

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch command {
        case .give(let given):
            guard given.grant.role != .viewer else { throw .viewer }
            guard !state.grants.contains(given.grant) else { return [] }
            guard state.grants.count < grantLimit else { throw .tooMany }
            return [.given(given)]
        case .withdraw(let withdrawn):
            guard state.grants.contains(withdrawn.grant) else { throw .notHeld }
            return [.withdrawn(withdrawn)]
        case .issueToken(let issued):
            guard !state.grants.isEmpty else { throw .nothingHeld }
            return [.tokenIssued(issued)]
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch event {
        case .given(let given):
            state.grants.append(given.grant)
            state.withdrawn.remove(given.grant)
        case .withdrawn(let withdrawn):
            state.grants.removeAll { $0 == withdrawn.grant }
            state.withdrawn.insert(withdrawn.grant)
        case .tokenIssued: break
        }
    }
}

package struct GrantGiven: EventData {
    package static let type = "GrantGiven"
    package let grant: Grant

    package init(_ grant: Grant) {
        self.grant = grant
    }
}

package struct GrantWithdrawn: EventData {
    package static let type = "GrantWithdrawn"
    package let grant: Grant

    package init(_ grant: Grant) {
        self.grant = grant
    }
}

/// A token was made that carries what the account held then. The token itself is nowhere.
package struct TokenIssued: EventData {
    package static let type = "TokenIssued"
    /// When the token expires.
    package let until: Timestamp

    package init(until: Timestamp) {
        self.until = until
    }
}

extension Account.Event {
    package var data: any EventData {
        switch self {
        case .given(let data): data
        case .withdrawn(let data): data
        case .tokenIssued(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case GrantGiven.type: self = .given(try GrantGiven(json: data))
        case GrantWithdrawn.type: self = .withdrawn(try GrantWithdrawn(json: data))
        case TokenIssued.type: self = .tokenIssued(try TokenIssued(json: data))
        default: throw .unknownType(type)
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
        }
    }
}
