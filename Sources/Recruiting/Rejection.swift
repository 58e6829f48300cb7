/// Why a command is refused by the rules; the same words reach a user.
package protocol Rejection: Error, Sendable {
    /// Kebab case, stable, as in `job-not-vetted`.
    var code: String { get }
    /// One English sentence that says what is wrong and what to do.
    var explanation: String { get }
}
