package import Access
package import EventSourcing
package import Recruiting

/// Gives somebody a grant, withdraws one, or notes that a token was made of all that the account has.
package struct ChangeAccount: UseCase {
    package enum Change: Sendable {
        case give(Grant)
        case withdraw(Grant)
        case issueToken(until: Timestamp)
    }

    package let account: Subject
    package let change: Change

    package init(of account: Subject, _ change: Change) {
        self.account = account
        self.change = change
    }

    package var resource: StreamName { Account.stream(account) }
    package var right: Right { .grantRights }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        try await checkStanding(of: caller, reads)
        let state = try await reads.state(Account.self, resource)
        switch change {
        case .give(let grant):
            try await check(grant.scope, reads)
            return Decision(resource, try Account.decide(.give(GrantGiven(grant)), state))
        case .withdraw(let grant):
            return Decision(resource, try Account.decide(.withdraw(GrantWithdrawn(grant)), state))
        case .issueToken(let until):
            return Decision(resource, try Account.decide(.issueToken(TokenIssued(until: until)), state))
        }
    }

    /// A token says what held when it was made: whose grant was withdrawn since then shall not give it back to themselves.
    private func checkStanding(of caller: Caller, _ reads: ReadSet) async throws {
        guard let author = try caller.author else { return }
        let own = try await reads.state(Account.self, Account.stream(author))
        guard !own.withdrawn.contains(where: { $0.role == .operator }) else {
            throw AccessError.forbidden("Your grant as operator was withdrawn.")
        }
    }

    /// Whom or what the grant is for must be there: a mistyped one would give nothing.
    private func check(_ scope: Grant.Scope, _ reads: ReadSet) async throws {
        switch scope {
        case .all: return
        case .organisation(let id): try await reads.requireRegistered(id)
        case .session(let id):
            guard try await reads.look(at: id).plan != nil else { throw Invalid(field: "session", reason: .noSession) }
        }
    }
}
