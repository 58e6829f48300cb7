/// How often something may be done: `burst` times at once, and then once more each `interval`.
package struct Allowance: Equatable, Sendable {
    package var burst: Int
    package var interval: Duration

    package init(_ burst: Int, each interval: Duration) {
        self.burst = burst
        self.interval = interval
    }
}

/// How much may be written by one token, from one address, into one room and about one account, for each kind of write; nil is without
/// limit.
///
/// An address stands for a hall or a provider's gateway with thousands of people, so that its limits are no one's own. Each process
/// counts for itself. docs/operations.md has the table.
package struct Quotas: Sendable {
    package struct Quota: Sendable {
        package var token: Allowance?
        package var address: Allowance?
        package var room: Allowance?
        /// For an account that somebody tries to sign in to, whether there is one or not.
        package var account: Allowance?

        package init(token: Allowance? = nil, address: Allowance? = nil, room: Allowance? = nil, account: Allowance? = nil) {
            self.account = account
            self.token = token
            self.address = address
            self.room = room
        }
    }

    /// The quotas of operations that have their own, by the contract's name of the operation.
    package var operations: [String: Quota]
    /// The quota that all other writes share.
    package var others: Quota

    package static let unlimited = Quotas(operations: [:], others: Quota())

    package static let standard = Quotas(
        operations: [
            // As many as there may be viewers from one address; a token costs nothing until something is done with it.
            "createVisitor": Quota(address: Allowance(20_000, each: .milliseconds(10))),
            "issueTicket": Quota(token: Allowance(30, each: .seconds(1)), address: Allowance(20_000, each: .milliseconds(10))),
            // A thousand people may ask at once; a host reads no more than a few questions a second.
            // From one address half as many, so that it can't use up what a room has.
            "askQuestion": Quota(
                token: Allowance(5, each: .seconds(10)),
                address: Allowance(1_000, each: .milliseconds(100)),
                room: Allowance(2_000, each: .milliseconds(50))
            ),
            // A shift that begins signs in from one address; a person mistypes now and then. A six-digit code that three of a million are
            // is not found so in years.
            "signIn": Quota(address: Allowance(60, each: .seconds(1)), account: Allowance(10, each: .seconds(30))),
            // Each asks the provider something.
            "finishProviderSignIn": Quota(address: Allowance(60, each: .seconds(1))),
            "acceptInvitation": Quota(address: Allowance(20, each: .seconds(5))),
            "submitResume": Quota(token: Allowance(20, each: .seconds(10)), address: Allowance(2_000, each: .milliseconds(50))),
        ],
        others: Quota(token: Allowance(1_000, each: .milliseconds(20)), address: Allowance(10_000, each: .milliseconds(5)))
    )
}

/// What is left of allowances, for whoever has lately used some.
///
/// For each key there is one moment, at which its whole allowance will be there again (the generic cell rate algorithm, ITU-T I.371,
/// annex A). Keys whose moment has passed are as good as unknown, and forgotten when there are many.
struct QuotaState {
    /// Something that is to be done under an allowance of `key`.
    struct Claim {
        let key: Int
        let allowance: Allowance
    }

    /// The most keys that are remembered: 4 MB. Who has so many addresses and tokens isn't stopped by their limits, so all are forgotten.
    static let most = 100_000

    private var whole: [Int: Duration] = [:]

    var count: Int { whole.count }

    /// Uses one of each claim's allowance if all have one left.
    /// - Returns: nil, or the index of the claim that has none and how long until it has one.
    mutating func take(_ claims: [Claim], at now: Duration) -> (claim: Int, wait: Duration)? {
        var moments: [Duration] = []
        for (index, claim) in claims.enumerated() {
            let moment = max(whole[claim.key] ?? now, now) + claim.allowance.interval
            let wait = moment - now - claim.allowance.interval * claim.allowance.burst
            guard wait <= .zero else { return (index, wait) }
            moments.append(moment)
        }
        makeRoom(for: claims.count, at: now)
        for (claim, moment) in zip(claims, moments) { whole[claim.key] = moment }
        return nil
    }

    /// Gives back the whole of a key's allowance.
    mutating func forget(_ key: Int) { whole[key] = nil }

    private mutating func makeRoom(for more: Int, at now: Duration) {
        guard whole.count + more > Self.most else { return }
        whole = whole.filter { $0.value > now }
        if whole.count > Self.most / 2 { whole.removeAll(keepingCapacity: true) }
    }
}
