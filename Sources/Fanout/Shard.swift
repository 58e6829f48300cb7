import DequeModule
import NIOCore
import WebSocket

/// The part of a hub that lives on one event loop: rooms, those in them, and those on their way in or out.
///
/// Everything here happens on the loop. Long work is cut into steps between which the loop turns to its sockets; a step goes on by a
/// scheduled callback, which allocates nothing, as NIO would run a task that executes itself again in the same turn, for ever.
final class Shard: NIOScheduledCallbackHandler {
    /// Seats looked at in one step: about 5 ms of send(2).
    static let seatsPerStep = 1024
    /// Connections closed in one step: NIO takes about 20 µs for each.
    static let departuresPerStep = 128

    let loop: any EventLoop
    let limits: Limits
    let callbacks: Hub.Callbacks
    let pingFrame: ByteBuffer
    let sign: ByteBuffer
    /// What came over the link. It and the link's own list take turns, so that neither has to grow again.
    var commands: [Command] = []
    private let census: Census
    private let start: NIODeadline
    /// The time of the last sweep or command: no clock is asked per frame.
    private(set) var now = Moment(tenths: 0)
    private var rooms: [RoomID: LocalRoom] = [:]
    private var lobby: ContiguousArray<ViewerHandler> = []
    private(set) var connections = 0
    private var active: Deque<LocalRoom> = []
    private var woken: [ViewerHandler] = []
    private var departures: Deque<(viewer: ViewerHandler, farewell: Farewell, wire: ByteBuffer)> = []
    private var cuts: Deque<ViewerHandler> = []
    private var isStepDue = false
    private var isSweeping = false
    private var sweeps = 0
    private var drain: Drain?

    private struct Drain {
        let ends: Moment
        var promises: [EventLoopPromise<Void>]
    }

    init(loop: any EventLoop, limits: Limits, callbacks: Hub.Callbacks, census: Census) {
        self.loop = loop
        self.limits = limits
        self.callbacks = callbacks
        self.census = census
        start = loop.now
        pingFrame = ByteBuffer(bytes: ServerFrame.ping())
        sign = ByteBuffer(bytes: EventStream.sign)
    }

    func room(_ id: RoomID) -> LocalRoom? { rooms[id] }

    func moment(_ deadline: NIODeadline?) -> Moment { deadline.map { Moment($0, since: start) } ?? .never }

    private func readClock() { now = Moment(loop.now, since: start) }
}

// MARK: - Commands

extension Shard {
    /// Does what ``commands`` say and forgets them.
    func obey() {
        readClock()
        for command in commands {
            switch command {
            case .open(let id, let head, let greeting): open(id, head, greeting)
            case .publish(let id, let frames, let greeting): publish(id, frames, greeting)
            case .counters(let id, let wire): setCounters(id, wire)
            case .close(let id, let farewell): close(id, farewell)
            case .drain(let duration, let promise): beginDrain(duration, promise)
            }
        }
        commands.removeAll(keepingCapacity: true)
        step()
    }

    private func open(_ id: RoomID, _ head: Int64, _ greeting: Greeting) {
        guard rooms[id] == nil else { return }
        rooms[id] = LocalRoom(id: id, head: head, greeting: greeting, limits: limits, now: now)
    }

    private func publish(_ id: RoomID, _ frames: [OrderedFrame], _ greeting: Greeting) {
        guard let local = rooms[id] else { return }
        for frame in frames { local.room.append(frame) }
        local.greeting = greeting
        activate(local)
    }

    private func setCounters(_ id: RoomID, _ wire: [UInt8]) {
        guard let local = rooms[id] else { return }
        local.room.setCounters(wire)
        local.countersAt = now
        activate(local)
    }

    private func close(_ id: RoomID, _ farewell: Farewell) {
        guard let local = rooms.removeValue(forKey: id) else { return }
        let wire = ByteBuffer(bytes: farewell.wire)
        for outlet in local.outlets { departures.append((outlet.handler, farewell, wire)) }
    }

    private func activate(_ local: LocalRoom) {
        if !local.isVisiting { active.append(local) }
        local.beginRound()
    }
}

// MARK: - Steps

extension Shard {
    /// Does a bounded part of what there is to do.
    private func step() {
        isStepDue = false
        var broken: [ViewerHandler] = []
        for viewer in exchange(&woken, with: []) { viewer.catchUp(now: now, broken: &broken) }
        var budget = Self.seatsPerStep
        while budget > 0, let local = active.popFirst() {
            let before = local.toVisit
            local.visit(min(budget, Self.seatsPerStep / 4), now: now, broken: &broken)
            budget -= before - local.toVisit
            if local.isVisiting { active.append(local) }
        }
        for _ in 0..<min(departures.count, Self.departuresPerStep) {
            let (viewer, farewell, wire) = departures.removeFirst()
            viewer.leave(farewell, wire: wire)
        }
        for _ in 0..<min(cuts.count, Self.departuresPerStep) { cuts.removeFirst().cut() }
        for viewer in broken { viewer.cut() }
        if !active.isEmpty || !departures.isEmpty || !cuts.isEmpty { continueSoon() }
    }

    private func continueSoon() {
        guard !isStepDue else { return }
        isStepDue = true
        // Refused only by a loop that has ended.
        _ = try? loop.assumeIsolated().scheduleCallback(in: .microseconds(50), handler: self)
    }

    func handleScheduledCallback(eventLoop: some EventLoop) { step() }

    /// The viewer has gone: its connection can be closed, at leisure.
    func cutSoon(_ viewer: ViewerHandler) {
        cuts.append(viewer)
        continueSoon()
    }

    /// The viewer's socket takes bytes again, or a round may have passed its seat over.
    func wake(_ viewer: ViewerHandler) {
        woken.append(viewer)
        guard !isStepDue else { return }
        isStepDue = true
        loop.assumeIsolated().execute { self.step() }
    }
}

// MARK: - Coming and going

extension Shard {
    /// A connection begins.
    func arrive(_ viewer: ViewerHandler) {
        connections += 1
        readClock()
        enterLobby(viewer, until: now + limits.joinWithin)
        sweepSoon()
        if drain != nil {
            depart(viewer, .restart(limits.retry))
            continueSoon()
        }
    }

    /// A connection has ended.
    func depart() {
        connections -= 1
        if connections == 0, let drain = exchange(&drain, with: nil) {
            self.drain = Drain(ends: drain.ends, promises: [])
            for promise in drain.promises { promise.succeed() }
        }
    }

    func enterLobby(_ viewer: ViewerHandler, until deadline: Moment) {
        viewer.lobbyIndex = lobby.count
        viewer.deadline = deadline
        lobby.append(viewer)
    }

    func leaveLobby(_ viewer: ViewerHandler) {
        guard let index = exchange(&viewer.lobbyIndex, with: nil) else { return }
        lobby.swapAt(index, lobby.count - 1)
        lobby.removeLast()
        if index < lobby.count { lobby[index].lobbyIndex = index }
    }

    func takeSeat(_ viewer: ViewerHandler, _ outlet: LocalRoom.Outlet, in local: LocalRoom, at position: Int64) -> Int {
        leaveLobby(viewer)
        census.change(local.id, by: 1)
        callbacks.moved(.joined(local.id, viewer.id))
        return local.seat(outlet, at: position)
    }

    func leaveSeat(_ viewer: ViewerHandler, _ index: Int, in local: LocalRoom) {
        if let moved = local.leave(index) { wake(moved) }
        census.change(local.id, by: -1)
        callbacks.moved(.left(local.id, viewer.id))
    }
}

// MARK: - Time

extension Shard {
    private func sweepSoon() {
        guard !isSweeping, connections > 0 else { return }
        isSweeping = true
        loop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { self.sweep() }
    }

    /// Ten times a second a tenth of all seats is looked at, so that each is once a second and pings are spread.
    private func sweep() {
        isSweeping = false
        readClock()
        sweeps += 1
        let tenth = sweeps % 10
        for local in rooms.values {
            beat(local)
            let count = local.outlets.count
            for viewer in local.outlets[count * tenth / 10..<count * (tenth + 1) / 10].map(\.handler) { viewer.check(now: now) }
        }
        if tenth == 0 {
            for viewer in lobby where viewer.deadline <= now { viewer.deadlinePassed() }
        }
        sweepSoon()
    }

    private func beat(_ local: LocalRoom) {
        guard local.countersAt + limits.heartbeat <= now else { return }
        local.countersAt = now
        local.room.repeatCounters()
        activate(local)
        continueSoon()
    }
}

// MARK: - Drain

extension Shard {
    private static let drainInterval = TimeAmount.milliseconds(250)

    private func beginDrain(_ duration: TimeAmount, _ promise: EventLoopPromise<Void>) {
        guard connections > 0 else { return promise.succeed() }
        guard drain == nil else { return drain!.promises.append(promise) }
        drain = Drain(ends: now + duration, promises: [promise])
        for viewer in lobby { depart(viewer, .restart(limits.retry)) }
        drainBatch()
    }

    /// Sends away so many that all are gone at the drain's end.
    private func drainBatch() {
        guard let drain else { return }
        readClock()
        let left = Int64(drain.ends.tenths) - Int64(now.tenths)
        let batches = max(1, Int(left * 100_000_000 / Self.drainInterval.nanoseconds))
        let seated = rooms.values.reduce(0) { $0 + $1.outlets.count }
        let window = limits.retry.lowerBound...max(limits.retry.upperBound, UInt32(clamping: left * 100))
        let farewell = Farewell.restart(window)
        let wire = ByteBuffer(bytes: farewell.wire)
        var batch = (seated + batches - 1) / batches
        for local in rooms.values where batch > 0 {
            for outlet in local.outlets.suffix(batch) { departures.append((outlet.handler, farewell, wire)) }
            batch -= min(batch, local.outlets.count)
        }
        continueSoon()
        if connections > 0 { loop.assumeIsolated().scheduleTask(in: Self.drainInterval) { self.drainBatch() } }
    }

    private func depart(_ viewer: ViewerHandler, _ farewell: Farewell) {
        departures.append((viewer, farewell, ByteBuffer(bytes: farewell.wire)))
    }
}
