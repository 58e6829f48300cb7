package import NIOCore
import WebSocket

/// What the viewer sends.
extension ViewerHandler {
    package func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        if case .seated(let room, let index) = viewer.place { room.heard(index, at: shard.now) }
        guard isWithinLimits(bytes: buffer.readableBytes) else {
            return viewer.stream == nil ? leave(Farewell(.policyViolation)) : shard.cut(viewer)
        }
        // What else is asked on a connection that has become a stream is not heard.
        guard viewer.stream == nil else { return }
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
        rate.admits(bytes: bytes, frames: parser.frames, at: shard.now, shard.limits)
    }

    private func take(_ incoming: FrameParser.Incoming) {
        switch (incoming, viewer.place) {
        case (.close(let code, _), .unseated(.leaving, _)): shard.peerClosed(viewer, code)
        case (_, .unseated(.leaving, _)), (_, .unseated(.gone, _)), (.pong, _): break
        case (.close(let code, _), _): shard.peerClosed(viewer, code)
        case (.ping(let bytes), _): shard.transmit(ByteBuffer(bytes: ServerFrame.pong(bytes)), to: viewer)
        case (.text(let bytes), .unseated(.waiting, _)): ask(bytes)
        case (.text(let bytes), .seated(let room, _)): receive(bytes, in: room)
        case (.text, .unseated(.asking, _)): leave(Farewell(.policyViolation))
        case (.binary, _): leave(Farewell(.unsupportedData))
        }
    }

    private func receive(_ text: [UInt8], in room: Room) {
        let message = ViewerMessage(room: room.id, viewer: viewer.id, text: text)
        guard let reaction = viewer.callbacks.receive(message, shard.loop) else { return }
        reaction.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let reaction): self.act(on: reaction)
            // As when somebody could not be let in: the client comes back and says it again.
            case .failure: self.act(on: .close(.overloaded(self.shard.limits)))
            }
        }
    }

    private func act(on reaction: Reaction) {
        guard case .seated(let room, let index) = viewer.place else { return }
        switch reaction {
        case .send(let wire): shard.transmit(ByteBuffer(bytes: wire), to: viewer)
        case .renew(let deadline): room.outlets[index].until = shard.moment(deadline)
        case .close(let farewell): leave(farewell)
        }
    }

    func leave(_ farewell: Farewell) { shard.sendAway(viewer, farewell) }
}
