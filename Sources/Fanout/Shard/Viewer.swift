import NIOCore

/// Someone's connection as its shard knows it: where the viewer is and the way out to it. It calls nobody, and only its shard changes it.
final class Viewer {
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

    /// Set for a viewer who is served events instead of WebSocket frames, and who sends nothing.
    let stream: EventStream?
    let callbacks: Callbacks
    /// The way through NIO, from the connection's beginning to its end.
    var context: ChannelHandlerContext?
    var place = Place.unseated(.waiting, WritingGate())
    /// Who it is, once it was let in.
    var id = ViewerID(0)
    /// Where the shard has this viewer among those without a seat; nil while it isn't among them.
    var unseatedIndex: Int?
    var deadline = Moment.never

    init(stream: EventStream?, callbacks: Callbacks) {
        self.stream = stream
        self.callbacks = callbacks
    }

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
}
