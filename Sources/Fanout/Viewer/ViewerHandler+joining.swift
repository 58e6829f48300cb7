import NIOCore

/// How the viewer is let in.
extension ViewerHandler {
    func ask(_ joining: [UInt8]) {
        // The first write of all may have found the connection broken.
        guard case .unseated(.waiting, _) = viewer.place else { return }
        shard.turn(viewer, to: .asking)
        viewer.callbacks.admit(roomID, joining, shard.loop).assumeIsolated().whenComplete { result in
            guard case .unseated(.asking, _) = self.viewer.place else { return }
            switch result {
            case .success(.admitted(let viewer, let until, let after)):
                self.viewer.id = viewer
                self.attach(after: after, until: self.shard.moment(until))
            case .success(.refused(let farewell)): self.leave(farewell)
            case .failure: self.leave(.overloaded(self.shard.limits))
            }
        }
    }

    private func attach(after: Int64?, until: Moment) {
        guard let room = shard.room(roomID) else { return leave(.noSuchRoom) }
        switch room.ring.attachment(after: after) {
        case .snapshot: shard.seat(viewer, in: room, until: until, .snapshot, at: room.ring.head)
        case .resume(let position): shard.seat(viewer, in: room, until: until, .resume, at: position)
        // Beyond where the ring begins, as that moves on meanwhile.
        case .history(let position): loadHistory(after: position, upTo: room.ring.head, until: until)
        }
    }

    private func loadHistory(after position: Int64, upTo head: Int64, until: Moment) {
        viewer.callbacks.history(roomID, position, head, shard.loop).assumeIsolated().whenComplete { result in
            guard case .unseated(.asking, _) = self.viewer.place else { return }
            guard let room = self.shard.room(self.roomID) else { return self.leave(.noSuchRoom) }
            let frames = (try? result.get()) ?? []
            guard let last = frames.last, last.position >= room.ring.floor else {
                return self.shard.seat(self.viewer, in: room, until: until, .snapshot, at: room.ring.head)
            }
            let missed = frames.filter { $0.position > position }
            self.shard.seat(self.viewer, in: room, until: until, .resume, at: last.position, missed)
        }
    }
}
