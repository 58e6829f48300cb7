package import NIOCore
import WebSocket

/// One viewer's connection: once the upgrade is done, the only handler of its channel that takes what comes or writes. What may stand
/// behind it hears only that reads are over and of the channel's end.
package final class ViewerHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// Upgraded; the joining message hasn't come.
        case waiting
        /// The joining message, or what was missed since the last visit, is being looked up.
        case asking
        case seated(LocalRoom, Int)
        /// A Close frame was sent. Once the peer's has come, the connection is closed as soon as ours is out.
        case leaving(peerClosed: Bool)
        case gone
    }

    private let shard: Shard
    private let roomID: RoomID
    private let reservation: Reservation
    /// Set for a viewer who is served events instead of WebSocket frames, and who sends nothing.
    let stream: EventStream?
    private var joining: [UInt8]?
    private var context: ChannelHandlerContext?
    private var phase = Phase.waiting
    private var parser: FrameParser
    private var gate = WritingGate()
    private var intake = Intake()
    package private(set) var id = ViewerID(0)
    var lobbyIndex: Int?
    var deadline = Moment.never

    init(shard: Shard, room: RoomID, reservation: Reservation, joining: [UInt8]?, stream: EventStream?) {
        self.shard = shard
        self.reservation = reservation
        self.joining = joining
        self.stream = stream
        roomID = room
        parser = FrameParser(limits: .init(message: shard.limits.message, fragments: 8))
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        shard.arrive(self)
        let descriptor = try? context.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        if let descriptor { gate.open(descriptor) }
        handOver(ByteBuffer())
        if let joining = exchange(&joining, with: nil) { ask(joining) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) { end() }

    package func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) { cut() }

    /// A peer that has closed its side is gone, though Hummingbird keeps half-closed channels open: that lets the shard close them by and by
    /// when many go at once. A channel told to quiesce waits for the drain.
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { shard.cutSoon(self) }
    }

    private func end() {
        if case .gone = phase { return }
        gate.forget()
        vacate()
        shard.leaveLobby(self)
        phase = .gone
        context = nil
        shard.depart()
    }

    /// Ends the connection at once, with what may wait for the socket.
    func cut() {
        gate.forget()
        if case .seated(let local, let index) = phase { local.setSocket(index, .none) }
        context?.close(promise: nil)
    }
}

// MARK: - What the viewer sends

extension ViewerHandler {
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if case .seated(let local, let index) = phase { local.heard(index, at: shard.now) }
        guard isWithinLimits(bytes: buffer.readableBytes) else { return stream == nil ? leave(Farewell(.policyViolation)) : cut() }
        // What else is asked on a connection that has become a stream is not heard.
        guard stream == nil else { return }
        var offset = 0
        do {
            while let incoming = try parser.next(in: buffer.readableBytesUInt8Span, from: &offset) {
                guard isWithinLimits(bytes: 0) else { return leave(Farewell(.policyViolation)) }
                take(incoming)
            }
        } catch {
            return leave(Farewell(error.code))
        }
        if !isWithinLimits(bytes: 0) { leave(Farewell(.policyViolation)) }
    }

    private func isWithinLimits(bytes: Int) -> Bool {
        intake.admits(bytes: bytes, frames: parser.frames, at: shard.now, shard.limits)
    }

    private func take(_ incoming: FrameParser.Incoming) {
        switch (incoming, phase) {
        case (.close(let code, _), .leaving): peerClosed(code)
        case (_, .leaving), (_, .gone), (.pong, _): break
        case (.close(let code, _), _): peerClosed(code)
        case (.ping(let bytes), _): transmit(ByteBuffer(bytes: ServerFrame.pong(bytes)))
        case (.text(let bytes), .waiting): ask(bytes)
        case (.text(let bytes), .seated(let local, _)): receive(bytes, in: local)
        case (.text, .asking): leave(Farewell(.policyViolation))
        case (.binary, _): leave(Farewell(.unsupportedData))
        }
    }

    /// Answers a Close frame with one, unless ours went first, and closes when it is out (RFC 6455, section 5.5.1).
    private func peerClosed(_ code: CloseCode?) {
        if case .leaving = phase {
            phase = .leaving(peerClosed: true)
        } else {
            beginLeaving(peerClosed: true)
            transmit(ByteBuffer(bytes: ServerFrame.close(code)))
        }
        finishLeaving()
    }

    private func receive(_ text: [UInt8], in local: LocalRoom) {
        let message = ViewerMessage(room: local.id, viewer: id, text: text)
        guard let answer = shard.callbacks.receive(message, shard.loop) else { return }
        answer.assumeIsolated().whenSuccess { self.act(on: $0) }
    }

    private func act(on answer: Answer) {
        guard case .seated(let local, let index) = phase else { return }
        switch answer {
        case .nothing: break
        case .send(let wire): transmit(ByteBuffer(bytes: wire))
        case .renew(let deadline): local.renew(index, until: shard.moment(deadline))
        case .close(let farewell): leave(farewell)
        }
    }
}

// MARK: - Joining

extension ViewerHandler {
    private func ask(_ joining: [UInt8]) {
        // The first write of all may have found the connection broken.
        guard case .waiting = phase else { return }
        phase = .asking
        shard.callbacks.admit(roomID, joining, shard.loop).assumeIsolated().whenComplete { result in
            guard case .asking = self.phase else { return }
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
        guard let local = shard.room(roomID) else { return leave(.noSuchRoom) }
        switch local.room.attachment(after: after) {
        case .snapshot: sit(in: local, until, .snapshot, at: local.room.head, [])
        case .resume(let position): sit(in: local, until, .resume, at: position, [])
        // Beyond where the ring begins, as that moves on meanwhile.
        case .history(let position): loadHistory(after: position, upTo: local.room.head, until: until)
        }
    }

    private func loadHistory(after position: Int64, upTo head: Int64, until: Moment) {
        shard.callbacks.history(roomID, position, head, shard.loop).assumeIsolated().whenComplete { result in
            guard case .asking = self.phase else { return }
            guard let local = self.shard.room(self.roomID) else { return self.leave(.noSuchRoom) }
            let frames = (try? result.get()) ?? []
            guard let last = frames.last, last.position >= local.room.floor else {
                return self.sit(in: local, until, .snapshot, at: local.room.head, [])
            }
            self.sit(in: local, until, .resume, at: last.position, frames.filter { $0.position > position })
        }
    }

    /// Takes a seat in one turn of the loop with everything said so far, so that no frame falls between greeting and seat.
    private func sit(in local: LocalRoom, _ until: Moment, _ mode: Greeting.Mode, at position: Int64, _ history: [OrderedFrame]) {
        var bytes = stream.map { $0.head + EventStream.retry(shard.limits.retry) } ?? []
        stream.write(local.greeting.wire(mode), position: mode == .snapshot ? position : nil, to: &bytes)
        for frame in history { stream.write(frame.wire, position: frame.position, to: &bytes) }
        var missed: [UInt8] = []
        let written = local.room.write(after: position, counters: true, as: stream, to: &missed)
        let outlet = LocalRoom.Outlet(
            handler: self,
            socket: gate.direct,
            heard: shard.now,
            until: until,
            isStream: stream != nil
        )
        let index = shard.takeSeat(self, outlet, in: local, at: written.through)
        phase = .seated(local, index)
        if position > local.room.head { local.room.hold(index, since: shard.now) }
        transmit(ByteBuffer(bytes: bytes + missed))
        if !written.counters { shard.wake(self) }
    }

    func seatMoved(to index: Int) {
        guard case .seated(let local, _) = phase else { preconditionFailure("only a seated viewer has a seat that moves") }
        phase = .seated(local, index)
    }

    private func vacate() {
        guard case .seated(let local, let index) = phase else { return }
        phase = .asking
        shard.leaveSeat(self, index, in: local)
    }
}

// MARK: - Leaving

extension ViewerHandler {
    func leave(_ farewell: Farewell) { leave(farewell, wire: ByteBuffer(bytes: farewell.wire)) }

    /// Says why, sends a Close frame and gives the peer a moment to read both; `wire` is the farewell's.
    func leave(_ farewell: Farewell, wire: ByteBuffer) {
        let last: [UInt8]?
        switch phase {
        case .leaving, .gone: return
        case .waiting, .asking: last = stream?.refusal(farewell)
        case .seated: last = stream?.bye(farewell)
        }
        beginLeaving(peerClosed: false)
        transmit(last.map { ByteBuffer(bytes: $0) } ?? wire)
        finishLeaving()
    }

    private func beginLeaving(peerClosed: Bool) {
        vacate()
        phase = .leaving(peerClosed: peerClosed)
        shard.leaveLobby(self)
        shard.enterLobby(self, until: shard.now + shard.limits.closeWithin)
    }

    /// Once the Close frame is out: closes, or, as the peer's unread bytes would make closing a reset that destroys the frame, only our side.
    private func finishLeaving() {
        guard case .leaving(let peerClosed) = phase, !gate.isHolding else { return }
        if peerClosed || !gate.direct.isOpen { return cut() }
        context?.close(mode: .output, promise: nil)
    }

    /// The time to join, or to answer a Close frame, is over.
    func deadlinePassed() {
        switch phase {
        case .leaving: cut()
        case .waiting, .asking: leave(.overloaded(shard.limits))
        case .seated, .gone: break
        }
    }

    /// Looks at everything that time changes for a seated viewer.
    func check(now: Moment) {
        guard case .seated(let local, let index) = phase else { return }
        let limits = shard.limits
        let outlet = local.outlets[index]
        let seat = local.room.seats[index]
        if outlet.until <= now { return leave(.unauthorised) }
        if stream == nil, outlet.heard + limits.silence <= now { return cut() }
        if seat.heldSince + limits.behind <= now { return leave(.slow(limits)) }
        if !isHolding, seat.position > local.room.head, seat.heldSince + .seconds(5) <= now { return local.serveSnapshot(index) }
        guard !outlet.isPinged, outlet.heard + limits.pingAfter <= now, !isHolding else { return }
        // A stream's client says nothing: whether it lives, TCP tells (TCP_USER_TIMEOUT).
        if stream == nil { local.pinged(index) } else { local.heard(index, at: now) }
        transmit(stream == nil ? shard.pingFrame : shard.sign)
    }
}

// MARK: - Writing

extension ViewerHandler {
    /// Whether NIO holds bytes for this channel.
    var isHolding: Bool { gate.isHolding }

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
        if case .seated(let local, let index) = phase {
            local.setSocket(index, .none)
            local.room.hold(index, since: shard.now)
        }
        let promise = context.eventLoop.makePromise(of: Void.self)
        promise.futureResult.assumeIsolated().whenComplete { self.handedOver($0) }
        context.writeAndFlush(wrapOutboundOut(bytes), promise: promise)
    }

    private func handedOver(_ result: Result<Void, any Error>) {
        guard gate.finished(result) else { return }
        switch phase {
        case .seated(let local, let index):
            local.setSocket(index, gate.direct)
            shard.wake(self)
        case .leaving: finishLeaving()
        case .waiting, .asking, .gone: break
        }
    }

    /// The socket takes bytes again: sends what was held back. The seat may be left within a serve, as in a round.
    func catchUp(now: Moment, broken: inout [ViewerHandler]) {
        while !isHolding, case .seated(let local, let index) = phase, local.room.isBehind(index), broken.last !== self {
            local.serve(index, now: now, broken: &broken)
        }
        guard !isHolding, case .seated(let local, let index) = phase else { return }
        if local.room.seats[index].position <= local.room.head { local.room.release(index) }
    }
}
