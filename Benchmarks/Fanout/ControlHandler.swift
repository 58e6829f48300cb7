import Fanout
import NIOCore
import WebSocket

/// Publishes an ordered frame for each line, those read in one turn together.
///
/// Two lines are commands: `!close` closes the room and opens it anew; `!stall` answers with the longest time in microseconds since the last
/// `!stall` for which the loop came to nothing else (0 for the first, which begins to measure it), and with the number of connections.
final class ControlHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let hub: Hub
    private var rest = ByteBuffer()
    private var head: Int64 = 0
    private var heartbeat: Heartbeat?

    init(_ hub: Hub) { self.hub = hub }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        rest.writeBuffer(&bytes)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        var frames: [OrderedFrame] = []
        while let length = rest.readableBytesView.firstIndex(of: UInt8(ascii: "\n")).map({ $0 - rest.readerIndex }) {
            let line = rest.readSlice(length: length)!.readableBytesView
            rest.moveReaderIndex(forwardBy: 1)
            if line.first == UInt8(ascii: "!") {
                obey(line, context: context)
            } else {
                frames.append(OrderedFrame(position: head + 1, previous: head, wire: ServerFrame.text(line)))
                head += 1
            }
        }
        rest.discardReadBytes()
        if !frames.isEmpty { hub.publish(FanoutServer.room, frames, greeting: FanoutServer.greeting) }
    }

    private func obey(_ command: ByteBufferView, context: ChannelHandlerContext) {
        if command.elementsEqual("!close".utf8) {
            hub.close(FanoutServer.room, .overloaded(hub.limits))
            hub.open(FanoutServer.room, head: head, greeting: FanoutServer.greeting)
        } else {
            let longest = heartbeat?.takeLongest() ?? 0
            if heartbeat == nil { heartbeat = Heartbeat(context.eventLoop) }
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "\(longest) \(hub.connectionCount)\n")), promise: nil)
        }
    }
}

/// Beats every millisecond on a loop and remembers the longest time between two beats.
private final class Heartbeat {
    private let loop: any EventLoop
    private var last = NIODeadline.now()
    private var longest = TimeAmount.zero

    init(_ loop: any EventLoop) {
        self.loop = loop
        beat()
    }

    private func beat() {
        look()
        loop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { self.beat() }
    }

    private func look() {
        let now = NIODeadline.now()
        longest = max(longest, now - last)
        last = now
    }

    /// The longest time since the last call, in microseconds.
    func takeLongest() -> Int64 {
        look()
        defer { longest = .zero }
        return longest.nanoseconds / 1000
    }
}
