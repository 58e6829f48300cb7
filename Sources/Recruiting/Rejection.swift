/// Why a command is refused by the rules; the same words reach a user.
package protocol Rejection: Error, Sendable {
    /// The code of the rejection, in kebab case and stable: `job-not-vetted`.
    var code: String { get }
    /// One English sentence that says what is wrong and what to do.
    var explanation: String { get }
    /// What stands in the sentence in any language, by its name.
    var values: [String: String] { get }
}

extension Rejection {
    package var values: [String: String] { [:] }
}
