import Recruiting

/// Who is in which room of this node, and what of it is still to be written. A viewer who comes back within the grace has not left.
struct AttendanceState: Sendable {
    private struct Seat {
        /// Windows that the viewer has open here.
        var connections: Int
        /// Set while there is none: when the viewer will have left.
        var leavesAt: Timestamp?
    }

    /// How long a viewer without a connection still counts as being there.
    static let grace = Duration.seconds(10)
    /// Observations that may wait, over all rooms. Past it cards opened, saved and shared are dropped; who comes and goes never is.
    static let bound = 100_000

    private let node: String
    private var seats: [SessionID: [UInt64: Seat]] = [:]
    private var recorders: [SessionID: AudienceRecorder] = [:]
    private var waiting = 0
    /// In the order of time, since the grace is the same for all; those who came back are skipped.
    private var leaving: [(at: Timestamp, session: SessionID, viewer: UInt64)] = []
    private(set) var dropped = 0

    init(node: String) {
        self.node = node
    }

    /// Viewers that count as being here.
    var present: Int { seats.values.reduce(0) { $0 + $1.count } }

    mutating func joined(_ session: SessionID, _ viewer: UInt64, at now: Timestamp) {
        if var seat = seats[session]?[viewer] {
            seat.connections += 1
            seat.leavesAt = nil
            seats[session]?[viewer] = seat
        } else {
            seats[session, default: [:]][viewer] = Seat(connections: 1)
            record(session, .entered, viewer, at: now)
        }
    }

    mutating func left(_ session: SessionID, _ viewer: UInt64, at now: Timestamp) {
        guard var seat = seats[session]?[viewer] else { return }
        seat.connections -= 1
        if seat.connections == 0 {
            let moment = now.advanced(by: Self.grace)
            seat.leavesAt = moment
            leaving.append((moment, session, viewer))
        }
        seats[session]?[viewer] = seat
    }

    mutating func observed(_ session: SessionID, _ viewer: UInt64, _ kind: Observation.Kind, _ position: PositionID, at now: Timestamp) {
        guard waiting < Self.bound else {
            dropped += 1
            return
        }
        record(session, kind, viewer, position, at: now)
    }

    /// What is to be written now; with `isLast`, everything is. Whoever is still here then has not left: another node takes them over
    /// within the grace, or closes them off after it (``NodeRoll``).
    mutating func due(at now: Timestamp, isLast: Bool = false) -> [Audience.Command] {
        let gone = leaving.prefix { $0.at <= now }
        leaving.removeFirst(gone.count)
        for (at, session, viewer) in gone where seats[session]?[viewer]?.leavesAt == at {
            leave(session, viewer, at: at)
        }
        return recorders.keys.flatMap { session in flush(session, now, isLast) }
    }

    private mutating func flush(_ session: SessionID, _ now: Timestamp, _ isLast: Bool) -> [Audience.Command] {
        var commands: [Audience.Command] = []
        while let due = recorders[session]?.due, isLast || due <= now, let command = recorders[session]?.flush() {
            commands.append(command)
            if case .record(let observations, _, _, _) = command { waiting -= observations.count }
        }
        if recorders[session]?.due == nil { recorders[session] = nil }
        return commands
    }

    private mutating func leave(_ session: SessionID, _ viewer: UInt64, at moment: Timestamp) {
        seats[session]?[viewer] = nil
        if seats[session]?.isEmpty == true { seats[session] = nil }
        record(session, .left, viewer, at: moment)
    }

    private mutating func record(
        _ session: SessionID,
        _ kind: Observation.Kind,
        _ viewer: UInt64,
        _ position: PositionID? = nil,
        at moment: Timestamp
    ) {
        waiting += 1
        recorders[session, default: AudienceRecorder(session: session, node: node)]
            .record(Observation(kind, Pseudonym(number: viewer), at: moment, position: position))
    }
}
