import EventSourcing

/// Whose turn it is to change a stream: one at a time, operators before staff before viewers, and each in the order of arrival. Pure.
struct TurnsState {
    enum Rank: Int, CaseIterable {
        case `operator`, staff, viewer
    }

    enum Arrival {
        case goes, waits
        /// So many of this rank wait that another is refused.
        case refused
    }

    /// By rank. There is a line as long as somebody has the turn.
    private var lines: [StreamName: [[UInt64]]] = [:]
    /// How many of one rank may wait at one stream.
    private let limit: Int

    /// 256 wait at most, about a second at 4 ms for reading, deciding and appending.
    init(limit: Int = 256) {
        self.limit = limit
    }

    /// True when nobody has a turn anywhere.
    var isEmpty: Bool { lines.isEmpty }

    mutating func arrive(_ id: UInt64, at stream: StreamName, _ rank: Rank) -> Arrival {
        guard let line = lines[stream] else {
            lines[stream] = Array(repeating: [], count: Rank.allCases.count)
            return .goes
        }
        guard line[rank.rawValue].count < limit else { return .refused }
        lines[stream]?[rank.rawValue].append(id)
        return .waits
    }

    /// The turn is over; who has the next, if anybody waits.
    mutating func leave(_ stream: StreamName) -> UInt64? {
        guard let rank = lines[stream]?.firstIndex(where: { !$0.isEmpty }) else {
            lines[stream] = nil
            return nil
        }
        return lines[stream]?[rank].removeFirst()
    }

    /// False when it doesn't wait, or no longer.
    mutating func giveUp(_ id: UInt64, at stream: StreamName, _ rank: Rank) -> Bool {
        guard let place = lines[stream]?[rank.rawValue].firstIndex(of: id) else { return false }
        lines[stream]?[rank.rawValue].remove(at: place)
        return true
    }
}
