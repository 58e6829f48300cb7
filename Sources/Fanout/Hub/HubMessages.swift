package import NIOCore

/// Whether someone may enter a room.
package enum Verdict: Sendable {
    /// `until`: when the permission ends, nil for never. `after`: the last position the viewer saw in this room and epoch, nil if none.
    case admitted(ViewerID, until: NIODeadline?, after: Int64?)
    case refused(Farewell)
}

/// A text message of someone in a room.
package struct ViewerMessage: Sendable {
    package let room: RoomID
    package let viewer: ViewerID
    package let text: [UInt8]
}

/// What follows from a viewer's message.
package enum Reaction: Sendable {
    /// Sends whole frames, as they travel, to this viewer.
    case send([UInt8])
    /// The viewer's permission ends later.
    case renew(until: NIODeadline)
    case close(Farewell)
}

/// A connection's coming or going.
package enum Movement: Equatable, Sendable {
    case joined(RoomID, ViewerID)
    case left(RoomID, ViewerID)
}
