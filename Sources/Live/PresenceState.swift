import Recruiting

/// Who is in which room of this node, and what of it is still to be written.
///
/// A viewer has left who was without a connection here for the grace, in which the log could be reached all the time. So nobody
/// leaves while the database is away, and whoever came back meanwhile, to whichever node, stands in the log before the leaving does.
struct PresenceState: Sendable {
    private struct Seat {
        /// Windows that the viewer has open here.
        var connections: Int
        /// The moment since which the viewer has no window open here; nil while there is one.
        var lostAt: Timestamp?
        /// How the viewer came, for when everybody enters anew.
        let arrival: Arrival
    }

    /// How long a viewer without a connection still counts as being there.
    static let grace = Duration.seconds(10)
    /// How long after it the leaving is written: by then the log has what other nodes saw within the grace.
    static let settling = Duration.seconds(1)
    /// Observations that may wait, over all rooms. Past it cards opened, saved and shared are dropped; who comes and goes never is.
    static let bound = 100_000

    /// The identity under which this node writes.
    private(set) var node: NodeID
    /// Nothing is written before others would notice that this node is gone.
    private(set) var isEnrolled = false
    /// Another node has taken this one for dead and written to its streams: it must go on under another identity.
    private(set) var isTakenForDead = false
    private let name: String
    private var seats: [SessionID: [UInt64: Seat]] = [:]
    private var recorders: [SessionID: AudienceRecorder] = [:]
    private var waiting = 0
    /// The viewers who lost their connection, in the order of time; those who came back are skipped.
    private var leaving: [(lostAt: Timestamp, session: SessionID, viewer: UInt64)] = []
    /// The time in which the log has answered without a break; nil while it doesn't.
    private var answers: ClosedRange<Timestamp>?
    private(set) var dropped = 0

    /// `name` stands in the events, for people.
    init(node: NodeID, name: String) {
        self.node = node
        self.name = name
    }

    /// Viewers that count as being here.
    var present: Int { seats.values.reduce(0) { $0 + $1.count } }

    mutating func enrolled() {
        isEnrolled = true
    }

    mutating func logAnswered(_ period: ClosedRange<Timestamp>) {
        answers = period
    }

    mutating func logFellSilent() {
        answers = nil
    }

    mutating func joined(_ session: SessionID, _ viewer: UInt64, by arrival: Arrival = Arrival(), at now: Timestamp) {
        if var seat = seats[session]?[viewer] {
            seat.connections += 1
            seat.lostAt = nil
            seats[session]?[viewer] = seat
        } else {
            seats[session, default: [:]][viewer] = Seat(connections: 1, arrival: arrival)
            record(session, .entered, viewer, by: arrival, at: now)
        }
    }

    mutating func left(_ session: SessionID, _ viewer: UInt64, at now: Timestamp) {
        guard var seat = seats[session]?[viewer], seat.connections > 0 else { return }
        seat.connections -= 1
        if seat.connections == 0 {
            seat.lostAt = now
            leaving.append((now, session, viewer))
        }
        seats[session]?[viewer] = seat
    }

    mutating func observed(_ session: SessionID, _ viewer: UInt64, _ kind: Observation.Kind, _ job: JobID, at now: Timestamp) {
        guard waiting < Self.bound else {
            dropped += 1
            return
        }
        record(session, kind, viewer, job, at: now)
    }

    /// Whether the log answered when this node last looked for itself in it. One that was cut off may have been taken for dead meanwhile,
    /// and forgotten where it had nobody: what it wrote before it knows would stand there with nobody left to mark it gone.
    var mayWrite: Bool { isEnrolled && answers != nil }

    /// What is to be written now; with `isLast`, everything is. Whoever is still here then has not left: another node takes them over
    /// within the grace, or marks them gone after it (``NodeLeases``).
    mutating func due(at now: Timestamp, isLast: Bool = false) -> [Audience.Command] {
        guard isLast ? isEnrolled : mayWrite else { return [] }
        letGo()
        return recorders.keys.flatMap { session in flush(session, now, isLast) }
    }

    private mutating func letGo() {
        guard let answers else { return }
        let away = Self.grace + Self.settling
        guard answers.lowerBound.advanced(by: away) <= answers.upperBound else { return }
        // One that lies ahead was noted before the clock was set back.
        let gone = leaving.prefix {
            $0.lostAt.advanced(by: away) <= answers.upperBound || $0.lostAt > answers.upperBound.advanced(by: away)
        }
        leaving.removeFirst(gone.count)
        for (lostAt, session, viewer) in gone where seats[session]?[viewer]?.lostAt == lostAt {
            seats[session]?[viewer] = nil
            if seats[session]?.isEmpty == true { seats[session] = nil }
            record(session, .left, viewer, at: min(max(lostAt, answers.lowerBound).advanced(by: Self.grace), answers.upperBound))
        }
    }

    private mutating func flush(_ session: SessionID, _ now: Timestamp, _ isLast: Bool) -> [Audience.Command] {
        var commands: [Audience.Command] = []
        while let recorder = recorders[session], isLast || recorder.isDue(at: now), let command = recorders[session]?.flush() {
            commands.append(command)
            if case .record(let observations, _, _, _) = command { waiting -= observations.count }
        }
        if recorders[session]?.isEmpty == true { recorders[session] = nil }
        return commands
    }

    private mutating func record(
        _ session: SessionID,
        _ kind: Observation.Kind,
        _ viewer: UInt64,
        _ job: JobID? = nil,
        by arrival: Arrival = Arrival(),
        at moment: Timestamp
    ) {
        waiting += 1
        let (region, channel) = (arrival.region, arrival.channel)
        recorders[session, default: AudienceRecorder(session: session, node: name)]
            .record(Observation(kind, Pseudonym(number: viewer), at: moment, job: job, region: region, channel: channel))
    }
}

extension PresenceState {
    /// A batch of `node` was refused, as somebody else has written to its stream. Who came and went is said again under the next
    /// identity; the cards are kept for it.
    mutating func refused(_ observations: [Observation], of session: SessionID, by node: NodeID) {
        if node == self.node { isTakenForDead = true }
        for observation in observations where observation.kind.needsJob {
            waiting += 1
            recorders[session, default: AudienceRecorder(session: session, node: name)].record(observation)
        }
    }

    /// Goes on as `node`, where everybody who is here enters anew: another has marked them gone, or will.
    mutating func renew(as node: NodeID, at now: Timestamp) {
        self.node = node
        (isEnrolled, isTakenForDead) = (false, false)
        for session in recorders.keys { waiting -= recorders[session]?.forgetMovements() ?? 0 }
        for (session, viewers) in seats {
            for (viewer, seat) in viewers { record(session, .entered, viewer, by: seat.arrival, at: now) }
        }
    }
}
