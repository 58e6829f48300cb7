import NIOCore
import WebSocket

/// One connection after its upgrade. It ends as a viewer's does, see `ViewerHandler`.
final class EchoHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// 16 MiB, and a frame for each 64 bytes of 4 MiB: the largest that docs/conformance.md sends.
    private static let limits = FrameParser.Limits(message: 16 << 20, fragments: 1 << 16)
    /// How long a peer may take to answer a Close frame, once that is out.
    private static let closeWithin = TimeAmount.seconds(2)

    private var parser = FrameParser(limits: limits)

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        var offset = 0
        do {
            while let incoming = try parser.next(in: buffer.readableBytesUInt8Span, from: &offset) { answer(incoming, context: context) }
        } catch {
            fail(error.code, context: context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func answer(_ incoming: FrameParser.Incoming, context: ChannelHandlerContext) {
        switch incoming {
        case .text(let bytes): send(ServerFrame.text(bytes), context: context)
        case .binary(let bytes): send(ServerFrame.binary(bytes), context: context)
        case .ping(let bytes): send(ServerFrame.pong(bytes), context: context)
        case .pong: break
        case .close(let code, _):
            send(ServerFrame.close(code), context: context).assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
    }

    /// Says why and closes our side only: the peer's unread bytes would make closing a reset that destroys the Close frame.
    private func fail(_ code: CloseCode, context: ChannelHandlerContext) {
        send(ServerFrame.close(code), context: context).assumeIsolated().whenSuccess {
            context.close(mode: .output, promise: nil)
            context.eventLoop.assumeIsolated().scheduleTask(in: Self.closeWithin) { context.close(promise: nil) }
        }
    }

    @discardableResult
    private func send(_ frame: [UInt8], context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        context.write(wrapOutboundOut(ByteBuffer(bytes: frame)))
    }
}
