package import NIOCore

/// What a viewer's connection asks and tells, always on its own event loop. None may block.
package final class Callbacks: Sendable {
    let admit: @Sendable (RoomID, [UInt8], any EventLoop) -> EventLoopFuture<Verdict>
    let history: @Sendable (RoomID, Int64, Int64, any EventLoop) -> EventLoopFuture<[OrderedFrame]?>
    let receive: @Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>?
    let moved: @Sendable (Movement) -> Void

    /// - Parameters:
    ///   - admit: judges the first message of someone who wants into a room. A failed future turns it away with 1013.
    ///   - history: loads the room's ordered frames `after` a position up to and with `upTo` from the log; nil, or frames that don't
    ///     reach what the room still holds by then, gives the viewer a snapshot instead. Many may ask for the same at once.
    ///   - receive: takes a message of someone in a room; nil has no consequence.
    ///   - moved: hears that someone took or left a seat: `joined` and `left` come in pairs.
    package init(
        admit: @escaping @Sendable (RoomID, [UInt8], any EventLoop) -> EventLoopFuture<Verdict>,
        history: @escaping @Sendable (RoomID, _ after: Int64, _ upTo: Int64, any EventLoop) -> EventLoopFuture<[OrderedFrame]?>,
        receive: @escaping @Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>?,
        moved: @escaping @Sendable (Movement) -> Void
    ) {
        self.admit = admit
        self.history = history
        self.receive = receive
        self.moved = moved
    }
}
