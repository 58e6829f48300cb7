import NIOCore

/// A room with the connections of one event loop: the pure ``Room`` and, seat by seat, how to reach its viewer.
final class LocalRoom {
    /// How to reach the viewer of the seat with the same index.
    struct Outlet {
        let handler: ViewerHandler
        /// Open while bytes may go to the descriptor directly, that is while NIO holds none for this channel.
        var socket: DirectSocket
        var heard: Moment
        /// The moment at which the viewer's permission ends.
        var until: Moment
        var isPinged = false
        /// Whether it is served events instead of WebSocket frames.
        var isStream = false
    }

    let id: RoomID
    var room: Room
    var greeting: Greeting
    private(set) var outlets: ContiguousArray<Outlet> = []
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
        room = Room(head: head, limits: limits)
        countersAt = now
    }

    var isVisiting: Bool { toVisit > 0 }

    /// Something changed: every seat must be looked at, beginning where the last round ended so that nobody is always last.
    func beginRound() {
        version += 1
        toVisit = outlets.count
    }
}

extension LocalRoom {
    /// Takes a seat for someone who has everything up to `position` and the newest counters.
    func seat(_ outlet: Outlet, at position: Int64) -> Int {
        outlets.append(outlet)
        if toVisit > 0 { toVisit += 1 }
        return room.seat(at: position)
    }

    /// Leaves the seat. The last one moves to its index.
    /// - Returns: whose seat moved, if it may have been passed over by the round under way.
    func leave(_ index: Int) -> ViewerHandler? {
        room.leave(index)
        outlets.swapAt(index, outlets.count - 1)
        outlets.removeLast()
        toVisit = min(toVisit, outlets.count)
        guard index < outlets.count else { return nil }
        outlets[index].handler.seatMoved(to: index)
        return room.isBehind(index) ? outlets[index].handler : nil
    }

    func setSocket(_ index: Int, _ socket: DirectSocket) { outlets[index].socket = socket }

    func heard(_ index: Int, at moment: Moment) {
        outlets[index].heard = moment
        outlets[index].isPinged = false
    }

    func pinged(_ index: Int) { outlets[index].isPinged = true }

    func renew(_ index: Int, until: Moment) { outlets[index].until = until }
}

extension LocalRoom {
    /// Looks at up to `count` seats of the round and sends what is due to those whose socket takes it.
    /// Viewers whose connection broke are added to `broken`.
    func visit(_ count: Int, now: Moment, broken: inout [ViewerHandler]) {
        var left = count
        while left > 0, toVisit > 0 {
            left -= 1
            if hand >= outlets.count { hand = 0 }
            let index = hand
            hand += 1
            toVisit -= 1
            // More than one bundle may be due; whoever's socket is full goes on when it isn't. The seat may be left within a serve, as
            // NIO closes a connection that a write finds broken: then another's may have come to its index, or no seat is left at all.
            let seats = outlets.count
            while room.isBehind(index) {
                serve(index, now: now, broken: &broken)
                if outlets.count < seats || !outlets[index].socket.isOpen { break }
            }
        }
    }

    /// Sends the seat what it is due, if its socket takes it.
    func serve(_ index: Int, now: Moment, broken: inout [ViewerHandler]) {
        let socket = outlets[index].socket
        guard socket.isOpen || !outlets[index].handler.isHolding else { return room.hold(index, since: now) }
        guard case .bundle(let after, let counters) = room.due(index) else { return serveSnapshot(index) }
        let isStream = outlets[index].isStream
        let key =
            isStream
            ? prepare(&events, after: after, counters: counters, as: outlets[index].handler.stream)
            : prepare(&frames, after: after, counters: counters, as: nil)
        let outcome = !socket.isOpen ? .part(0) : isStream ? events.send(by: socket) : frames.send(by: socket)
        switch outcome {
        case .all:
            room.sent(index, through: key.through, countersToo: key.withCounters)
        case .part(let taken):
            room.sent(index, through: key.through, countersToo: key.withCounters)
            let bytes = isStream ? events.bytes : frames.bytes
            outlets[index].handler.handOver(bytes.getSlice(at: bytes.readerIndex + taken, length: bytes.readableBytes - taken)!)
        case .failed:
            outlets[index].socket = .none
            broken.append(outlets[index].handler)
        }
    }

    /// Greets the seat anew: what it lacks has left the ring.
    func serveSnapshot(_ index: Int) {
        let stream = outlets[index].handler.stream
        var bytes: [UInt8] = []
        stream.write(greeting.wire(.snapshot), position: room.head, to: &bytes)
        _ = room.write(after: room.head, counters: true, as: stream, to: &bytes)
        room.sent(index, through: room.head, countersToo: true)
        outlets[index].handler.transmit(ByteBuffer(bytes: bytes))
    }

    /// The bytes from a position to the head, built again only if the last ones were others.
    private func prepare(_ bundle: inout Bundle, after: Int64, counters: Bool, as stream: EventStream?) -> BundleKey {
        if let key = bundle.key, key.matches(after: after, counters: counters, version: version) { return key }
        var bytes: [UInt8] = []
        var key = BundleKey(after: after, counters: counters, version: version)
        (key.through, key.withCounters) = room.write(after: after, counters: counters, as: stream, to: &bytes)
        bundle.bytes.clear()
        bundle.bytes.writeBytes(bytes)
        bundle.key = key
        return key
    }
}
