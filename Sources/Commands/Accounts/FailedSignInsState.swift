import Recruiting

/// Which attempts to sign in have failed and are not yet written down, by account.
///
/// Whoever knows an account's name can fail as often as the limits on attempts let them, for years: the log gets the first attempt at once
/// and then only how many there were, at growing distances.
struct FailedSignInsState {
    struct Due: Equatable {
        let account: Subject
        let attempts: Int
    }

    private struct Tally {
        var attempts = 0
        /// From when on the attempts are due.
        var due: Timestamp
        /// For how long those that come after them wait.
        var wait = shortest

        func isForgotten(at now: Timestamp) -> Bool { attempts == 0 && due.advanced(by: quiet) <= now }
    }

    /// The least time between two events of one account. Each doubles it, up to the longest: that makes eight events on the first day of
    /// an attack, and four on each that follows.
    static let shortest = Duration.seconds(15 * 60)
    static let longest = Duration.seconds(6 * 3_600)
    /// After which time without attempts an account is forgotten, so that the next attempt is written at once.
    static let quiet = Duration.seconds(24 * 3_600)
    /// The most accounts that are remembered, some 2 MB. Only accounts that have a password come here.
    static let most = 10_000

    private var tallies: [Subject: Tally] = [:]
    private let limit: Int

    init(limit: Int = Self.most) {
        self.limit = limit
    }

    /// Somebody failed to sign in to the account.
    /// - Returns: false when there are too many accounts to remember this one.
    mutating func failed(_ account: Subject, at now: Timestamp) -> Bool {
        if tallies[account]?.isForgotten(at: now) ?? false { tallies[account] = nil }
        guard tallies[account] != nil || tallies.count < limit else { return false }
        tallies[account, default: Tally(due: now)].attempts += 1
        return true
    }

    /// What is to be written now; all that waits, when it is the end.
    mutating func due(at now: Timestamp, isEnd: Bool = false) -> [Due] {
        tallies = tallies.filter { !$0.value.isForgotten(at: now) }
        return tallies.compactMap { account, tally in
            tally.attempts > 0 && (isEnd || tally.due <= now) ? Due(account: account, attempts: tally.attempts) : nil
        }
    }

    mutating func written(_ due: Due, at now: Timestamp) {
        guard var tally = tallies[due.account] else { return }
        tally.attempts -= due.attempts
        tally.due = now.advanced(by: tally.wait)
        tally.wait = min(tally.wait * 2, Self.longest)
        tallies[due.account] = tally
    }
}
