import Fanout
import HTTPTypes
import Recruiting
import Synchronization

/// Counts the writes of this process against their quotas, and refuses those beyond.
final class WriteQuotas: Sendable {
    /// What an allowance belongs to.
    private enum Scope: String {
        case token, address, room, account
    }

    private let quotas: Quotas
    private let metrics: Metrics
    private let start = ContinuousClock.now
    private let state = Mutex(QuotaState())

    init(_ quotas: Quotas, metrics: Metrics) {
        self.quotas = quotas
        self.metrics = metrics
        metrics.describe("jobcast_writes_refused_total", "Writes refused because a token, an address or a room had too many.")
    }

    /// Whether the operation has a quota of its own, as few that only read have.
    func hasOwn(_ operation: String) -> Bool { quotas.operations[operation] != nil }

    /// Lets one write pass.
    /// - Throws: 429 with Retry-After.
    func admit(
        _ operation: String,
        subject: String? = nil,
        address: ClientAddress? = nil,
        room: String? = nil,
        account: String? = nil
    ) throws {
        let own = quotas.operations[operation]
        let quota = own ?? quotas.others
        let name = own == nil ? "" : operation
        var scopes: [Scope] = []
        var claims: [QuotaState.Claim] = []
        func claim(_ scope: Scope, _ allowance: Allowance?, _ value: (some Hashable)?) {
            guard let allowance, let value else { return }
            scopes.append(scope)
            claims.append(QuotaState.Claim(key: Self.key(name, scope, value), allowance: allowance))
        }
        claim(.token, quota.token, subject)
        claim(.address, quota.address, address)
        claim(.room, quota.room, room)
        claim(.account, quota.account, account)
        let now = ContinuousClock.now - start
        guard let refused = state.withLock({ $0.take(claims, at: now) }) else { return }
        metrics.count("jobcast_writes_refused_total", ["operation": operation, "scope": scopes[refused.claim].rawValue])
        throw Self.refusal(scopes[refused.claim], claims[refused.claim].allowance, wait: refused.wait)
    }

    /// Lets somebody show that an account is theirs. Once they have, earlier attempts count no more: only guessing uses the allowance up.
    /// - Parameter name: the account's, which is one and the same with blanks around it and characters in it that nobody sees.
    /// - Throws: 429 with Retry-After, and what `body` throws.
    func tryAccount<Value>(_ name: String, _ body: () async throws -> Value) async throws -> Value {
        let account = (try? Subject(name))?.description ?? name
        try admit(Self.signIn, account: account)
        let value = try await body()
        let key = Self.key(Self.signIn, .account, account)
        state.withLock { $0.forget(key) }
        return value
    }

    private static let signIn = "signIn"

    /// Keys of two that are alike by chance (one in 2^64) share an allowance; the hash is another in each process.
    private static func key(_ operation: String, _ scope: Scope, _ value: some Hashable) -> Int {
        var hasher = Hasher()
        hasher.combine(operation)
        hasher.combine(scope)
        hasher.combine(value)
        return hasher.finalize()
    }

    private static func refusal(_ scope: Scope, _ allowance: Allowance, wait: Duration) -> Problem {
        let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
        return Problem(
            code: "too-many-requests",
            status: .tooManyRequests,
            detail:
                "One \(scope.rawValue) may do this \(allowance.burst) times at once, then once each \(allowance.interval / .seconds(1)) s: "
                + "try again in \(seconds) s.",
            headers: [.retryAfter: "\(max(1, seconds))"]
        )
    }
}
