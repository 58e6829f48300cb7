import Recruiting

/// Which nodes are dead, as one node sees it: those whose lock was free in all looks for as long as viewers may stay away, while the
/// database answered all that time. After an outage, in which every lock is free, all that goes for nothing and time counts anew.
struct LeaseState: Sendable {
    /// Answers further apart leave open what happened between them: the database hung, or the clock was set.
    static let longestGap = Duration.seconds(5)
    /// Who comes back to another node within the grace stands in the log by then.
    static let patience = PresenceState.grace + PresenceState.settling

    /// The time in which the database has answered without a break; nil while it doesn't.
    private(set) var answers: ClosedRange<Timestamp>?
    private var free: [NodeID: Timestamp] = [:]

    /// - Parameters:
    ///   - asked: when the question was sent: what it tells was so then or later.
    ///   - isSameConnection: false when the connection with this node's lock was made anew.
    ///   - names: those whose lock is free.
    /// - Returns: the dead.
    mutating func answered(asked: Timestamp, at now: Timestamp, isSameConnection: Bool, free names: Set<NodeID>) -> [NodeID] {
        let isUnbroken =
            answers.map { last in
                isSameConnection && asked >= last.upperBound && now >= asked && now <= last.upperBound.advanced(by: Self.longestGap)
            } ?? false
        if isUnbroken, let since = answers?.lowerBound {
            answers = since...asked
        } else {
            answers = now...now
            free = [:]
        }
        let moment = isUnbroken ? asked : now
        free = Dictionary(uniqueKeysWithValues: names.map { ($0, free[$0] ?? moment) })
        return free.filter { $0.value.advanced(by: Self.patience) <= moment }.keys.sorted { $0.number < $1.number }
    }

    mutating func fellSilent() {
        answers = nil
        free = [:]
    }
}
