package import EventSourcing

/// What all observations of a session came to, told before they are dropped. Nobody was in the room then.
package struct AudienceSummarised: EventData {
    package static let type = "AudienceSummarised"
    package let session: SessionID
    /// The position of the first observation that it tells of.
    package let from: LogPosition
    /// It tells of all observations up to this position, and of none past it.
    package let through: LogPosition
    package let entries: Int
    package let viewers: Int
    /// The first second in which something was observed; absent where nothing was counted.
    package let began: Timestamp?
    /// Seconds since `began`: parallel arrays, with a place for each in which something was counted.
    package let second: [Int]
    package let entered: [Int]
    package let left: [Int]
    package let opened: [Int]
    package let saved: [Int]
    package let shared: [Int]

    /// What was counted in one second.
    package struct Second: Hashable, Sendable {
        package let at: Timestamp
        package let entered: Int
        package let left: Int
        package let opened: Int
        package let saved: Int
        package let shared: Int

        package init(at: Timestamp, entered: Int, left: Int, opened: Int, saved: Int, shared: Int) {
            self.at = at
            self.entered = entered
            self.left = left
            self.opened = opened
            self.saved = saved
            self.shared = shared
        }
    }

    /// - Parameter seconds: in their order.
    package init(
        session: SessionID,
        from: LogPosition,
        through: LogPosition,
        entries: Int,
        viewers: Int,
        seconds: [Second]
    ) {
        self.session = session
        self.from = from
        self.through = through
        self.entries = entries
        self.viewers = viewers
        began = seconds.first?.at
        second = seconds.map { second in seconds.first.map { second.at.milliseconds(since: $0.at) / 1000 } ?? 0 }
        entered = seconds.map(\.entered)
        left = seconds.map(\.left)
        opened = seconds.map(\.opened)
        saved = seconds.map(\.saved)
        shared = seconds.map(\.shared)
    }
}
