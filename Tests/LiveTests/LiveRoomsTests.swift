import EventSourcing
import Fanout
import FoundationEssentials
import ReadModels
import Recruiting
import TestSupport
import Testing

@testable import EventStore
@testable import Live

@Suite struct LiveRoomsTests {
    private static let session = SessionID("7f9f3c52-0000-4000-8000-000000000000")!
    private static let other = SessionID("7f9f3c52-0000-4000-8000-000000000001")!
    private static let start = ContinuousClock.now

    private static func event(_ position: Int64, _ event: Session.Event, of session: SessionID = session) -> RecordedEvent {
        self.event(position, type(of: event.data).type, event.encoded(), of: session)
    }

    private static func event(_ position: Int64, _ type: String, _ data: [UInt8], of session: SessionID = session) -> RecordedEvent {
        RecordedEvent(
            position: LogPosition(position),
            stream: Session.stream(session),
            version: Int(position),
            type: type,
            schemaVersion: 1,
            recordedAt: Date(timeIntervalSince1970: 1_800_000_000),
            mediaTime: nil,
            origin: Origin(actorKind: "host", actorID: "h", correlation: session.uuid),
            data: data
        )
    }

    private static func scheduled(_ position: Int64, _ session: SessionID = session) throws -> RecordedEvent {
        let (start, end) = (Timestamp(milliseconds: 1_800_000_000_000), Timestamp(milliseconds: 1_800_003_600_000))
        let plan = try SessionScheduled(title: "岗位", format: .county, startsAt: start, endsAt: end, host: Subject("h"))
        return event(position, .scheduled(plan), of: session)
    }

    private static func segment(_ position: Int64, of session: SessionID = session) -> RecordedEvent {
        event(position, .segmentStarted(SegmentStarted(kind: .jobs)), of: session)
    }

    private static func counters(_ online: Int, _ position: Int64) -> SessionCounters {
        var counters = SessionCounters()
        (counters.online, counters.position) = (online, LogPosition(position))
        return counters
    }

    /// What is to be done, in short: the positions of frames, or of counters.
    private static func told(_ actions: [LiveRooms.Action]) -> [String] {
        actions.map { action in
            switch action {
            case .open(_, let head, _): "open \(head)"
            case .publish(_, let frames, _): "publish \(frames.map(\.position))"
            case .counters(_, let counters): "counters \(counters.position)"
            case .close: "close"
            case .report(let position, _): "report \(position)"
            }
        }
    }

    /// With one room that was opened when the log was at 2.
    private static func opened() throws -> LiveRooms {
        var rooms = LiveRooms(epoch: "e", limits: Limits())
        _ = rooms.wanted(session, at: start)
        _ = rooms.read(session, past: [try scheduled(1), segment(2)], counters: counters(1, 2), head: LogPosition(2), at: start)
        return rooms
    }

    @Test func `who wants in first has the past read, and what comes meanwhile is told once`() throws {
        var rooms = LiveRooms(epoch: "e", limits: Limits())
        #expect(rooms.wanted(Self.session, at: Self.start) == .readPast)
        #expect(rooms.wanted(Self.session, at: Self.start) == .opening)
        #expect(rooms.appended([Self.segment(3), Self.segment(4), Self.segment(5, of: Self.other)]).isEmpty)
        let past = [try Self.scheduled(1), Self.segment(2), Self.segment(3)]
        let actions = rooms.read(Self.session, past: past, counters: Self.counters(0, 0), head: LogPosition(3), at: Self.start)
        #expect(Self.told(actions) == ["open 0", "publish [2, 3, 4]", "counters 0"])
        #expect(rooms.wanted(Self.session, at: Self.start) == .open)
    }

    @Test func `there is no room for a session that isn't scheduled, nor where the past can't be read`() {
        var rooms = LiveRooms(epoch: "e", limits: Limits())
        _ = rooms.wanted(Self.session, at: Self.start)
        #expect(rooms.read(Self.session, past: [], counters: SessionCounters(), head: .start, at: Self.start).isEmpty)
        #expect(rooms.wanted(Self.session, at: Self.start) == .readPast)
        rooms.unread(Self.session)
        #expect(rooms.wanted(Self.session, at: Self.start) == .readPast)
    }

    @Test func `a feed that lags behind the head at which a room was opened ends nothing`() throws {
        var rooms = LiveRooms(epoch: "e", limits: Limits())
        _ = rooms.wanted(Self.session, at: Self.start)
        let past = [try Self.scheduled(1), Self.segment(2), Self.segment(3)]
        _ = rooms.read(Self.session, past: past, counters: Self.counters(1, 9), head: LogPosition(9), at: Self.start)
        #expect(rooms.appended([Self.segment(3)]).isEmpty)
        #expect(Self.told(rooms.appended([Self.segment(4)])) == ["publish [4]"])
        #expect(rooms.due(at: Self.start, folded: LogPosition(8)).isEmpty)
        #expect(rooms.due(at: Self.start, folded: LogPosition(9)) == [Self.session])
    }

    @Test(arguments: Seed.schedules(200))
    func `however feed, past and counters overtake each other, each event is told once and the last counters come`(
        seed: Seed
    ) throws {
        var random = seed
        let log = try [Self.scheduled(1)] + (2...40).map { Self.segment($0) }
        var rooms = LiveRooms(epoch: "e", limits: Limits())
        var (told, fed, written): ([Int64], Int, Int) = ([], 0, 1)
        var asked: Int?
        func hear(_ actions: [LiveRooms.Action]) {
            for case .publish(_, let frames, _) in actions { told += frames.map(\.position) }
        }
        while fed < log.count {
            written = Int.random(in: written...log.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0 where fed < written:
                let next = Int.random(in: fed + 1...written, using: &random)
                hear(rooms.appended(Array(log[fed..<next])))
                fed = next
            case 1: if rooms.wanted(Self.session, at: Self.start) == .readPast { asked = fed }
            case 2 where asked != nil:
                // The past is read first, then the head is known, and the feed may be anywhere.
                let past = Int.random(in: max(asked ?? 0, 1)...written, using: &random)
                let head = LogPosition(Int64(Int.random(in: past...written, using: &random)))
                hear(rooms.read(Self.session, past: Array(log[..<past]), counters: Self.counters(1, 0), head: head, at: Self.start))
                asked = nil
            default:
                let folded = LogPosition(Int64(Int.random(in: 0...written, using: &random)))
                for id in rooms.due(at: Self.start, folded: folded) {
                    _ = rooms.counted(id, Self.counters(1, 0), folded: folded, at: Self.start)
                }
            }
        }
        guard rooms.room(Self.session) != nil else { return }
        #expect(told == Array(2...40), "\(seed.replay)")
        #expect(rooms.room(Self.session)?.changed?.upperBound ?? 40 == 40, "\(seed.replay)")
    }

    @Test func `an event becomes a frame in its own room only, and one that can't is passed over`() throws {
        var rooms = try Self.opened()
        let broken = Self.event(3, SegmentStarted.type, Array("{}".utf8))
        #expect(Self.told(rooms.appended([broken, Self.segment(4), Self.segment(5, of: Self.other)])) == ["report 3", "publish [4]"])
        #expect(rooms.appended([Self.segment(4)]).isEmpty)
    }

    @Test func `counters are due a tick after the last ones, once the change is folded`() throws {
        var rooms = try Self.opened()
        #expect(rooms.due(at: Self.start, folded: LogPosition(1)).isEmpty)
        #expect(rooms.due(at: Self.start, folded: LogPosition(2)) == [Self.session])
        #expect(
            Self.told(rooms.counted(Self.session, Self.counters(2, 2), folded: LogPosition(2), at: Self.start)) == [
                "publish []", "counters 2",
            ]
        )
        _ = rooms.appended([Self.segment(3)])
        #expect(rooms.due(at: Self.start + .milliseconds(999), folded: LogPosition(3)).isEmpty)
        #expect(rooms.due(at: Self.start + .seconds(1), folded: LogPosition(2)).isEmpty)
        #expect(rooms.due(at: Self.start + .seconds(1), folded: LogPosition(3)) == [Self.session])
    }

    @Test func `counters that are the same are not told, and a change that was not folded yet stays due`() throws {
        var rooms = try Self.opened()
        _ = rooms.appended([Self.segment(3), Self.segment(4)])
        #expect(rooms.counted(Self.session, Self.counters(1, 2), folded: LogPosition(3), at: Self.start).isEmpty)
        #expect(rooms.due(at: Self.start, folded: LogPosition(3)).isEmpty)
        #expect(rooms.due(at: Self.start, folded: LogPosition(4)) == [Self.session])
        #expect(rooms.counted(Self.session, Self.counters(1, 2), folded: LogPosition(4), at: Self.start).isEmpty)
        #expect(rooms.due(at: Self.start + .seconds(9), folded: LogPosition(9)).isEmpty)
    }

    @Test func `a room is forgotten five minutes after its last use, unless somebody is in it`() throws {
        var rooms = try Self.opened()
        let later = Self.start + .seconds(301)
        #expect(rooms.forgetUnused(at: Self.start + .seconds(300)) { _ in false }.isEmpty)
        #expect(rooms.forgetUnused(at: later) { _ in true }.isEmpty)
        #expect(rooms.forgetUnused(at: later + .seconds(300)) { _ in false }.isEmpty)
        #expect(Self.told(rooms.forgetUnused(at: later + .seconds(301)) { _ in false }) == ["close"])
        #expect(rooms.wanted(Self.session, at: later) == .readPast)
    }

    @Test func `a document is another after a frame and after counters, and there is none of a room that isn't open`() throws {
        var rooms = try Self.opened()
        let first = rooms.document(of: Self.session)
        #expect(first?.tag == "\"e-2-2\"" && first?.title == "岗位")
        _ = rooms.appended([Self.segment(3)])
        #expect(rooms.document(of: Self.session)?.tag == "\"e-3-2\"")
        _ = rooms.counted(Self.session, Self.counters(2, 3), folded: LogPosition(3), at: Self.start)
        #expect(rooms.document(of: Self.session)?.tag == "\"e-3-3\"")
        #expect(rooms.document(of: Self.other) == nil)
    }
}
