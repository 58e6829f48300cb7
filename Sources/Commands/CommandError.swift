package import Recruiting

/// Why nothing came of a command, beside the rules of one aggregate (``Rejection``) and the caller's rights (``AccessError``).
package enum CommandError: Error, Equatable {
    /// What a command can be about, and isn't there.
    package enum Thing: String, Sendable {
        case session, series, policy, job, company, document, question, submission, candidate, account
    }

    /// One of many items for which a command was given, by its place among them from 0, and what keeps it.
    package struct ItemFault: Equatable, Sendable {
        package let index: Int
        package let reason: Reason
    }

    /// Faults that are told of one command, at most.
    package static let faultLimit = 100

    case notFound(Thing)
    /// The resource has another version than the one the command was meant for.
    case stale
    /// The key of the write stands for another one.
    case keyReused
    /// Too many wait for the same resource, or it changed too often meanwhile.
    case tooManyWriters
    /// Of several jobs some can't be vetted now; none was.
    case unvettable([ItemFault])
    /// Of the jobs of an import some can't be posted now; none was.
    case unpostable([ItemFault])
    /// A posting says what the law forbids.
    case unlawful([JobLint.Finding])

    /// Kebab case and stable, as `Rejection.code`.
    package var code: String {
        switch self {
        case .notFound: "not-found"
        case .stale: "version-stale"
        case .keyReused: "idempotency-key-reused"
        case .tooManyWriters: "too-many-writers"
        case .unvettable: "jobs-not-vettable"
        case .unpostable: "import-outdated"
        case .unlawful: "posting-unlawful"
        }
    }

    /// What is wrong and what to do, in a sentence.
    package var explanation: String {
        switch self {
        case .notFound(.account): "The account has no grants; give it one first."
        case .notFound(let thing): "There is no such \(thing.rawValue)."
        case .stale: "The resource has changed since the version in If-Match; read it again and decide anew."
        case .keyReused: "This Idempotency-Key was used for another request; take a new one."
        case .tooManyWriters: "Too many are changing the same thing; try again in a moment."
        case .unvettable: "Some of these jobs can't be vetted now; nothing was written."
        case .unpostable: "Some of these jobs can't be posted any more; nothing was written. Have the table checked again."
        case .unlawful: "The posting says what it must not say; nothing was written."
        }
    }
}
