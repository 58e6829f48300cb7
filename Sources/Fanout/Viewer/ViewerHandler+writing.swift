import NIOCore

extension ViewerHandler {
    /// Sends bytes after everything sent before.
    func transmit(_ bytes: ByteBuffer) {
        switch gate.send(bytes) {
        case .sent: break
        case .left(let rest): handOver(rest)
        case .failed: cut()
        }
    }

    /// Gives NIO bytes that follow everything sent before, and closes the direct way until they are out.
    func handOver(_ bytes: ByteBuffer) {
        guard let context else { return }
        gate.handedOver()
        if case .seated(let room, let index) = place { room.ring.hold(index, since: shard.now) }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { self.handedOver($0) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    private func handedOver(_ result: Result<Void, any Error>) {
        guard gate.finished(result) else { return }
        switch place {
        case .seated: shard.wake(self)
        case .unseated(.leaving, _): finishLeaving()
        case .unseated: break
        }
    }

    /// The socket takes bytes again: sends what was held back. The seat may be left within a service, as in a round.
    func catchUp(now: Moment) {
        while case .seated(let room, let index) = place, !gate.isHolding {
            guard room.ring.isBehind(index) else {
                if room.ring.seats[index].position <= room.ring.head { room.ring.release(index) }
                return
            }
            switch room.serve(index, now: now) {
            case .sent, .held: break
            case .left(let rest): handOver(rest)
            case .snapshot(let bytes): transmit(bytes)
            case .broken: return cut()
            }
        }
    }
}
