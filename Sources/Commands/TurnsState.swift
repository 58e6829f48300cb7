import EventSourcing

/// Whose turn it is to change a stream: one at a time, operators before staff before viewers, and each in the order of arrival. Pure.
struct TurnsState {
    enum Rank: Int, CaseIterable {
        case `operator`, staff, viewer
    }

    enum Arrival {
        case goes, waits
        /// The write is refused: as many of this rank, or of this person, wait as may.
        case refused
    }

    private struct Waiting {
        let id: UInt64
        let subject: String
    }

    /// The writes that wait for a stream, by rank. A stream has an entry as long as somebody has its turn.
    private var lines: [StreamName: [[Waiting]]] = [:]
    private let limit: Int
    private let perSubject: Int

    /// At most `limit` of one rank wait at a stream, about a second at 4 ms for reading, deciding and appending, and at most
    /// `perSubject` of them for one person, so that nobody alone keeps others of the same rank out.
    init(limit: Int = 256, perSubject: Int = 32) {
        self.limit = limit
        self.perSubject = perSubject
    }

    /// Whether nobody has a turn at any stream.
    var isEmpty: Bool { lines.isEmpty }

    mutating func arrive(_ id: UInt64, at stream: StreamName, _ rank: Rank, of subject: String) -> Arrival {
        guard let line = lines[stream]?[rank.rawValue] else {
            lines[stream] = Array(repeating: [], count: Rank.allCases.count)
            return .goes
        }
        guard line.count < limit, line.count(where: { $0.subject == subject }) < perSubject else { return .refused }
        lines[stream]?[rank.rawValue].append(Waiting(id: id, subject: subject))
        return .waits
    }

    /// The turn is over; who has the next, if anybody waits.
    mutating func leave(_ stream: StreamName) -> UInt64? {
        guard let rank = lines[stream]?.firstIndex(where: { !$0.isEmpty }) else {
            lines[stream] = nil
            return nil
        }
        return lines[stream]?[rank].removeFirst().id
    }

    /// False when it doesn't wait, or no longer.
    mutating func giveUp(_ id: UInt64, at stream: StreamName, _ rank: Rank) -> Bool {
        guard let place = lines[stream]?[rank.rawValue].firstIndex(where: { $0.id == id }) else { return false }
        lines[stream]?[rank.rawValue].remove(at: place)
        return true
    }
}
