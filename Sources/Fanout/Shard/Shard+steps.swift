import DequeModule
import NIOCore

/// What there is to do, a bounded part at a time.
extension Shard: NIOScheduledCallbackHandler {
    /// Seats looked at in one step: about 5 ms of send(2).
    private static let seatsPerStep = 1024
    /// Connections closed in one step: NIO takes about 20 µs for each.
    private static let departuresPerStep = 128

    func step() {
        isStepDue = false
        for viewer in exchange(&woken, with: []) { catchUp(viewer) }
        var budget = Self.seatsPerStep
        while budget > 0, let room = active.popFirst() {
            budget -= visit(min(budget, Self.seatsPerStep / 4), in: room)
            if room.isVisiting { active.append(room) }
        }
        for _ in 0..<min(departures.count, Self.departuresPerStep) {
            let (viewer, farewell, wire) = departures.removeFirst()
            sendAway(viewer, farewell, wire: wire)
        }
        for _ in 0..<min(cuts.count, Self.departuresPerStep) { cut(cuts.removeFirst()) }
        for viewer in exchange(&broken, with: []) { cut(viewer) }
        if !active.isEmpty || !departures.isEmpty || !cuts.isEmpty { stepSoon() }
    }

    /// Looks at up to `count` seats of the room's round and sends what is due to those whose socket takes it.
    /// - Returns: how many were looked at.
    private func visit(_ count: Int, in room: Room) -> Int {
        var visited = 0
        while visited < count, let index = room.nextToVisit() {
            visited += 1
            // More than one bundle may be due; whoever's socket is full goes on when it isn't. The seat may be left within a service, as
            // NIO closes a connection that a write finds broken: then another's may have come to its index, or no seat is left at all.
            let seats = room.outlets.count
            while room.ring.isBehind(index) {
                serve(index, in: room)
                if room.outlets.count < seats || !room.outlets[index].gate.direct.isOpen { break }
            }
        }
        return visited
    }

    @inline(__always)
    private func serve(_ index: Int, in room: Room) {
        switch room.serve(index, now: now) {
        case .sent, .held: break
        case .left(let rest): handOver(rest, of: room.outlets[index].viewer)
        case .snapshot(let bytes): transmit(bytes, to: room.outlets[index].viewer)
        case .broken: broken.append(room.outlets[index].viewer)
        }
    }

    func stepSoon() {
        guard !isStepDue else { return }
        isStepDue = true
        // Refused only by a loop that has ended.
        _ = try? loop.assumeIsolated().scheduleCallback(in: .microseconds(50), handler: self)
    }

    func handleScheduledCallback(eventLoop: some EventLoop) { step() }

    /// The viewer's socket takes bytes again, or a round may have passed its seat over.
    func wake(_ viewer: Viewer) {
        woken.append(viewer)
        guard !isStepDue else { return }
        isStepDue = true
        loop.assumeIsolated().execute { self.step() }
    }
}
