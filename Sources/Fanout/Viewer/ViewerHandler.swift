package import NIOCore
import WebSocket

/// One viewer's connection: once the upgrade is done, the only handler of its channel that takes what comes. It reads what the viewer
/// says, asks the ``Callbacks`` about it and tells the shard what follows. What may stand behind it hears only that reads are over and
/// of the channel's end.
package final class ViewerHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    let shard: Shard
    let viewer: Viewer
    let roomID: RoomID
    private let reservation: Reservation
    private var joining: [UInt8]?
    var parser: FrameParser
    var rate = InboundRate()

    init(shard: Shard, room: RoomID, reservation: Reservation, callbacks: Callbacks, joining: [UInt8]?, stream: EventStream?) {
        self.shard = shard
        self.reservation = reservation
        self.joining = joining
        viewer = Viewer(stream: stream, callbacks: callbacks)
        roomID = room
        parser = FrameParser(limits: .init(message: shard.limits.message, fragments: 8))
    }

    package func handlerAdded(context: ChannelHandlerContext) {
        shard.arrive(viewer, by: context)
        if let joining = exchange(&joining, with: nil) { ask(joining) }
    }

    package func handlerRemoved(context: ChannelHandlerContext) { shard.end(viewer) }

    package func channelInactive(context: ChannelHandlerContext) {
        shard.end(viewer)
        context.fireChannelInactive()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) { shard.cut(viewer) }

    /// A peer that has closed its side is gone, though Hummingbird keeps half-closed channels open: that lets the shard close them by and by
    /// when many go at once. A channel told to quiesce waits for the drain.
    package func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { shard.cutSoon(viewer) }
    }
}
