import NIOCore

/// A room with the connections of one event loop: the pure ``Ring`` and, seat by seat, how to reach its viewer.
///
/// It calls nobody: what a seat's socket doesn't take is given back to whoever asked.
final class Room {
    /// How to reach the viewer of the seat with the same index.
    struct Outlet {
        let viewer: Viewer
        /// The viewer's one way to its socket for as long as it has this seat: here, as a round reads it beside the next one's.
        var gate: WritingGate
        var heard: Moment
        /// The moment at which the viewer's permission ends.
        var until: Moment
        var isPinged = false
        /// Whether it is served events instead of WebSocket frames.
        var isStream = false
    }

    /// What became of that which a seat was due.
    enum Service {
        /// The socket has taken it.
        case sent
        /// It waits, as NIO holds bytes for the socket.
        case held
        /// These bytes must be handed to NIO now, after all that was sent before.
        case left(ByteBuffer)
        /// These bytes greet the viewer anew, as what it lacks has left the ring: they are to be sent to it now.
        case snapshot(ByteBuffer)
        /// The connection is broken, and nothing is sent directly any more.
        case broken
    }

    let id: RoomID
    var ring: Ring
    var greeting: Greeting
    var outlets: ContiguousArray<Outlet> = []
    /// The moment at which the room's counters last became due to all.
    var countersAt: Moment
    /// The round through the seats: the next one to look at, and how many are still to be looked at.
    private var hand = 0
    /// Never more than there are seats: who leaves takes a visit along.
    private(set) var toVisit = 0
    /// The WebSocket frames and the events written last: almost always the next seat is due the same.
    private var frames = Bundle()
    private var events = Bundle()
    private var version = 0

    private struct Bundle {
        var bytes = ByteBuffer()
        var key: BundleKey?

        func send(by socket: DirectSocket) -> DirectSocket.Outcome { bytes.withUnsafeReadableBytes { socket.send($0) } }

        func rest(after taken: Int) -> ByteBuffer {
            bytes.getSlice(at: bytes.readerIndex + taken, length: bytes.readableBytes - taken)!
        }
    }

    private struct BundleKey: Equatable {
        let after: Int64
        let counters: Bool
        let version: Int
        /// What the bundle brings a seat to.
        var through: Int64 = 0
        var withCounters = false

        func matches(after: Int64, counters: Bool, version: Int) -> Bool {
            self.after == after && self.counters == counters && self.version == version
        }
    }

    init(id: RoomID, head: Int64, greeting: Greeting, limits: Limits, now: Moment) {
        self.id = id
        self.greeting = greeting
        ring = Ring(head: head, limits: limits)
        countersAt = now
    }

    var isVisiting: Bool { toVisit > 0 }

    /// Something changed: every seat must be looked at, beginning where the last round ended so that nobody is always last.
    func beginRound() {
        version += 1
        toVisit = outlets.count
    }
}

extension Room {
    /// Takes a seat for someone who has everything up to `position` and the newest counters.
    func seat(_ outlet: Outlet, at position: Int64) -> Int {
        outlets.append(outlet)
        if toVisit > 0 { toVisit += 1 }
        return ring.seat(at: position)
    }

    /// Leaves the seat.
    /// - Returns: whose seat, which was the last one, moved to its index.
    func leave(_ index: Int) -> Viewer? {
        ring.leave(index)
        outlets.swapAt(index, outlets.count - 1)
        outlets.removeLast()
        toVisit = min(toVisit, outlets.count)
        return index < outlets.count ? outlets[index].viewer : nil
    }

    func heard(_ index: Int, at moment: Moment) {
        outlets[index].heard = moment
        outlets[index].isPinged = false
    }
}

extension Room {
    /// The next seat of the round; nil when all have been looked at.
    func nextToVisit() -> Int? {
        guard toVisit > 0 else { return nil }
        if hand >= outlets.count { hand = 0 }
        defer { hand += 1 }
        toVisit -= 1
        return hand
    }

    /// Sends the seat what it is due, if its socket takes it.
    func serve(_ index: Int, now: Moment) -> Service {
        let gate = outlets[index].gate
        if gate.isHolding {
            ring.hold(index, since: now)
            return .held
        }
        guard case .bundle(let after, let counters) = ring.due(index) else { return .snapshot(snapshot(index)) }
        let isStream = outlets[index].isStream
        let key =
            isStream
            ? prepare(&events, after: after, counters: counters, as: outlets[index].viewer.stream)
            : prepare(&frames, after: after, counters: counters, as: nil)
        let socket = gate.direct
        switch !socket.isOpen ? .part(0) : isStream ? events.send(by: socket) : frames.send(by: socket) {
        case .all:
            ring.sent(index, through: key.through, countersToo: key.withCounters)
            return .sent
        case .part(let taken):
            ring.sent(index, through: key.through, countersToo: key.withCounters)
            return .left(isStream ? events.rest(after: taken) : frames.rest(after: taken))
        case .failed:
            outlets[index].gate.forget()
            return .broken
        }
    }

    /// The whole state as of now, with which the seat is up to date once it is sent.
    func snapshot(_ index: Int) -> ByteBuffer {
        let stream = outlets[index].viewer.stream
        var bytes: [UInt8] = []
        stream.write(greeting.wire(.snapshot), position: ring.head, to: &bytes)
        _ = ring.write(after: ring.head, counters: true, as: stream, to: &bytes)
        ring.sent(index, through: ring.head, countersToo: true)
        return ByteBuffer(bytes: bytes)
    }

    /// The bytes from a position to the head, built again only if the last ones were others.
    private func prepare(_ bundle: inout Bundle, after: Int64, counters: Bool, as stream: EventStream?) -> BundleKey {
        if let key = bundle.key, key.matches(after: after, counters: counters, version: version) { return key }
        var bytes: [UInt8] = []
        var key = BundleKey(after: after, counters: counters, version: version)
        (key.through, key.withCounters) = ring.write(after: after, counters: counters, as: stream, to: &bytes)
        bundle.bytes.clear()
        bundle.bytes.writeBytes(bytes)
        bundle.key = key
        return key
    }
}
