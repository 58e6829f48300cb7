package import Access
package import EventSourcing
package import Recruiting

/// Grants a right to somebody, or withdraws it.
package struct ChangeGrants: UseCase {
    package enum Change: Sendable {
        case give(Grant)
        case withdraw(Grant)
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
        let state = try await reads.state(Account.self, resource)
        switch change {
        case .give(let grant):
            try await check(grant.scope, reads)
            return Decision(resource, try Account.decide(.give(GrantGiven(grant)), state))
        case .withdraw(let grant):
            return Decision(resource, try Account.decide(.withdraw(GrantWithdrawn(grant)), state))
        }
    }

    /// Whom or what the grant is for must be there: a mistyped one would give nothing.
    private func check(_ scope: Grant.Scope, _ reads: ReadSet) async throws {
        switch scope {
        case .all: return
        case .organisation(let id):
            guard try await reads.look(at: id) != .unregistered else {
                throw Invalid(field: "organisation", reason: "is not registered; register it first")
            }
        case .session(let id):
            guard try await reads.look(at: id).plan != nil else { throw Invalid(field: "session", reason: "is not a session") }
        }
    }
}
