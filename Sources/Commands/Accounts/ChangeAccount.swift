package import Access
package import EventSourcing
package import Recruiting

/// Changes what somebody of the staff may do: invites, suspends, gives and withdraws grants, issues and revokes tokens.
package struct ChangeAccount: UseCase {
    package enum Change: Sendable {
        case invite(until: Timestamp)
        case activate
        case suspend(AccountSuspended)
        case reinstate
        case give(Grant)
        case withdraw(Grant)
        /// A token with these grants, of those that the account has; without any named, with all of them.
        case issueToken(TokenID, name: String, [Grant]?, until: Timestamp)
        /// A token with grants that an operator at the server's command line vouches for.
        case recordToken(TokenIssued)
        case revokeToken(TokenID)
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
        let state = try await reads.account(account)
        return Decision(resource, try Account.decide(try await command(state, reads), state))
    }

    private func command(_ state: Account.State, _ reads: ReadSet) async throws -> Account.Command {
        switch change {
        case .invite(let end): return .invite(AccountInvited(until: end))
        case .activate: return .activate
        case .suspend(let suspended): return .suspend(suspended)
        case .reinstate: return .reinstate
        case .give(let grant):
            try await check(grant.scope, reads)
            return .give(GrantGiven(grant))
        case .withdraw(let grant): return .withdraw(GrantWithdrawn(grant))
        case .issueToken(let id, let name, let wanted, let end):
            guard wanted?.allSatisfy(state.grants.contains) ?? true else { throw Account.Rejection.notHeld }
            return .issueToken(try TokenIssued(id, name: name, grants: wanted ?? state.grants, until: end))
        case .recordToken(let issued): return .issueToken(issued)
        case .revokeToken(let id): return .revokeToken(TokenRevoked(id))
        }
    }

    /// Who was let in a moment ago may have lost the grant since then, and shall not give it back to themselves.
    private func checkStanding(of caller: Caller, _ reads: ReadSet) async throws {
        guard let author = try caller.author else { return }
        let own = try await reads.account(author)
        guard !own.isSuspended, !own.withdrawn.contains(where: { $0.role == .operator }) else {
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
