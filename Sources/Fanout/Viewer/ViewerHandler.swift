package import NIOCore
import WebSocket

/// One viewer's connection: once the upgrade is done, the only handler of its channel that takes what comes or writes. What may stand
/// behind it hears only that reads are over and of the channel's end.
package final class ViewerHandler: ChannelInboundHandler {
    package typealias InboundIn = ByteBuffer
    package typealias OutboundOut = ByteBuffer

    /// Where the viewer is, and with it the one way to its socket: with the seat, where a round finds it, or here.
    enum Place {
        case unseated(Errand, WritingGate)
        case seated(Room, Int)
    }

    /// What someone without a seat is about.
    enum Errand {
        /// Upgraded; the joining message hasn't come.
        case waiting
        /// The joining message, or what was missed since the last visit, is being looked up.
        case asking
        /// A Close frame was sent. Once the peer's has come, the connection is closed as soon as ours is out.
        case leaving(peerClosed: Bool)
        case gone
    }

    let shard: Shard
    let roomID: RoomID
    private let reservation: Reservation
    let callbacks: Callbacks
    /// Set for a viewer who is served events instead of WebSocket frames, and who sends nothing.
    let stream: EventStream?
    private var joining: [UInt8]?
    private(set) var context: ChannelHandlerContext?
    private(set) var place = Place.unseated(.waiting, WritingGate())
    var parser: FrameParser
    var rate = InboundRate()
    package internal(set) var id = ViewerID(0)
    /// Where the shard has this viewer among those without a seat; nil while it isn't among them.
    var unseatedIndex: Int?
    var deadline = Moment.never

    init(shard: Shard, room: RoomID, reservation: Reservation, callbacks: Callbacks, joining: [UInt8]?, stream: EventStream?) {
        self.shard = shard
        self.reservation = reservation
        self.callbacks = callbacks
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
        if case .unseated(.gone, _) = place { return }
        gate.forget()
        turn(to: .gone)
        shard.removeUnseated(self)
        context = nil
        shard.depart()
    }

    /// Ends the connection at once, with what may wait for the socket.
    func cut() {
        gate.forget()
        context?.close(promise: nil)
    }
}

/// Where the viewer is.
extension ViewerHandler {
    var gate: WritingGate {
        get {
            switch place {
            case .unseated(_, let gate): gate
            case .seated(let room, let index): room.outlets[index].gate
            }
        }
        set {
            switch place {
            case .unseated(let errand, _): place = .unseated(errand, newValue)
            case .seated(let room, let index): room.outlets[index].gate = newValue
            }
        }
    }

    /// Leaves the seat, if there is one, and takes the way to the socket along.
    func turn(to errand: Errand) {
        let before = place
        place = .unseated(errand, gate)
        if case .seated(let room, let index) = before { shard.leaveSeat(self, index, in: room) }
    }

    /// Takes a seat for someone who has everything up to `position`, and gives the way to the socket to it.
    func sit(in room: Room, until: Moment, at position: Int64) -> Int {
        let outlet = Room.Outlet(viewer: self, gate: gate, heard: shard.now, until: until, isStream: stream != nil)
        let index = shard.takeSeat(outlet, in: room, at: position)
        place = .seated(room, index)
        return index
    }

    func seatMoved(to index: Int) {
        guard case .seated(let room, _) = place else { preconditionFailure("only a seated viewer has a seat that moves") }
        place = .seated(room, index)
    }
}
