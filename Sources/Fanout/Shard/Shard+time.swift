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
            for viewer in room.outlets[count * tenth / 10..<count * (tenth + 1) / 10].map(\.viewer) { viewer.check(now: now) }
        }
        if tenth == 0 {
            for viewer in unseated where viewer.deadline <= now { viewer.deadlinePassed() }
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
}
