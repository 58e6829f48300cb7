import NIOCore

/// What time does to viewers.
extension Shard {
    func sweepSoon() {
        guard !isSweeping, connections > 0 else { return }
        isSweeping = true
        loop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { self.sweep() }
    }

    /// Ten times a second a tenth of all seats is looked at, so that each is once a second and pings are spread.
    private func sweep() {
        isSweeping = false
        readClock()
        sweeps += 1
        let tenth = sweeps % 10
        for room in rooms.values {
            beat(room)
            let count = room.outlets.count
            for viewer in room.outlets[count * tenth / 10..<count * (tenth + 1) / 10].map(\.viewer) { check(viewer) }
        }
        if tenth == 0 {
            for viewer in unseated where viewer.deadline <= now { deadlinePassed(viewer) }
        }
        sweepSoon()
    }

    private func beat(_ room: Room) {
        guard room.countersAt + limits.heartbeat <= now else { return }
        room.countersAt = now
        room.ring.repeatCounters()
        activate(room)
        stepSoon()
    }

    /// Looks at everything that time changes for a seated viewer.
    private func check(_ viewer: Viewer) {
        guard case .seated(let room, let index) = viewer.place else { return }
        let outlet = room.outlets[index]
        let seat = room.ring.seats[index]
        if outlet.until <= now { return sendAway(viewer, .unauthorised) }
        if !outlet.isStream, outlet.heard + limits.silence <= now { return cut(viewer) }
        if seat.heldSince + limits.behind <= now { return sendAway(viewer, .slow(limits)) }
        guard !outlet.gate.isHolding else { return }
        if seat.position > room.ring.head, seat.heldSince + .seconds(5) <= now { return transmit(room.snapshot(index), to: viewer) }
        guard !outlet.isPinged, outlet.heard + limits.pingAfter <= now else { return }
        // A stream's client says nothing: whether it lives, TCP tells (TCP_USER_TIMEOUT).
        if outlet.isStream { room.heard(index, at: now) } else { room.outlets[index].isPinged = true }
        transmit(outlet.isStream ? sign : pingFrame, to: viewer)
    }

    /// The time to join, or to answer a Close frame, is over.
    private func deadlinePassed(_ viewer: Viewer) {
        switch viewer.place {
        case .unseated(.leaving, _): cut(viewer)
        case .unseated(.waiting, _), .unseated(.asking, _): sendAway(viewer, .overloaded(limits))
        case .unseated(.gone, _), .seated: break
        }
    }
}
