package import Access
import EventSourcing
import EventStore
import Recruiting

/// How people sign in for whom a provider of identities vouches.
///
/// Whoever comes for the first time gets the account of the name that the provider tells, if it is nobody's: one that has a password, an
/// invitation or tokens is somebody's, whatever the provider calls its people. From then on the account is theirs by the number that
/// never changes, also under another name.
extension SigningIn {
    /// Signs the person in, with the grants that the provider is the reason for now.
    /// - Returns: the value of the cookie.
    /// - Throws: ``ProviderFault``, `AccessError.accountSuspended`, `Account.Rejection.tooMany`.
    package func signIn(_ person: ProviderPerson, device: String) async throws -> String {
        let bound = try await identities.account(of: person)
        guard let account = bound ?? person.name else { throw ProviderFault.unnamed }
        let state = try await commands.account(account)
        var isNew = false
        do {
            if bound == nil {
                try await take(account, state, for: person)
                isNew = true
            }
            guard !state.isSuspended else { throw AccessError.accountSuspended }
            try await map(person.grants, to: account, state)
            guard try await !commands.account(account).grants.isEmpty else { throw ProviderFault.ungranted }
        } catch {
            // Who has lost all grants keeps the account; who never came in leaves no trace.
            if isNew { try await identities.release(person) }
            if state != Account.initial { failures.note(account) }
            throw error
        }
        return try await begin(account, by: .provider, device)
    }

    private func take(_ account: Subject, _ state: Account.State, for person: ProviderPerson) async throws {
        let isNobodys = state.membership == .named && state.tokens.isEmpty && state.revoked.isEmpty
        guard isNobodys, try await credentials.held(by: account)?.password == nil,
            try await identities.bind(account, to: person, at: now())
        else { throw ProviderFault.taken }
    }

    private func map(_ grants: [Grant], to account: Subject, _ state: Account.State) async throws {
        // Most sign in with what they had before, and nothing is to be written.
        guard try !Account.decide(.map(grants), state).isEmpty else { return }
        _ = try await commands.handle(MapGrants(account: account, grants: grants), Write(by: .process("provider"), key: .unique()))
    }
}

/// Gives an account the grants that a provider is the reason for, and withdraws those that it is the reason for no more.
private struct MapGrants: UseCase {
    let account: Subject
    let grants: [Grant]

    var resource: StreamName { Account.stream(account) }
    var right: Right { .grantRights }

    func decide(_ reads: ReadSet, for _: Caller, at _: Timestamp) async throws -> Decision {
        Decision(resource, try Account.decide(.map(grants), try await reads.account(account)))
    }
}
