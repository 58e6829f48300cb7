import EventSourcing
import EventStore
import Fanout
import Recruiting
import WebSocket
import Wire

/// One session's room as the log tells it: what viewers have before them, and the frames that brought them there.
struct RoomFold: Sendable {
    /// The types of the events outside the session's own stream that become frames.
    static let types = [QuestionAnswered.type]

    private var session = Session.initial
    /// The last event that was folded.
    private(set) var through = LogPosition.start
    /// The last event that became a frame.
    private(set) var last = LogPosition.start

    var exists: Bool { session.plan != nil }

    /// The frame of an event that belongs to this session; nil for those that viewers aren't told of, and those folded before.
    mutating func fold(_ event: RecordedEvent) throws -> OrderedFrame? {
        guard event.position > through else { return nil }
        let change = try change(event)
        through = event.position
        guard let change else { return nil }
        let frame = RoomFrame(p: event.position, pp: last, change: change)
        defer { last = event.position }
        return OrderedFrame(position: event.position.rawValue, previous: last.rawValue, wire: ServerFrame.text(encoded(frame)))
    }

    var state: RoomState {
        let stage = session.phase.stage
        return RoomState(
            status: session.phase.status,
            title: session.plan?.title ?? "",
            startsAt: session.plan?.startsAt,
            segment: stage?.segment,
            featured: stage?.featured?.card,
            policy: stage?.policy,
            shelf: session.shelfCounts
        )
    }
}

/// The one place where an event becomes a frame.
extension RoomFold {
    private mutating func change(_ event: RecordedEvent) throws -> RoomFrame.Change? {
        if event.type == QuestionAnswered.type {
            let answer = try QuestionAnswered(json: event.data)
            return .answer(answer.question, text: answer.text)
        }
        guard event.stream.category == "session" else { return nil }
        let said = try Session.Event(type: event.type, data: event.data)
        let change = Self.change(said, before: session)
        Session.apply(said, to: &session)
        return change ?? Self.change(said, after: session)
    }

    /// What only the state before the event can tell: which card it is that goes.
    private static func change(_ event: Session.Event, before session: Session.State) -> RoomFrame.Change? {
        guard case .unfeatured = event else { return nil }
        return session.phase.stage?.featured.map { .unfeatured($0.card) }
    }

    private static func change(_ event: Session.Event, after session: Session.State) -> RoomFrame.Change? {
        switch event {
        case .featured(let featured): .featured(featured.card)
        case .shelved, .unshelved: .shelf(session.shelfCounts)
        case .segmentStarted(let segment): .segment(segment.kind)
        case .policyShown(let card): .policy(card)
        case .started, .interrupted, .resumed, .ended, .cancelled: .status(session.phase.status)
        case .scheduled, .rescheduled, .revised, .hostAssigned, .unfeatured, .recordingPublished: nil
        }
    }
}

extension Session.State {
    fileprivate var shelfCounts: ShelfCounts {
        ShelfCounts(jobs: shelf.count, openings: shelf.values.reduce(0) { $0 + $1.openings })
    }
}

extension Session.Phase {
    fileprivate var stage: Session.Stage? {
        switch self {
        case .live(let stage), .interrupted(let stage): stage
        case .unscheduled, .scheduled, .ended, .cancelled: nil
        }
    }

    fileprivate var status: RoomStatus {
        switch self {
        case .unscheduled, .scheduled: .scheduled
        case .live: .live
        case .interrupted: .interrupted
        case .ended: .ended
        case .cancelled: .cancelled
        }
    }
}
