import NIOCore

/// How viewers come, sit and end, as their handlers say it.
extension Shard {
    /// A connection begins, on which NIO is reached by `context`. The first bytes given to NIO are none, so that what others left in it
    /// is out before anything is sent directly.
    func arrive(_ viewer: Viewer, by context: ChannelHandlerContext) {
        viewer.context = context
        connections += 1
        readClock()
        addUnseated(viewer, until: now + limits.joinWithin)
        sweepSoon()
        if drain != nil { sendAwaySoon(viewer, .restart(limits.retry)) }
        let descriptor = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        if let descriptor { viewer.gate.open(descriptor) }
        handOver(ByteBuffer(), of: viewer)
    }

    /// A connection has ended.
    func end(_ viewer: Viewer) {
        if case .unseated(.gone, _) = viewer.place { return }
        viewer.gate.forget()
        turn(viewer, to: .gone)
        removeUnseated(viewer)
        viewer.context = nil
        connections -= 1
        if connections == 0, let drain = exchange(&drain, with: nil) {
            self.drain = Drain(ends: drain.ends, promises: [])
            for promise in drain.promises { promise.succeed() }
        }
    }

    /// Greets a viewer that was let in and gives it a seat in one turn of the loop, with everything said so far, so that no frame falls
    /// between greeting and seat. It has everything up to `position` but the frames of `history`, which are up to there.
    func seat(_ viewer: Viewer, in room: Room, until: Moment, _ mode: Greeting.Mode, at position: Int64, _ history: [OrderedFrame] = []) {
        let stream = viewer.stream
        var bytes = stream.map { $0.head + EventStream.retry(limits.retry) } ?? []
        stream.write(room.greeting.wire(mode), position: mode == .snapshot ? position : nil, to: &bytes)
        for frame in history { stream.write(frame.wire, position: frame.position, to: &bytes) }
        var missed: [UInt8] = []
        let written = room.ring.write(after: position, counters: true, as: stream, to: &missed)
        let index = takeSeat(viewer, in: room, until: until, at: written.through)
        if position > room.ring.head { room.ring.hold(index, since: now) }
        transmit(ByteBuffer(bytes: bytes + missed), to: viewer)
        if !written.counters { wake(viewer) }
    }

    /// Takes a seat for someone who has everything up to `position`, and gives the way to the socket to it.
    private func takeSeat(_ viewer: Viewer, in room: Room, until: Moment, at position: Int64) -> Int {
        removeUnseated(viewer)
        census.change(room.id, by: 1)
        viewer.callbacks.moved(.joined(room.id, viewer.id))
        let outlet = Room.Outlet(viewer: viewer, gate: viewer.gate, heard: now, until: until, isStream: viewer.stream != nil)
        let index = room.seat(outlet, at: position)
        viewer.place = .seated(room, index)
        return index
    }

    /// Leaves the seat, if there is one, and takes the way to the socket along.
    func turn(_ viewer: Viewer, to errand: Viewer.Errand) {
        let before = viewer.place
        viewer.place = .unseated(errand, viewer.gate)
        if case .seated(let room, let index) = before { leaveSeat(viewer, index, in: room) }
    }

    private func leaveSeat(_ viewer: Viewer, _ index: Int, in room: Room) {
        if let moved = room.leave(index) {
            moved.place = .seated(room, index)
            // The round under way may have passed it over.
            if room.ring.isBehind(index) { wake(moved) }
        }
        census.change(room.id, by: -1)
        viewer.callbacks.moved(.left(room.id, viewer.id))
    }

    func addUnseated(_ viewer: Viewer, until deadline: Moment) {
        viewer.unseatedIndex = unseated.count
        viewer.deadline = deadline
        unseated.append(viewer)
    }

    func removeUnseated(_ viewer: Viewer) {
        guard let index = exchange(&viewer.unseatedIndex, with: nil) else { return }
        unseated.swapAt(index, unseated.count - 1)
        unseated.removeLast()
        if index < unseated.count { unseated[index].unseatedIndex = index }
    }
}
