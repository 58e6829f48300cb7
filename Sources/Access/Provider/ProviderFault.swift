/// Why somebody could not sign in at a provider of identities.
package enum ProviderFault: Error, Equatable {
    /// It does not answer, or not what the standard asks of it.
    case unreachable(String)
    /// It has let nobody in, or does not take the code.
    case refused(String)
    /// The sign-in was begun by another browser, too long ago, or has ended before.
    case over
    /// What it says of the person is not signed by it, not for us, or not for this sign-in.
    case untrusted(String)
    /// It does not tell the claim that names accounts, or tells what can't be one.
    case unnamed
    /// The account of this name is somebody else's.
    case taken
    /// Nothing of what it says is a reason to be let in.
    case ungranted

    /// By what pages tell faults apart: one word each, stable.
    package var word: String {
        switch self {
        case .unreachable: "unreachable"
        case .refused: "refused"
        case .over: "over"
        case .untrusted: "untrusted"
        case .unnamed: "unnamed"
        case .taken: "taken"
        case .ungranted: "ungranted"
        }
    }

    /// What an operator needs to know beside it.
    package var detail: String {
        switch self {
        case .unreachable(let detail), .refused(let detail), .untrusted(let detail): detail
        case .over, .unnamed, .taken, .ungranted: ""
        }
    }
}
