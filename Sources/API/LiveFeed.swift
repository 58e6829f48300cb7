import EventSourcing
import EventStore
import Fanout
import FoundationEssentials
import Logging
import NIOCore
import Postgres
import ReadModels
import Recruiting
import ServiceLifecycle
import WebSocket
import Wire

/// Follows the log into the rooms: each event of an open session becomes a frame at once, its counters a frame at most once a tick.
actor LiveFeed: Service {
    /// How far the rooms have followed the log.
    nonisolated let progress = Watermark()
    private let log: EventLog
    private let pool: PostgresPool
    private let hub: Hub
    /// How far the counters' projection has come.
    private let counted: Watermark
    private let epoch: String
    private let metrics: Metrics
    private let logger: Logger
    private var rooms: [SessionID: Room] = [:]
    private let histories = SharedReads<SessionID, [OrderedFrame]>()

    /// A room, or what came in while its past is being read.
    private enum Room {
        case opening([RecordedEvent], [CheckedContinuation<Void, Never>])
        case open(OpenRoom)
    }

    private struct OpenRoom {
        var fold: RoomFold
        var counters: SessionCounters
        /// The first and the last event since the counters were last read that may have changed them.
        var changed: ClosedRange<LogPosition>?
        var countersSentAt: ContinuousClock.Instant
        var usedAt: ContinuousClock.Instant
        /// The last answer to somebody who asked for the state.
        var state: State?

        func hello(_ mode: HelloFrame.Mode, of id: SessionID, epoch: String, limits: Limits) -> HelloFrame {
            HelloFrame(
                session: id,
                epoch: epoch,
                p: fold.last,
                tick: Int(LiveFeed.tick.milliseconds),
                ping: Int(limits.pingAfter.nanoseconds / 1_000_000) + 1_000,
                retry: [Int(limits.retry.lowerBound), Int(limits.retry.upperBound)],
                mode: mode,
                state: mode == .snapshot ? fold.state : nil,
                counters: Counters(counters)
            )
        }
    }

    /// A room's state as a document.
    struct State: Sendable {
        /// The session's title.
        let title: String
        /// Epoch, position and the counters' position: the same on every node.
        let tag: String
        /// A `hello` frame in mode `snapshot`.
        let document: [UInt8]
    }

    /// The longest time from a first change to its counters; the next ones come no sooner than a tick later.
    private static let beat = Duration.milliseconds(50)
    static let tick = Duration.seconds(1)
    /// A room without viewers is forgotten after this long.
    private static let keep = Duration.seconds(300)

    init(log: EventLog, pool: PostgresPool, hub: Hub, counted: Watermark, epoch: String, metrics: Metrics, logger: Logger) {
        self.log = log
        self.pool = pool
        self.hub = hub
        self.counted = counted
        self.epoch = epoch
        self.metrics = metrics
        self.logger = logger
    }

    func run() async throws {
        let start = try await log.refreshHead()
        progress.reached(start)
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.follow(after: start) }
                group.addTask { await self.sendCounters() }
            }
        }
    }

    private func follow(after start: LogPosition) async {
        var tail = LogTail(log, after: start, logger: logger).makeAsyncIterator()
        while let batch = await tail.next() {
            take(batch)
            progress.reached(batch[batch.count - 1].position)
        }
    }

    private func take(_ batch: [RecordedEvent]) {
        let bySession = Dictionary(grouping: batch) { $0.origin.correlation }
        for (correlation, events) in bySession {
            guard let id = correlation.map({ SessionID($0) }), let room = rooms[id] else { continue }
            switch room {
            case .opening(let earlier, let waiting): rooms[id] = .opening(earlier + events, waiting)
            case .open(var room):
                let frames = fold(events, into: &room, id)
                room.changed = (room.changed?.lowerBound ?? events[0].position)...events[events.count - 1].position
                rooms[id] = .open(room)
                if !frames.isEmpty { hub.publish(RoomID(id), frames, greeting: greeting(id, room)) }
            }
        }
    }

    private func fold(_ events: [RecordedEvent], into room: inout OpenRoom, _ id: SessionID) -> [OrderedFrame] {
        events.compactMap { event in
            do {
                return try room.fold.fold(event)
            } catch {
                logger.error("an event could not become a frame", metadata: ["position": "\(event.position)", "error": "\(error)"])
                return nil
            }
        }
    }
}

extension LiveFeed {
    /// Makes sure that the session's room is open; false when there is no such session.
    func open(_ id: SessionID) async throws -> Bool {
        switch rooms[id] {
        case .open(var room):
            room.usedAt = .now
            rooms[id] = .open(room)
            return true
        case .opening(let events, let waiting):
            await withCheckedContinuation { rooms[id] = .opening(events, waiting + [$0]) }
            // Where the reading failed, this one tries itself.
            return try await open(id)
        case nil:
            rooms[id] = .opening([], [])
            return try await readPast(of: id)
        }
    }

    private func readPast(of id: SessionID) async throws -> Bool {
        var opened: OpenRoom?
        defer {
            if case .opening(_, let waiting) = rooms[id] {
                rooms[id] = opened.map(Room.open)
                for continuation in waiting { continuation.resume() }
            }
        }
        let events = try await past(of: id)
        let head = log.head.position
        let counters = try await LiveCounters.newest(of: [id], in: pool)[id] ?? SessionCounters()
        var room = OpenRoom(
            fold: RoomFold(),
            counters: counters,
            changed: head...head,
            countersSentAt: .now - Self.tick,
            usedAt: .now
        )
        guard case .opening(let meanwhile, _) = rooms[id] else { return false }
        // Folding skips what it has seen, so events that were both read and heard of count once.
        let frames = fold(events + meanwhile, into: &room, id)
        guard room.fold.exists else { return false }
        opened = room
        hub.open(RoomID(id), head: frames.first?.previous ?? 0, greeting: greeting(id, room))
        hub.publish(RoomID(id), frames, greeting: greeting(id, room))
        hub.counters(RoomID(id), wire(counters))
        return true
    }

    /// The ordered frames past `after`, up to and with `last`: for viewers whose last one has left the room's memory.
    nonisolated func history(_ id: SessionID, after: Int64, through last: Int64) async throws -> [OrderedFrame] {
        let frames = try await histories.value(of: id) {
            var fold = RoomFold()
            return try await past(of: id).compactMap { try fold.fold($0) }
        }
        return frames.filter { $0.position > after && $0.position <= last }
    }

    private nonisolated func past(of id: SessionID) async throws -> [RecordedEvent] {
        try await log.read(correlation: id.uuid, in: Session.stream(id), orOf: RoomFold.types)
    }

    private func greeting(_ id: SessionID, _ room: OpenRoom) -> Greeting {
        let (epoch, limits, metrics) = (epoch, hub.limits, metrics)
        return Greeting { mode in
            metrics.count("jobcast_greetings_encoded_total")
            return ServerFrame.text(encoded(room.hello(mode == .snapshot ? .snapshot : .resume, of: id, epoch: epoch, limits: limits)))
        }
    }

    /// The room's state as of this moment; nil when there is no such session. Encoded once for all who ask between two changes.
    func state(of id: SessionID) async throws -> State? {
        guard try await open(id), case .open(var room) = rooms[id] else { return nil }
        let tag = "\"\(epoch)-\(room.fold.last)-\(room.counters.position)\""
        if let state = room.state, state.tag == tag { return state }
        let state = State(
            title: room.fold.state.title,
            tag: tag,
            document: encoded(room.hello(.snapshot, of: id, epoch: epoch, limits: hub.limits))
        )
        room.state = state
        rooms[id] = .open(room)
        return state
    }

    private func wire(_ counters: SessionCounters) -> [UInt8] {
        ServerFrame.text(encoded(CountersFrame(p: counters.position, Counters(counters))))
    }
}

extension LiveFeed {
    private func sendCounters() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.beat)
            await sendDueCounters()
            forgetUnused()
        }
    }

    /// One query for all rooms whose counters may have changed, are folded, and were not sent within the last tick.
    private func sendDueCounters() async {
        let now = ContinuousClock.now
        let folded = counted.position
        let due = rooms.compactMap { id, room -> SessionID? in
            guard case .open(let room) = room, let changed = room.changed, changed.lowerBound <= folded,
                room.countersSentAt + Self.tick <= now
            else { return nil }
            return id
        }
        guard !due.isEmpty else { return }
        do {
            let newest = try await LiveCounters.newest(of: due, in: pool)
            for id in due { update(id, newest[id] ?? SessionCounters(), folded) }
        } catch {
            if !Task.isCancelled { logger.warning("the counters can't be read", metadata: ["error": "\(error)"]) }
        }
    }

    private func update(_ id: SessionID, _ counters: SessionCounters, _ folded: LogPosition) {
        guard case .open(var room) = rooms[id] else { return }
        // What was not folded yet when the query began may not be in it.
        room.changed = room.changed.flatMap { $0.upperBound <= folded ? nil : max($0.lowerBound, folded.advanced(by: 1))...$0.upperBound }
        if room.counters != counters {
            room.counters = counters
            room.countersSentAt = .now
            hub.publish(RoomID(id), [], greeting: greeting(id, room))
            hub.counters(RoomID(id), wire(counters))
        }
        rooms[id] = .open(room)
    }

    private func forgetUnused() {
        let now = ContinuousClock.now
        for case (let id, .open(let room)) in rooms where room.usedAt + Self.keep < now {
            if hub.viewerCount(RoomID(id)) > 0 {
                var room = room
                room.usedAt = now
                rooms[id] = .open(room)
            } else {
                rooms[id] = nil
                hub.close(RoomID(id), .noSuchRoom)
            }
        }
    }
}

extension RoomID {
    init(_ session: SessionID) {
        self.init(withUnsafeBytes(of: session.uuid.uuid) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) })
    }
}

extension SessionID {
    init(_ room: RoomID) {
        self.init(withUnsafeBytes(of: room.value.bigEndian) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) })
    }
}
