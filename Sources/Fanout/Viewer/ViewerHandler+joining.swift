import NIOCore

extension ViewerHandler {
    func ask(_ joining: [UInt8]) {
        // The first write of all may have found the connection broken.
        guard case .unseated(.waiting, _) = place else { return }
        turn(to: .asking)
        callbacks.admit(roomID, joining, shard.loop).assumeIsolated().whenComplete { result in
            guard case .unseated(.asking, _) = self.place else { return }
            switch result {
            case .success(.admitted(let viewer, let until, let after)):
                self.id = viewer
                self.attach(after: after, until: self.shard.moment(until))
            case .success(.refused(let farewell)): self.leave(farewell)
            case .failure: self.leave(.overloaded(self.shard.limits))
            }
        }
    }

    private func attach(after: Int64?, until: Moment) {
        guard let room = shard.room(roomID) else { return leave(.noSuchRoom) }
        switch room.ring.attachment(after: after) {
        case .snapshot: enter(room, until, .snapshot, at: room.ring.head, [])
        case .resume(let position): enter(room, until, .resume, at: position, [])
        // Beyond where the ring begins, as that moves on meanwhile.
        case .history(let position): loadHistory(after: position, upTo: room.ring.head, until: until)
        }
    }

    private func loadHistory(after position: Int64, upTo head: Int64, until: Moment) {
        callbacks.history(roomID, position, head, shard.loop).assumeIsolated().whenComplete { result in
            guard case .unseated(.asking, _) = self.place else { return }
            guard let room = self.shard.room(self.roomID) else { return self.leave(.noSuchRoom) }
            let frames = (try? result.get()) ?? []
            guard let last = frames.last, last.position >= room.ring.floor else {
                return self.enter(room, until, .snapshot, at: room.ring.head, [])
            }
            self.enter(room, until, .resume, at: last.position, frames.filter { $0.position > position })
        }
    }

    /// Takes a seat in one turn of the loop with everything said so far, so that no frame falls between greeting and seat.
    private func enter(_ room: Room, _ until: Moment, _ mode: Greeting.Mode, at position: Int64, _ history: [OrderedFrame]) {
        var bytes = stream.map { $0.head + EventStream.retry(shard.limits.retry) } ?? []
        stream.write(room.greeting.wire(mode), position: mode == .snapshot ? position : nil, to: &bytes)
        for frame in history { stream.write(frame.wire, position: frame.position, to: &bytes) }
        var missed: [UInt8] = []
        let written = room.ring.write(after: position, counters: true, as: stream, to: &missed)
        let index = sit(in: room, until: until, at: written.through)
        if position > room.ring.head { room.ring.hold(index, since: shard.now) }
        transmit(ByteBuffer(bytes: bytes + missed))
        if !written.counters { shard.wake(self) }
    }
}
