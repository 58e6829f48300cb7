package import Access
package import EventSourcing
package import Recruiting

/// What a reviewer finds about a company, or about a code that may never have been registered.
package struct JudgeCompany: UseCase {
    package enum Verdict: Sendable {
        case verify(CompanyVerified)
        case reject(CompanyRejected)
        case suspend(CompanySuspended)
        case reinstate(CompanyReinstated)
        case blacklist(CompanyBlacklisted)
        case clear(CompanyCleared)

        fileprivate var isOfAnyCode: Bool {
            if case .blacklist = self { true } else { false }
        }
    }

    package let id: CompanyID
    package let verdict: Verdict

    package init(_ id: CompanyID, _ verdict: Verdict) {
        self.id = id
        self.verdict = verdict
    }

    package var resource: StreamName { Company.stream(id) }
    package var right: Right { .judgeCompany }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let state = try await reads.company(id)
        guard verdict.isOfAnyCode || state != Company.initial else { throw CommandError.notFound(.company) }
        let command: Company.Command =
            switch verdict {
            case .verify(let verified): .verify(verified, at: now)
            case .reject(let rejected): .reject(rejected)
            case .suspend(let suspended): .suspend(suspended)
            case .reinstate(let reinstated): .reinstate(reinstated)
            case .blacklist(let blacklisted): .blacklist(blacklisted)
            case .clear(let cleared): .clear(cleared)
            }
        return Decision(resource, try Company.decide(command, state))
    }
}
