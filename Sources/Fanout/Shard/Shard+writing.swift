import NIOCore

/// What goes out to one viewer.
extension Shard {
    /// Sends bytes after everything sent before.
    func transmit(_ bytes: ByteBuffer, to viewer: Viewer) {
        switch viewer.gate.send(bytes) {
        case .sent: break
        case .left(let rest): handOver(rest, of: viewer)
        case .failed: cut(viewer)
        }
    }

    /// Gives NIO bytes that follow everything sent before, and closes the direct way until they are out.
    func handOver(_ bytes: ByteBuffer, of viewer: Viewer) {
        guard let context = viewer.context else { return }
        viewer.gate.handedOver()
        if case .seated(let room, let index) = viewer.place { room.ring.hold(index, since: now) }
        let promise = loop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { self.handedOver(viewer, $0) }
        context.writeAndFlush(NIOAny(bytes), promise: promise)
    }

    private func handedOver(_ viewer: Viewer, _ result: Result<Void, any Error>) {
        guard viewer.gate.finished(result) else { return }
        switch viewer.place {
        case .seated: wake(viewer)
        case .unseated(.leaving, _): finishLeaving(viewer)
        case .unseated: break
        }
    }

    /// The socket takes bytes again: sends what was held back. The seat may be left within a service, as in a round.
    func catchUp(_ viewer: Viewer) {
        while case .seated(let room, let index) = viewer.place, !viewer.gate.isHolding {
            guard room.ring.isBehind(index) else {
                if room.ring.seats[index].position <= room.ring.head { room.ring.release(index) }
                return
            }
            switch room.serve(index, now: now) {
            case .sent, .held: break
            case .left(let rest): handOver(rest, of: viewer)
            case .snapshot(let bytes): transmit(bytes, to: viewer)
            case .broken: return cut(viewer)
            }
        }
    }
}
