import NIOCore
import WebSocket

extension ViewerHandler {
    func leave(_ farewell: Farewell) { leave(farewell, wire: ByteBuffer(bytes: farewell.wire)) }

    /// Says why, sends a Close frame and gives the peer a moment to read both; `wire` is the farewell's.
    func leave(_ farewell: Farewell, wire: ByteBuffer) {
        let last: [UInt8]?
        switch place {
        case .unseated(.leaving, _), .unseated(.gone, _): return
        case .unseated(.waiting, _), .unseated(.asking, _): last = stream?.refusal(farewell)
        case .seated: last = stream?.bye(farewell)
        }
        beginLeaving(peerClosed: false)
        transmit(last.map { ByteBuffer(bytes: $0) } ?? wire)
        finishLeaving()
    }

    /// Answers a Close frame with one, unless ours went first, and closes when it is out (RFC 6455, section 5.5.1).
    func peerClosed(_ code: CloseCode?) {
        if case .unseated(.leaving, _) = place {
            turn(to: .leaving(peerClosed: true))
        } else {
            beginLeaving(peerClosed: true)
            transmit(ByteBuffer(bytes: ServerFrame.close(code)))
        }
        finishLeaving()
    }

    private func beginLeaving(peerClosed: Bool) {
        turn(to: .leaving(peerClosed: peerClosed))
        shard.removeUnseated(self)
        shard.addUnseated(self, until: shard.now + shard.limits.closeWithin)
    }

    /// Once the Close frame is out: closes, or, as the peer's unread bytes would make closing a reset that destroys the frame, only our side.
    func finishLeaving() {
        guard case .unseated(.leaving(let peerClosed), let gate) = place, !gate.isHolding else { return }
        if peerClosed || !gate.direct.isOpen { return cut() }
        context?.close(mode: .output, promise: nil)
    }

    /// The time to join, or to answer a Close frame, is over.
    func deadlinePassed() {
        switch place {
        case .unseated(.leaving, _): cut()
        case .unseated(.waiting, _), .unseated(.asking, _): leave(.overloaded(shard.limits))
        case .unseated(.gone, _), .seated: break
        }
    }

    /// Looks at everything that time changes for a seated viewer.
    func check(now: Moment) {
        guard case .seated(let room, let index) = place else { return }
        let limits = shard.limits
        let outlet = room.outlets[index]
        let seat = room.ring.seats[index]
        if outlet.until <= now { return leave(.unauthorised) }
        if stream == nil, outlet.heard + limits.silence <= now { return cut() }
        if seat.heldSince + limits.behind <= now { return leave(.slow(limits)) }
        guard !outlet.gate.isHolding else { return }
        if seat.position > room.ring.head, seat.heldSince + .seconds(5) <= now { return transmit(room.snapshot(index)) }
        guard !outlet.isPinged, outlet.heard + limits.pingAfter <= now else { return }
        // A stream's client says nothing: whether it lives, TCP tells (TCP_USER_TIMEOUT).
        if stream == nil { room.outlets[index].isPinged = true } else { room.heard(index, at: now) }
        transmit(stream == nil ? shard.pingFrame : shard.sign)
    }
}
