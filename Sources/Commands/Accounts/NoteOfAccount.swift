import Access
import EventSourcing
import EventStore
package import Recruiting

/// What somebody of the staff has done or tried, or was done to them, which nothing stands against any more.
struct NoteOfAccount: UseCase {
    let account: Subject
    let event: Account.Event

    var resource: StreamName { Account.stream(account) }
    var right: Right { .enter }

    func decide(_ reads: ReadSet, for _: Caller, at _: Timestamp) async throws -> Decision {
        Decision(resource, try Account.decide(.note(event), try await reads.account(account)))
    }
}

extension CommandHandler {
    /// Writes down what has happened with an account; by nobody else, it was its holder.
    package func note(_ event: Account.Event, of account: Subject, by caller: Caller? = nil) async throws {
        _ = try await handle(NoteOfAccount(account: account, event: event), Write(by: caller ?? .account(account), key: .unique()))
    }

    /// The account as of now.
    package func account(_ account: Subject) async throws -> Account.State {
        try await read { try await $0.account(account) }
    }
}
