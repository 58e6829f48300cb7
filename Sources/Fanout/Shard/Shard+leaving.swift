import NIOCore
import WebSocket

/// How viewers leave.
extension Shard {
    func sendAway(_ viewer: Viewer, _ farewell: Farewell) { sendAway(viewer, farewell, wire: ByteBuffer(bytes: farewell.wire)) }

    /// Says why, sends a Close frame and gives the peer a moment to read both; `wire` is the farewell's.
    func sendAway(_ viewer: Viewer, _ farewell: Farewell, wire: ByteBuffer) {
        let last: [UInt8]?
        switch viewer.place {
        case .unseated(.leaving, _), .unseated(.gone, _): return
        case .unseated(.waiting, _), .unseated(.asking, _): last = viewer.stream?.refusal(farewell)
        case .seated: last = viewer.stream?.bye(farewell)
        }
        beginLeaving(viewer, peerClosed: false)
        transmit(last.map { ByteBuffer(bytes: $0) } ?? wire, to: viewer)
        finishLeaving(viewer)
    }

    /// Sends the viewer away in one of the next steps.
    func sendAwaySoon(_ viewer: Viewer, _ farewell: Farewell) {
        departures.append((viewer, farewell, ByteBuffer(bytes: farewell.wire)))
        stepSoon()
    }

    /// Answers a Close frame with one, unless ours went first, and closes when it is out (RFC 6455, section 5.5.1).
    func peerClosed(_ viewer: Viewer, _ code: CloseCode?) {
        if case .unseated(.leaving, _) = viewer.place {
            turn(viewer, to: .leaving(peerClosed: true))
        } else {
            beginLeaving(viewer, peerClosed: true)
            transmit(ByteBuffer(bytes: ServerFrame.close(code)), to: viewer)
        }
        finishLeaving(viewer)
    }

    private func beginLeaving(_ viewer: Viewer, peerClosed: Bool) {
        turn(viewer, to: .leaving(peerClosed: peerClosed))
        removeUnseated(viewer)
        addUnseated(viewer, until: now + limits.closeWithin)
    }

    /// Once the Close frame is out: closes, or, as the peer's unread bytes would make closing a reset that destroys the frame, only our side.
    func finishLeaving(_ viewer: Viewer) {
        guard case .unseated(.leaving(let peerClosed), let gate) = viewer.place, !gate.isHolding else { return }
        if peerClosed || !gate.direct.isOpen { return cut(viewer) }
        viewer.context?.close(mode: .output, promise: nil)
    }

    /// Ends the connection at once, with what may wait for the socket.
    func cut(_ viewer: Viewer) {
        viewer.gate.forget()
        viewer.context?.close(promise: nil)
    }

    /// The viewer has gone: its connection can be closed, at leisure.
    func cutSoon(_ viewer: Viewer) {
        cuts.append(viewer)
        stepSoon()
    }
}
