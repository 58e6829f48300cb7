package typealias TokenID = Identifier<TokenIssued>

/// Somebody was asked to choose a password, by a link that is good until a moment. The link itself is nowhere.
package struct AccountInvited: EventData {
    package static let type = "AccountInvited"
    package let until: Timestamp

    package init(until: Timestamp) {
        self.until = until
    }
}

/// A password was chosen by an invitation, in place of whatever was there before.
package struct AccountActivated: EventData {
    package static let type = "AccountActivated"

    package init() {}
}

/// The account may do nothing any more, and nobody sign in to it.
package struct AccountSuspended: EventData {
    package static let type = "AccountSuspended"
    package let reason: String

    package init(reason: String) throws(Invalid) {
        self.reason = try reason.checkedImpersonal("reason", atMost: 500)
    }
}

/// The suspension was lifted.
package struct AccountReinstated: EventData {
    package static let type = "AccountReinstated"

    package init() {}
}

package struct GrantGiven: EventData {
    /// What gives and withdraws grants by itself.
    package enum Source: String, Codable, Hashable, Sendable {
        /// What a provider of identities says of the person.
        case provider
    }

    package static let type = "GrantGiven"
    package let grant: Grant
    /// Nil for what somebody has given, which nothing withdraws by itself.
    package let source: Source?

    package init(_ grant: Grant, by source: Source? = nil) {
        self.grant = grant
        self.source = source
    }
}

package struct GrantWithdrawn: EventData {
    package static let type = "GrantWithdrawn"
    package let grant: Grant

    package init(_ grant: Grant) {
        self.grant = grant
    }
}

/// A token was made for a machine. The token itself is nowhere.
package struct TokenIssued: EventData {
    package static let type = "TokenIssued"
    /// The token's number, which it carries as `jti`.
    package let token: TokenID
    /// What it is for.
    package let name: String
    package let grants: [Grant]
    /// When the token expires.
    package let until: Timestamp

    package init(_ token: TokenID, name: String, grants: [Grant], until: Timestamp) throws(Invalid) {
        self.token = token
        self.name = try name.checkedImpersonal("name", atMost: 100)
        self.grants = grants
        self.until = until
    }
}

package struct TokenRevoked: EventData {
    package static let type = "TokenRevoked"
    package let token: TokenID

    package init(_ token: TokenID) {
        self.token = token
    }
}

/// How somebody has shown who they are.
package enum SignInMeans: String, Codable, Hashable, Sendable {
    case password
    /// By a password and a code of the second factor.
    case code
    /// By the invitation.
    case invitation
    /// At a provider of identities.
    case provider
}

package struct SignedIn: EventData {
    package static let type = "SignedIn"
    package let by: SignInMeans

    package init(by: SignInMeans) {
        self.by = by
    }
}

/// Somebody tried to sign in to the account, and was refused: once, or so many times since the event before.
package struct SignInFailed: EventData {
    package static let type = "SignInFailed"
    /// Nil is one.
    private let attempts: Int?

    package init(_ attempts: Int) {
        self.attempts = attempts == 1 ? nil : attempts
    }
}

package struct SignedOut: EventData {
    package enum Cause: String, Codable, Hashable, Sendable {
        case here, elsewhere, everywhere
        /// An operator ended it.
        case ended
        /// A cookie came that had been replaced: somebody had a copy of it.
        case copied
    }

    package static let type = "SignedOut"
    package let cause: Cause

    package init(cause: Cause) {
        self.cause = cause
    }
}

package struct PasswordChanged: EventData {
    package static let type = "PasswordChanged"

    package init() {}
}

/// From now on a code is asked for beside the password.
package struct SecondFactorSet: EventData {
    package static let type = "SecondFactorSet"

    package init() {}
}

package struct SecondFactorRemoved: EventData {
    package static let type = "SecondFactorRemoved"

    package init() {}
}

/// Somebody was shown what candidates wrote of themselves in résumés, or a document of a company.
package struct PersonalDataOpened: EventData {
    package static let type = "PersonalDataOpened"
    package let submissions: [SubmissionID]?
    package let document: DocumentID?

    package init(of submissions: [SubmissionID]) {
        self.submissions = submissions
        document = nil
    }

    package init(of document: DocumentID) {
        submissions = nil
        self.document = document
    }
}

extension Account.Event {
    package var data: any EventData {
        switch self {
        case .invited(let data): data
        case .activated(let data): data
        case .suspended(let data): data
        case .reinstated(let data): data
        case .given(let data): data
        case .withdrawn(let data): data
        case .tokenIssued(let data): data
        case .tokenRevoked(let data): data
        case .signedIn(let data): data
        case .signInFailed(let data): data
        case .signedOut(let data): data
        case .passwordChanged(let data): data
        case .secondFactorSet(let data): data
        case .secondFactorRemoved(let data): data
        case .dataOpened(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case AccountInvited.type: self = .invited(try AccountInvited(json: data))
        case AccountActivated.type: self = .activated(try AccountActivated(json: data))
        case AccountSuspended.type: self = .suspended(try AccountSuspended(json: data))
        case AccountReinstated.type: self = .reinstated(try AccountReinstated(json: data))
        case GrantGiven.type: self = .given(try GrantGiven(json: data))
        case GrantWithdrawn.type: self = .withdrawn(try GrantWithdrawn(json: data))
        case TokenIssued.type: self = .tokenIssued(try TokenIssued(json: data))
        case TokenRevoked.type: self = .tokenRevoked(try TokenRevoked(json: data))
        case SignedIn.type: self = .signedIn(try SignedIn(json: data))
        case SignInFailed.type: self = .signInFailed(try SignInFailed(json: data))
        case SignedOut.type: self = .signedOut(try SignedOut(json: data))
        case PasswordChanged.type: self = .passwordChanged(try PasswordChanged(json: data))
        case SecondFactorSet.type: self = .secondFactorSet(try SecondFactorSet(json: data))
        case SecondFactorRemoved.type: self = .secondFactorRemoved(try SecondFactorRemoved(json: data))
        case PersonalDataOpened.type: self = .dataOpened(try PersonalDataOpened(json: data))
        default: throw .unknownType(type)
        }
    }
}
