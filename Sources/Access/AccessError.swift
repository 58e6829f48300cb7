/// Why somebody isn't let in, or may not do what they ask for.
package enum AccessError: Error, Equatable {
    case tokenMissing, tokenExpired, tokenInvalid, tokenNotYetValid
    case tokenRevoked
    case ticketInvalid, ticketUsed
    /// The browser's cookie is of nobody who is signed in now.
    case signInEnded
    case accountSuspended
    /// Account, password or code: which, is not told.
    case signInRefused
    /// The password is right, and a code of the second factor is asked for.
    case codeMissing
    case invitationInvalid
    /// The identity is known, and may not; the sentence says who may.
    case forbidden(String)

    /// Kebab case, stable: programs tell refusals apart by it.
    package var code: String {
        switch self {
        case .tokenMissing: "token-missing"
        case .tokenExpired: "token-expired"
        case .tokenInvalid: "token-invalid"
        case .tokenNotYetValid: "token-not-yet-valid"
        case .tokenRevoked: "token-revoked"
        case .ticketInvalid: "ticket-invalid"
        case .ticketUsed: "ticket-used"
        case .signInEnded: "sign-in-ended"
        case .accountSuspended: "account-suspended"
        case .signInRefused: "sign-in-refused"
        case .codeMissing: "code-missing"
        case .invitationInvalid: "invitation-invalid"
        case .forbidden: "forbidden"
        }
    }

    /// What is wrong and what to do, in a sentence.
    package var explanation: String {
        switch self {
        case .tokenMissing: "This is for who has signed in, or sends a token: Authorization: Bearer …"
        case .tokenExpired: "The token has expired: get a new one."
        case .tokenInvalid: "The token is not one of this service: its form or its signature is wrong."
        case .tokenNotYetValid: "The token is not valid yet: use it later, or have it issued for now."
        case .tokenRevoked: "The token was revoked: have another one issued."
        case .ticketInvalid: "The ticket has expired or is not one of this service: get a new one."
        case .ticketUsed: "The ticket was used before: get a new one."
        case .signInEnded: "You are signed in no more: sign in again."
        case .accountSuspended: "The account is suspended: ask an operator."
        case .signInRefused: "There is no such account, or password or code are not its: each code is good once, and for half a minute."
        case .codeMissing: "The account asks for a code of its authenticator beside the password: send it, too."
        case .invitationInvalid:
            "The invitation was used, replaced or withdrawn, has expired, or is none of this service: ask for another one."
        case .forbidden(let sentence): sentence
        }
    }
}
