import EventSourcing
import Recruiting
import TestSupport
import Testing

/// Whatever hosts, viewers and reviewers do in whatever order, the room keeps its rules.
@Suite struct SessionPropertyTests {
    @Test(arguments: Seed.schedules(200).map(\.value)) func `any sequence of commands keeps the rules of a session`(seed: UInt64) {
        var crowd = Crowd(seed: seed)
        var log: [Session.Event] = []
        var state = Session.initial
        for _ in 0..<150 {
            let (command, at) = crowd.next()
            guard let events = try? Session.decide(command, state) else { continue }
            for event in events { Session.apply(event, to: &state) }
            Rulebook.check(events, by: command, at: at, after: log)
            log += events
            if state != Session.fold(log) { Issue.record("the state is not the fold of the log") }
            if let repeated = try? Session.decide(command, state), !repeated.isEmpty { Rulebook.mayRepeat(command) }
        }
    }

    @Test func `random sessions get far enough to mean something`() {
        var reached: [String: Int] = [:]
        for seed in UInt64(1)...200 {
            var crowd = Crowd(seed: seed)
            var state = Session.initial
            for _ in 0..<150 {
                guard let events = try? Session.decide(crowd.next().command, state) else { continue }
                for event in events {
                    Session.apply(event, to: &state)
                    reached[event.type, default: 0] += 1
                }
            }
        }
        #expect(reached.count == 16, "\(reached)")
        #expect(reached.values.min() ?? 0 >= 10, "\(reached)")
    }
}

/// Commands drawn at random over a few jobs, so that they meet.
private struct Crowd {
    private var random: Seed
    private var now = Story.now
    private let listings: [Listing]

    init(seed: UInt64) {
        random = Seed(seed)
        let unvetted = Job.fold([.posted(Story.posting())])
        listings = (0..<6).map { number in
            let id = Story.id(number: number % 4, Job.self)
            return number < 5 ? Story.listing(id, version: 2 + number / 4) : Story.listing(id, state: unvetted)
        }
    }

    mutating func next() -> (command: Session.Command, at: Timestamp) {
        now = now.advanced(by: .seconds(Int.random(in: 0...40, using: &random)))
        return (draw(), now)
    }

    private mutating func draw() -> Session.Command {
        switch Int.random(in: 0..<230, using: &random) {
        case 0..<20: .schedule(Story.plan)
        case 20..<50: .start(at: now)
        case 50..<58: .interrupt(SessionTests.interruption)
        case 58..<80: .resume
        case 80..<82: .end(.host, at: now)
        case 82..<84: .cancel(SessionTests.cancellation)
        case 84..<90: .assignHost(HostAssigned(host: Bool.random(using: &random) ? Story.host : Story.recruiter))
        case 90..<92: .revise(try! SessionRevised(base: Bool.random(using: &random) ? "珠海" : "东莞"))
        case 92..<100: .reschedule(try! SessionRescheduled(startsAt: now, endsAt: now.advanced(by: .seconds(60))))
        case 100..<115: .startSegment(SegmentKind.allCases.randomElement(using: &random)!)
        case 115..<145: .shelve(listings.shuffled(using: &random).prefix(2).map { $0 }, at: now)
        case 145..<155: .unshelve(listing.job, at: now)
        case 155..<205: .feature(listing, override: Bool.random(using: &random), at: now)
        case 205..<215: .unfeature(override: Bool.random(using: &random), at: now)
        case 215..<225: .showPolicy(policy)
        default: .publishRecording(SessionTests.recording)
        }
    }

    private var listing: Listing { mutating get { listings.randomElement(using: &random)! } }

    private var policy: PolicyCardShown {
        mutating get {
            let version = Int.random(in: 1...2, using: &random)
            return PolicyCardShown(policy: EventExamples.policyID, version: version, title: "t", summary: "s", link: nil)
        }
    }
}

/// The rules, told a second time: over the log alone, with none of the decider's own state.
private enum Rulebook {
    static func check(_ events: [Session.Event], by command: Session.Command, at: Timestamp, after log: [Session.Event]) {
        var room = Room(log)
        for event in events {
            room.require(event, at)
            room.take(event)
        }
    }

    static func mayRepeat(_ command: Session.Command) {
        Issue.record("repeated at once, \(command) has events again")
    }
}

private struct Room {
    private var phase = ""
    /// With the version in which each stands there.
    private var shelf: [JobID: Int] = [:]
    private var featured: JobFeatured?
    private var replaced: JobUnfeatured?

    init(_ log: [Session.Event]) {
        for event in log { take(event) }
    }

    func require(_ event: Session.Event, _ at: Timestamp) {
        switch event {
        case .scheduled: expect(phase == "", event)
        case .rescheduled, .revised, .cancelled, .started: expect(phase == "scheduled", event)
        case .interrupted, .segmentStarted, .policyShown: expect(phase == "live", event)
        case .resumed: expect(phase == "interrupted", event)
        case .ended: expect((phase == "live" || phase == "interrupted") && featured == nil, event)
        case .recordingPublished: expect(phase == "ended", event)
        case .hostAssigned: expect(["scheduled", "live", "interrupted"].contains(phase), event)
        case .shelved(let shelved):
            let isNews = shelved.jobs.allSatisfy { shelf[$0.job] != $0.version }
            expect(["scheduled", "live"].contains(phase) && Set(shelved.jobs.map(\.job)).count == shelved.jobs.count, event)
            expect(isNews, event)
        case .unshelved(let unshelved): expect(shelf[unshelved.job] != nil && featured?.card.job != unshelved.job, event)
        case .featured(let new):
            expect(phase == "live" && featured == nil && shelf[new.card.job] != nil && new.at == at, event)
            let isEarly = replaced.map { $0.shownMs < 45_000 && $0.job != new.card.job } ?? false
            expect(new.overridden == (isEarly ? true : nil), event)
        case .unfeatured(let down):
            let shown = featured.map { at.milliseconds(since: $0.at) }
            expect(down.job == featured?.card.job && down.shownMs == shown, event)
        }
    }

    mutating func take(_ event: Session.Event) {
        switch event {
        case .scheduled: phase = "scheduled"
        case .started, .resumed: phase = "live"
        case .interrupted: phase = "interrupted"
        case .ended: phase = "ended"
        case .cancelled: phase = "cancelled"
        case .shelved(let shelved): for item in shelved.jobs { shelf[item.job] = item.version }
        case .unshelved(let unshelved): shelf[unshelved.job] = nil
        case .featured(let new): (featured, replaced) = (new, nil)
        case .unfeatured(let down): (featured, replaced) = (nil, down.cause == .replaced ? down : nil)
        default: break
        }
    }

    private func expect(_ holds: Bool, _ event: Session.Event) {
        if !holds {
            Issue.record("\(event.type) in a room that is \(phase), shelf \(shelf.count), featured \(String(describing: featured))")
        }
    }
}
