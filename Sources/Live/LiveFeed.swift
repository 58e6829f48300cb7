import Commands
import EventSourcing
package import EventStore
package import Fanout
import FoundationEssentials
package import Logging
package import Postgres
import ReadModels
package import Recruiting
import ServiceLifecycle
import WebSocket
import Wire

/// Follows the log into the rooms: each event of an open session becomes a frame at once, its counters a frame at most once a tick.
///
/// ``LiveRooms`` decides; this reads the log and the counters for it, and does in the hub what it says.
package actor LiveFeed: Service {
    /// How far the rooms have followed the log.
    package nonisolated let progress = Watermark()
    private let log: EventLog
    private let pool: PostgresPool
    private let hub: Hub
    /// How far the counters' projection has come.
    private let counted: Watermark
    private let epoch: String
    private let onGreeting: @Sendable () -> Void
    /// Hears of accounts that something was taken from.
    private let onLoss: @Sendable (Subject) -> Void
    private let logger: Logger
    private var rooms: LiveRooms
    /// The callers who want into a room whose past is being read for somebody else.
    private var waiting: [SessionID: [CheckedContinuation<Void, Never>]] = [:]
    private let histories = SharedReads<SessionID, [OrderedFrame]>()

    /// The shortest time between two frames of counters.
    package static let tick = LiveRooms.tick
    /// The longest time from a first change to its counters; the next ones come no sooner than a tick later.
    private static let beat = Duration.milliseconds(50)

    /// `onGreeting` is called for each greeting that is encoded.
    package init(
        log: EventLog,
        pool: PostgresPool,
        hub: Hub,
        counted: Watermark,
        epoch: String,
        logger: Logger,
        onLoss: @escaping @Sendable (Subject) -> Void = { _ in },
        onGreeting: @escaping @Sendable () -> Void
    ) {
        self.log = log
        self.pool = pool
        self.hub = hub
        self.counted = counted
        self.epoch = epoch
        self.onGreeting = onGreeting
        self.onLoss = onLoss
        self.logger = logger
        rooms = LiveRooms(epoch: epoch, limits: hub.limits)
    }

    package func run() async throws {
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
            perform(rooms.appended(batch))
            for event in batch where event.stream.category == "account" { tellLoss(event) }
            progress.reached(batch[batch.count - 1].position)
        }
    }

    /// An event that a later release has written may take something away as well: whoever is concerned is looked at once more.
    private func tellLoss(_ event: RecordedEvent) {
        guard (try? Account.Event(type: event.type, data: event.data))?.takesAway ?? true,
            let account = try? Subject(String(event.stream.id))
        else { return }
        onLoss(account)
    }

    private func sendCounters() async {
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.beat)
            await sendDueCounters()
            perform(rooms.forgetUnused(at: .now) { hub.viewerCount(RoomID($0)) > 0 })
        }
    }

    /// One query for all rooms.
    private func sendDueCounters() async {
        let folded = counted.position
        let due = rooms.due(at: .now, folded: folded)
        guard !due.isEmpty else { return }
        do {
            let newest = try await LiveCounters.newest(of: due, in: pool)
            for id in due { perform(rooms.counted(id, newest[id] ?? SessionCounters(), folded: folded, at: .now)) }
        } catch {
            if !Task.isCancelled { logger.warning("the counters can't be read", metadata: ["error": "\(error)"]) }
        }
    }

    private func perform(_ actions: [LiveRooms.Action]) {
        for action in actions {
            switch action {
            case .open(let id, let head, let room): hub.open(RoomID(id), head: head, greeting: greeting(id, room))
            case .publish(let id, let frames, let room): hub.publish(RoomID(id), frames, greeting: greeting(id, room))
            case .counters(let id, let counters):
                hub.counters(RoomID(id), ServerFrame.text(encoded(CountersFrame(p: counters.position, Counters(counters)))))
            case .close(let id): hub.close(RoomID(id), .noSuchRoom)
            case .report(let position, let error):
                logger.error("an event could not become a frame", metadata: ["position": "\(position)", "error": "\(error)"])
            }
        }
    }

    private func greeting(_ id: SessionID, _ room: LiveRoom) -> Greeting {
        let (epoch, limits, onGreeting) = (epoch, hub.limits, onGreeting)
        return Greeting { mode in
            onGreeting()
            return ServerFrame.text(encoded(room.hello(mode == .snapshot ? .snapshot : .resume, of: id, epoch: epoch, limits: limits)))
        }
    }
}

extension LiveFeed {
    /// Makes sure that the session's room is open; false when there is no such session.
    package func open(_ id: SessionID) async throws -> Bool {
        switch rooms.wanted(id, at: .now) {
        case .open: return true
        case .opening:
            await withCheckedContinuation { waiting[id, default: []].append($0) }
            // Where the reading failed, this one tries itself.
            return try await open(id)
        case .readPast: return try await readPast(of: id)
        }
    }

    private func readPast(of id: SessionID) async throws -> Bool {
        defer { for waiter in waiting.removeValue(forKey: id) ?? [] { waiter.resume() } }
        do {
            let past = try await past(of: id)
            let head = log.head.position
            let counters = try await LiveCounters.newest(of: [id], in: pool)[id] ?? SessionCounters()
            perform(rooms.read(id, past: past, counters: counters, head: head, at: .now))
            return rooms.room(id) != nil
        } catch {
            rooms.unread(id)
            throw error
        }
    }

    /// The room's state as of this moment; nil when there is no such session.
    package func document(of id: SessionID) async throws -> RoomDocument? {
        try await open(id) ? rooms.document(of: id) : nil
    }

    /// The ordered frames past `after`, up to and with `last`: for viewers whose last one has left the room's memory.
    package nonisolated func history(_ id: SessionID, after: Int64, through last: Int64) async throws -> [OrderedFrame] {
        let frames = try await histories.value(of: id) {
            var fold = RoomFold()
            return try await past(of: id).compactMap { try fold.fold($0) }
        }
        return frames.filter { $0.position > after && $0.position <= last }
    }

    private nonisolated func past(of id: SessionID) async throws -> [RecordedEvent] {
        try await log.read(correlation: id.uuid, in: Session.stream(id), orOf: RoomFold.types)
    }
}

extension RoomID {
    package init(_ session: SessionID) {
        self.init(withUnsafeBytes(of: session.uuid.uuid) { UInt128(bigEndian: $0.loadUnaligned(as: UInt128.self)) })
    }
}

extension SessionID {
    init(_ room: RoomID) {
        self.init(withUnsafeBytes(of: room.value.bigEndian) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) })
    }
}
