package import NIOCore
import Synchronization

/// The rooms of one process and everyone in them.
///
/// How to use it:
///
/// 1. `open` a room with its head and a ``Greeting``, then `publish` its ordered frames and set its `counters`, from any thread and in
///    order. Calls don't wait: each event loop takes all that came since its last turn in one hop, and writes to each viewer at most
///    once for all of it. `close` ends a room and its viewers.
/// 2. For each WebSocket request: `reserve` before the upgrade (nil: answer 503 with Retry-After); after the upgrade, once the 101 is
///    written and every other handler is out of the pipeline, add `viewer(room:reservation:callbacks:on:)` to it, on the channel's loop.
/// 3. The ``Callbacks`` given with a viewer say whether it is let in, and hear what it does: the hub itself knows nobody to ask.
/// 4. At the end `drain(over:)`.
///
/// What is due to viewers who can't take it is decided by ``Ring``; nothing here blocks, allocates per delivery or keeps a task, a timer
/// or a queue per viewer. Child channels should be made with a recvAllocator of `FixedSizeRecvByteBufferAllocator(capacity: 512)`, since
/// NIO keeps that buffer for the connection's life.
package final class Hub: Sendable {
    package let limits: Limits
    private let links: [ShardLink]
    private let connectionCounter: ConnectionCounter

    /// A hub without rooms, with one shard for each event loop.
    package init(loops: some Sequence<any EventLoop>, limits: Limits = Limits()) {
        self.limits = limits
        connectionCounter = ConnectionCounter(all: limits.connections, perAddress: limits.connectionsPerAddress)
        links = loops.map { ShardLink(loop: $0, limits: limits) }
    }

    /// Opens a room in which everything up to `head` has been said; a room that is open stays as it is.
    package func open(_ room: RoomID, head: Int64, greeting: Greeting) { tell(.open(room, head: head, greeting)) }

    /// Adds frames to a room, in order. `greeting` is what joins are told once they are all in. An unknown room is passed over.
    package func publish(_ room: RoomID, _ frames: [OrderedFrame], greeting: Greeting) { tell(.publish(room, frames, greeting)) }

    /// Sets the room's counters: the whole frame as it travels. Viewers get the newest only.
    package func counters(_ room: RoomID, _ wire: [UInt8]) { tell(.counters(room, wire)) }

    /// Forgets the room and sends its viewers away.
    package func close(_ room: RoomID, _ farewell: Farewell) { tell(.close(room, farewell)) }

    /// Sends one viewer away; who isn't in the room is passed over.
    package func sendAway(_ viewer: ViewerID, from room: RoomID, _ farewell: Farewell) { tell(.sendAway(viewer, room, farewell)) }

    /// Connections in the room at this moment, over all event loops.
    package func viewerCount(_ room: RoomID) -> Int { links.reduce(0) { $0 + $1.census.count(room) } }

    /// Viewers in all rooms at this moment.
    package var viewerCount: Int { links.reduce(0) { $0 + $1.census.all } }

    /// Connections with a reservation at this moment, joined or not.
    package var connectionCount: Int { connectionCounter.all }

    /// A place for a connection; nil if the limits leave none. It is given back when the reservation and the viewer made with it are gone.
    package func reserve(_ address: ClientAddress) -> Reservation? { connectionCounter.reserve(address) }

    /// The handler for an upgraded connection, or, with `stream`, for one whose whole request was read and not answered.
    ///
    /// `joining` is what the viewer's first message would say; without it that message is awaited. Call it on `loop`, which must be the
    /// channel's and one of the hub's.
    package func viewer(
        room: RoomID,
        reservation: Reservation,
        callbacks: Callbacks,
        joining: [UInt8]? = nil,
        stream: EventStream? = nil,
        on loop: any EventLoop
    ) -> ViewerHandler {
        guard let link = links.first(where: { $0.loop === loop }) else { preconditionFailure("the event loop is not the hub's") }
        precondition(stream == nil || joining != nil, "who is served events sends no message")
        return ViewerHandler(
            shard: link.shard.value,
            room: room,
            reservation: reservation,
            callbacks: callbacks,
            joining: joining,
            stream: stream
        )
    }

    /// Sends everyone away in batches over the time given, each with a window in which to come back, and returns when all are gone.
    ///
    /// Whoever comes meanwhile is turned away in the same manner. Windows end when the drain does, so that those sent away first
    /// don't all come back at once; the successor must be ready when the drain begins.
    package func drain(over duration: TimeAmount) async {
        await withTaskGroup { group in
            for link in links {
                let promise = link.loop.makePromise(of: Void.self)
                link.tell(.drain(duration, promise))
                group.addTask { try? await promise.futureResult.get() }
            }
        }
    }

    private func tell(_ command: ShardCommand) {
        for link in links { link.tell(command) }
    }
}
