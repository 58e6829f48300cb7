package import Access
package import EventSourcing
package import Recruiting

/// Something that somebody wants done, whichever way they ask for it: by HTTP, by a seed, by a process of ours.
package protocol UseCase: Sendable {
    /// The stream of what it is about. Writes to one resource take turns, and its version answers.
    var resource: StreamName { get }

    /// What the caller must have been granted.
    var right: Right { get }

    /// What it comes to by the log as `reads` has it; what is read there as a state becomes a condition of the append.
    ///
    /// It runs again when such a stream has moved meanwhile.
    /// - Throws: `CommandError`, `AccessError`, `Invalid` or a `Rejection`: why nothing comes of it.
    func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision
}
