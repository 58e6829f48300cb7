import EventSourcing
import EventStore
import Fanout
import ReadModels
import Recruiting
import Wire

/// The open rooms of this node, as a pure value: what has happened goes in, what is to be done comes out.
struct LiveRooms: Sendable {
    /// What is to be done for a room, in order.
    enum Action: Sendable {
        /// The room is there; everything up to `head` has been said in it.
        case open(SessionID, head: Int64, LiveRoom)
        /// Frames for those who are in the room, none or more, and what is told to those who come from now on.
        case publish(SessionID, [OrderedFrame], LiveRoom)
        case counters(SessionID, SessionCounters)
        /// The room is nobody's any more.
        case close(SessionID)
        /// An event that could not become a frame was passed over.
        case report(LogPosition, any Error)
    }

    /// What somebody who wants into a room finds.
    enum Finding: Equatable {
        case open
        /// Somebody else has the room's past read already.
        case opening
        /// Nobody has asked before: the room's past is to be read, and to be told by ``read(_:past:counters:head:at:)`` or ``unread(_:)``.
        case readPast
    }

    private enum State {
        /// The past is being read; meanwhile this was appended.
        case opening([RecordedEvent])
        case open(LiveRoom)
    }

    /// The shortest time between two frames of counters.
    static let tick = Duration.seconds(1)
    /// A room without viewers is forgotten after this long.
    static let keep = Duration.seconds(300)

    private let epoch: String
    private let limits: Limits
    private var rooms: [SessionID: State] = [:]

    init(epoch: String, limits: Limits) {
        self.epoch = epoch
        self.limits = limits
    }

    func room(_ session: SessionID) -> LiveRoom? {
        if case .open(let room) = rooms[session] { room } else { nil }
    }
}

extension LiveRooms {
    mutating func wanted(_ session: SessionID, at now: ContinuousClock.Instant) -> Finding {
        switch rooms[session] {
        case .open(var room):
            room.usedAt = now
            rooms[session] = .open(room)
            return .open
        case .opening: return .opening
        case nil:
            rooms[session] = .opening([])
            return .readPast
        }
    }

    /// The room's past has been read, and then its counters, before which the log was at `head`. Without a session there is no room.
    mutating func read(
        _ session: SessionID,
        past: [RecordedEvent],
        counters: SessionCounters,
        head: LogPosition,
        at now: ContinuousClock.Instant
    ) -> [Action] {
        guard case .opening(let meanwhile) = rooms[session] else { return [] }
        var room = LiveRoom(counters: counters, changed: head...head, countersSentAt: now - Self.tick, usedAt: now)
        // Folding skips what it has seen, so events that were both read and heard of count once.
        let (frames, reports) = Self.fold(past + meanwhile, into: &room)
        rooms[session] = room.fold.exists ? .open(room) : nil
        guard room.fold.exists else { return reports }
        return reports + [
            .open(session, head: frames.first?.previous ?? 0, room), .publish(session, frames, room), .counters(session, counters),
        ]
    }

    /// The room's past can't be read now.
    mutating func unread(_ session: SessionID) {
        if case .opening = rooms[session] { rooms[session] = nil }
    }

    /// The log has grown by these events, some of which may belong to rooms.
    mutating func appended(_ events: [RecordedEvent]) -> [Action] {
        Dictionary(grouping: events) { $0.origin.correlation }.flatMap { correlation, events in
            correlation.map { appended(events, to: SessionID($0)) } ?? []
        }
    }

    private mutating func appended(_ events: [RecordedEvent], to session: SessionID) -> [Action] {
        switch rooms[session] {
        case nil: return []
        case .opening(let earlier):
            rooms[session] = .opening(earlier + events)
            return []
        case .open(var room):
            let (frames, reports) = Self.fold(events, into: &room)
            // The feed may lag behind the head at which the room's counters were read: then these events are older than that.
            let (first, last) = (events[0].position, events[events.count - 1].position)
            room.changed = room.changed.map { $0.lowerBound...max($0.upperBound, last) } ?? first...last
            rooms[session] = .open(room)
            return frames.isEmpty ? reports : reports + [.publish(session, frames, room)]
        }
    }

    private static func fold(_ events: [RecordedEvent], into room: inout LiveRoom) -> ([OrderedFrame], [Action]) {
        var (frames, reports): ([OrderedFrame], [Action]) = ([], [])
        for event in events {
            do {
                if let frame = try room.fold.fold(event) { frames.append(frame) }
            } catch {
                reports.append(.report(event.position, error))
            }
        }
        return (frames, reports)
    }
}

extension LiveRooms {
    /// The rooms whose counters are to be read: those that may have changed, are folded up to `folded`, and were not sent within a tick.
    func due(at now: ContinuousClock.Instant, folded: LogPosition) -> [SessionID] {
        rooms.compactMap { session, room in
            guard case .open(let room) = room, let changed = room.changed, changed.lowerBound <= folded,
                room.countersSentAt + Self.tick <= now
            else { return nil }
            return session
        }
    }

    /// The counters were read after they had been folded up to `folded`.
    mutating func counted(
        _ session: SessionID,
        _ counters: SessionCounters,
        folded: LogPosition,
        at now: ContinuousClock.Instant
    ) -> [Action] {
        guard var room = room(session) else { return [] }
        // What was not folded yet when the query began may not be in it.
        room.changed = room.changed.flatMap { $0.upperBound <= folded ? nil : max($0.lowerBound, folded.advanced(by: 1))...$0.upperBound }
        defer { rooms[session] = .open(room) }
        guard room.counters != counters else { return [] }
        room.counters = counters
        room.countersSentAt = now
        return [.publish(session, [], room), .counters(session, counters)]
    }

    /// Forgets the rooms that nobody has used for long and, as `isWatched` tells, nobody is in.
    mutating func forgetUnused(at now: ContinuousClock.Instant, isWatched: (SessionID) -> Bool) -> [Action] {
        var actions: [Action] = []
        for case (let session, .open(var room)) in rooms where room.usedAt + Self.keep < now {
            if isWatched(session) {
                room.usedAt = now
                rooms[session] = .open(room)
            } else {
                rooms[session] = nil
                actions.append(.close(session))
            }
        }
        return actions
    }

    /// The room's state as of this moment, made once for all who ask between two changes; nil when the room isn't open.
    mutating func document(of session: SessionID) -> RoomDocument? {
        guard var room = room(session) else { return nil }
        let tag = "\"\(epoch)-\(room.fold.last)-\(room.counters.position)\""
        if let document = room.document, document.tag == tag { return document }
        let bytes = encoded(room.hello(.snapshot, of: session, epoch: epoch, limits: limits))
        let document = RoomDocument(title: room.fold.state.title, tag: tag, bytes: bytes)
        room.document = document
        rooms[session] = .open(room)
        return document
    }
}
