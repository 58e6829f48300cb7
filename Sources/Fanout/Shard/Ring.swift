import DequeModule

/// What was said in one room on one event loop, and how much of it each seat has been sent: a pure value.
///
/// A viewer is a cursor (8 + 4 bytes), never a queue: ordered frames stand once in the ring, and of the counters there is only the newest.
/// The ring knows nothing of sockets: its user asks what is ``due(_:)``, sends it by any means and says so with
/// ``sent(_:through:countersToo:)``. Positions are the event log's; they grow but aren't dense.
package struct Ring: Sendable {
    /// Where one viewer stands.
    package struct Seat: Sendable {
        /// Every ordered frame up to here was sent. Above the ring's head if the viewer comes from a node that was ahead of this one.
        package var position: Int64
        /// The generation of the counters sent last.
        package var generation: UInt32
        /// Since when something due can't be sent; ``Moment/never`` if nothing is held back.
        package var heldSince: Moment
    }

    /// What a seat must be sent to be up to date.
    package enum Due: Equatable, Sendable {
        case nothing
        /// The ordered frames `after` a position, and the newest counters if they aren't the seat's; either may be missing.
        case bundle(after: Int64, counters: Bool)
        /// The frames it lacks have left the ring: a snapshot and then the newest counters.
        case snapshot
    }

    /// How someone who joins is served.
    package enum Attachment: Equatable, Sendable {
        case snapshot
        /// The viewer gets the frames after the position from the ring.
        case resume(after: Int64)
        /// The ring begins later: the frames `after` the position must come from the log, at least up to there.
        case history(after: Int64)
    }

    private let ringFrames: Int
    private let ringBytes: Int
    private let bundleBytes: Int
    private var frames: Deque<OrderedFrame> = []
    private var bytes = 0
    /// The last ordered frame's position, or where the room was opened.
    package private(set) var head: Int64
    /// The lowest position from which the ring holds every frame up to the head.
    package private(set) var floor: Int64
    private var counters: [UInt8] = []
    /// Grows with each change or repetition of the counters; 0 while there are none.
    package private(set) var generation: UInt32 = 0
    package private(set) var seats: ContiguousArray<Seat> = []

    /// A ring without seats in which everything up to `head` has been said.
    package init(head: Int64, limits: Limits) {
        self.head = head
        floor = head
        ringFrames = limits.ringFrames
        ringBytes = limits.ringBytes
        bundleBytes = limits.bundleBytes
    }
}

extension Ring {
    /// Adds a frame. One that isn't beyond the head is a repeat and changes nothing. One whose
    /// predecessor is beyond the head empties it, so that all who lack what is between get a snapshot: a gap is never silent.
    /// - Returns: whether anything changed.
    @discardableResult
    package mutating func append(_ frame: OrderedFrame) -> Bool {
        guard frame.position > head else { return false }
        if frame.previous > head {
            frames.removeAll()
            bytes = 0
            floor = frame.previous
        }
        head = frame.position
        frames.append(frame)
        bytes += frame.wire.count
        while frames.count > ringFrames || (bytes > ringBytes && frames.count > 1) { dropFirst() }
        return true
    }

    private mutating func dropFirst() {
        let dropped = frames.removeFirst()
        bytes -= dropped.wire.count
        floor = dropped.position
    }

    /// Sets the counters every seat is due; the ones before are forgotten.
    package mutating func setCounters(_ wire: [UInt8]) {
        counters = wire
        generation &+= 1
        if generation == 0 { generation = 1 }
    }

    /// Makes every seat due the same counters once more; without counters it does nothing.
    package mutating func repeatCounters() {
        if generation != 0 { setCounters(counters) }
    }
}

extension Ring {
    /// How to serve someone who has everything up to `after`; nil has nothing. `after` beyond the head is taken as it is:
    /// the viewer comes from a node that was ahead of this one.
    package func attachment(after: Int64?) -> Attachment {
        guard let after else { return .snapshot }
        return after >= floor ? .resume(after: after) : .history(after: after)
    }

    /// Takes a seat that has been sent everything up to `position` and the newest counters.
    /// - Returns: its index, which moves when another seat is left.
    package mutating func seat(at position: Int64) -> Int {
        seats.append(Seat(position: position, generation: generation, heldSince: .never))
        return seats.count - 1
    }

    /// Leaves a seat; the last seat moves to its index.
    package mutating func leave(_ index: Int) {
        seats.swapAt(index, seats.count - 1)
        seats.removeLast()
    }

    /// What the seat must be sent now.
    package func due(_ index: Int) -> Due {
        let seat = seats[index]
        if seat.position < floor { return .snapshot }
        let counters = seat.generation != generation
        return counters || seat.position < head ? .bundle(after: seat.position, counters: counters) : .nothing
    }

    /// Whether anything is due to the seat; cheaper than ``due(_:)``.
    package func isBehind(_ index: Int) -> Bool { seats[index].position < head || seats[index].generation != generation }

    /// Writes the frames after `position` to `bundle`, then the newest counters if asked and if no frame is left out.
    /// - Returns: the position the frames reach and whether the counters are in it. Frames beyond `Limits.bundleBytes` are left out.
    package func write(after position: Int64, counters wanted: Bool, as stream: EventStream? = nil, to bundle: inout [UInt8])
        -> (through: Int64, counters: Bool)
    {
        var index = firstIndex(after: position)
        var through = position
        while index < frames.count, bundle.isEmpty || bundle.count + frames[index].wire.count <= bundleBytes {
            let frame = frames[index]
            stream.write(frame.wire, position: frame.position, to: &bundle)
            through = frame.position
            index += 1
        }
        let withCounters = wanted && index == frames.count
        if withCounters, generation != 0 { stream.write(counters, to: &bundle) }
        return (through, withCounters)
    }

    private func firstIndex(after position: Int64) -> Int {
        var low = 0
        var high = frames.count
        while low < high {
            let middle = (low + high) / 2
            if frames[middle].position <= position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// Everything up to `position` is on its way to the seat in order, and the newest counters if `countersToo`.
    package mutating func sent(_ index: Int, through position: Int64, countersToo: Bool) {
        seats[index].position = position
        if countersToo { seats[index].generation = generation }
    }

    /// What was sent to the seat waits for its socket, since `moment` unless it waited before.
    package mutating func hold(_ index: Int, since moment: Moment) {
        if seats[index].heldSince == .never { seats[index].heldSince = moment }
    }

    /// Nothing waits for the seat's socket any more.
    package mutating func release(_ index: Int) { seats[index].heldSince = .never }
}
