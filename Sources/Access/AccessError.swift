/// Why somebody isn't let in, or may not do what they ask for.
package enum AccessError: Error, Equatable {
    case tokenMissing, tokenExpired, tokenInvalid, tokenNotYetValid
    case ticketInvalid, ticketUsed
    /// The identity is known, and may not; the sentence says who may.
    case forbidden(String)

    /// Kebab case, stable: programs tell refusals apart by it.
    package var code: String {
        switch self {
        case .tokenMissing: "token-missing"
        case .tokenExpired: "token-expired"
        case .tokenInvalid: "token-invalid"
        case .tokenNotYetValid: "token-not-yet-valid"
        case .ticketInvalid: "ticket-invalid"
        case .ticketUsed: "ticket-used"
        case .forbidden: "forbidden"
        }
    }

    /// What is wrong and what to do, in a sentence.
    package var explanation: String {
        switch self {
        case .tokenMissing: "This needs a token: send Authorization: Bearer …"
        case .tokenExpired: "The token has expired: get a new one."
        case .tokenInvalid: "The token is not one of this service: its form or its signature is wrong."
        case .tokenNotYetValid: "The token is not valid yet: use it later, or have it issued for now."
        case .ticketInvalid: "The ticket has expired or is not one of this service: get a new one."
        case .ticketUsed: "The ticket was used before: get a new one."
        case .forbidden(let sentence): sentence
        }
    }
}
