import DequeModule
import NIOCore
import WebSocket

/// The part of a hub that lives on one event loop: rooms, those in them, and those on their way in or out.
///
/// Everything here happens on the loop. The handlers of connections say here what happened to their viewers; the shard knows no
/// handler, and reaches a viewer's socket by the ``WritingGate`` or by NIO. It serves viewers and sends them away in steps, between
/// which the loop turns to its sockets. A step goes on by a scheduled callback, which allocates nothing, as NIO would run a task that
/// executes itself again in the same turn, for ever.
final class Shard {
    let loop: any EventLoop
    let limits: Limits
    let pingFrame: ByteBuffer
    let sign: ByteBuffer
    /// What came over the link. It and the link's own list take turns, so that neither has to grow again.
    var commands: [ShardCommand] = []
    /// The time of the last sweep or command: no clock is asked per frame.
    private(set) var now = Moment(tenths: 0)
    private let start: NIODeadline
    let census: Census
    var rooms: [RoomID: Room] = [:]
    /// Those who have no seat yet, or none any more.
    var unseated: ContiguousArray<Viewer> = []
    var connections = 0
    var active: Deque<Room> = []
    var woken: [Viewer] = []
    var broken: [Viewer] = []
    var departures: Deque<(viewer: Viewer, farewell: Farewell, wire: ByteBuffer)> = []
    var cuts: Deque<Viewer> = []
    var isStepDue = false
    var isSweeping = false
    var sweeps = 0
    var drain: Drain?

    init(loop: any EventLoop, limits: Limits, census: Census) {
        self.loop = loop
        self.limits = limits
        self.census = census
        start = loop.now
        pingFrame = ByteBuffer(bytes: ServerFrame.ping())
        sign = ByteBuffer(bytes: EventStream.sign)
    }

    func room(_ id: RoomID) -> Room? { rooms[id] }

    func moment(_ deadline: NIODeadline?) -> Moment { deadline.map { Moment($0, since: start) } ?? .never }

    func readClock() { now = Moment(loop.now, since: start) }
}

/// What other threads ask.
extension Shard {
    /// Does what ``commands`` say and forgets them.
    func applyCommands() {
        readClock()
        for command in commands {
            switch command {
            case .open(let id, let head, let greeting): open(id, head, greeting)
            case .publish(let id, let frames, let greeting): publish(id, frames, greeting)
            case .counters(let id, let wire): setCounters(id, wire)
            case .close(let id, let farewell): close(id, farewell)
            case .sendAway(let id, let room, let farewell): sendAway(id, from: room, farewell)
            case .drain(let duration, let promise): beginDrain(duration, promise)
            }
        }
        commands.removeAll(keepingCapacity: true)
        step()
    }

    private func open(_ id: RoomID, _ head: Int64, _ greeting: Greeting) {
        guard rooms[id] == nil else { return }
        rooms[id] = Room(id: id, head: head, greeting: greeting, limits: limits, now: now)
    }

    private func publish(_ id: RoomID, _ frames: [OrderedFrame], _ greeting: Greeting) {
        guard let room = rooms[id] else { return }
        for frame in frames { room.ring.append(frame) }
        room.greeting = greeting
        activate(room)
    }

    private func setCounters(_ id: RoomID, _ wire: [UInt8]) {
        guard let room = rooms[id] else { return }
        room.ring.setCounters(wire)
        room.countersAt = now
        activate(room)
    }

    private func close(_ id: RoomID, _ farewell: Farewell) {
        guard let room = rooms.removeValue(forKey: id) else { return }
        let wire = ByteBuffer(bytes: farewell.wire)
        for outlet in room.outlets { departures.append((outlet.viewer, farewell, wire)) }
    }

    private func sendAway(_ id: ViewerID, from room: RoomID, _ farewell: Farewell) {
        for outlet in rooms[room]?.outlets ?? [] where outlet.viewer.id == id { sendAwaySoon(outlet.viewer, farewell) }
    }

    func activate(_ room: Room) {
        if !room.isVisiting { active.append(room) }
        room.beginRound()
    }
}
