import EventSourcing
import Recruiting
import Testing

@Suite struct SessionTests {
    static let scheduled: [Session.Event] = [.scheduled(Story.plan)]
    static let live = scheduled + [.started(SessionStarted(at: Story.now))]
    static let interrupted = live + [.interrupted(interruption)]
    static let ended = live + [.ended(SessionEnded(reason: .host))]
    static let cancelled = scheduled + [.cancelled(cancellation)]
    static let interruption = try! SessionInterrupted(cause: "推流中断")
    static let cancellation = try! SessionCancelled(reason: "台风")
    static let recording = try! RecordingPublished(url: "https://example.org/1.m3u8", durationMs: 7_200_000)

    @Test func `a session is scheduled once`() throws {
        Given(Session.self).when(.schedule(Story.plan)).then(.scheduled(Story.plan))
        Given(Session.self, Self.scheduled).when(.schedule(Story.plan)).thenNothing()
        let other = try SessionScheduled(
            title: "别的",
            format: .campus,
            startsAt: Story.plan.startsAt,
            endsAt: Story.plan.endsAt,
            host: Story.host
        )
        Given(Session.self, Self.scheduled).when(.schedule(other)).then(.alreadyScheduled)
    }

    @Test func `a session that has not started can move`() throws {
        let later = try SessionRescheduled(startsAt: Story.at("2026-01-06T08:00:00Z"), endsAt: Story.at("2026-01-06T09:00:00Z"))
        Given(Session.self, Self.scheduled).when(.reschedule(later)).then(.rescheduled(later))
        Given(Session.self, Self.scheduled + [.rescheduled(later)]).when(.reschedule(later)).thenNothing()
        Given(Session.self, Self.live).when(.reschedule(later)).then(.alreadyStarted)
        Given(Session.self, Self.ended).when(.reschedule(later)).then(.ended)
        Given(Session.self, Self.cancelled).when(.reschedule(later)).then(.cancelled)
        Given(Session.self).when(.reschedule(later)).then(.notScheduled)
    }

    @Test func `the plan of a session that has not started can be revised, and records only what differs`() throws {
        let revision = try SessionRevised(title: Story.plan.title, format: .county, base: "珠海", removed: [.series])
        let changes = try SessionRevised(format: .county, base: "珠海")
        Given(Session.self, Self.scheduled).when(.revise(revision)).then(.revised(changes))
        Given(Session.self, Self.scheduled + [.revised(changes)]).when(.revise(revision)).thenNothing()
        let removal = try SessionRevised(removed: [.base])
        Given(Session.self, Self.scheduled + [.revised(changes)]).when(.revise(removal)).then(.revised(removal))
        #expect(Session.fold(Self.scheduled + [.revised(changes), .revised(removal)]).plan?.base == nil)
        Given(Session.self, Self.live).when(.revise(revision)).then(.alreadyStarted)
        Given(Session.self, Self.cancelled).when(.revise(revision)).then(.cancelled)
        Given(Session.self).when(.revise(revision)).then(.notScheduled)
        #expect(throws: Invalid.self) { try SessionRevised(base: "珠海", removed: [.base]) }
    }

    @Test func `the plan of a course can be revised and taken back, and its order counts`() throws {
        let jobs = try PlannedSegment(kind: .jobs, title: "数控专场", minutes: 60)
        let policy = try PlannedSegment(kind: .policy, minutes: 10)
        let course = try SessionRevised(segments: [jobs, policy])
        Given(Session.self, Self.scheduled).when(.revise(course)).then(.revised(course))
        Given(Session.self, Self.scheduled + [.revised(course)]).when(.revise(course)).thenNothing()
        let other = try SessionRevised(segments: [policy, jobs])
        Given(Session.self, Self.scheduled + [.revised(course)]).when(.revise(other)).then(.revised(other))
        let removal = try SessionRevised(removed: [.segments])
        Given(Session.self, Self.scheduled + [.revised(course)]).when(.revise(removal)).then(.revised(removal))
        #expect(Session.fold(Self.scheduled + [.revised(course), .revised(removal)]).plan?.segments == nil)
        #expect(throws: Invalid.self) { try SessionRevised(segments: [jobs], removed: [.segments]) }
        #expect(throws: Invalid.self) { try SessionRevised(segments: Array(repeating: jobs, count: 101)) }
        #expect(throws: Invalid.self) { try PlannedSegment(kind: .jobs, title: " ", minutes: 60) }
        #expect(throws: Invalid.self) { try PlannedSegment(kind: .jobs, minutes: 0) }
    }

    @Test func `a session that has not started can be cancelled`() {
        Given(Session.self, Self.scheduled).when(.cancel(Self.cancellation)).then(.cancelled(Self.cancellation))
        Given(Session.self, Self.cancelled).when(.cancel(Self.cancellation)).thenNothing()
        Given(Session.self, Self.live).when(.cancel(Self.cancellation)).then(.alreadyStarted)
        Given(Session.self, Self.ended).when(.cancel(Self.cancellation)).then(.ended)
    }

    @Test func `another host can take over until the end`() {
        let assignment = HostAssigned(host: Story.recruiter)
        Given(Session.self, Self.live).when(.assignHost(assignment)).then(.hostAssigned(assignment))
        Given(Session.self, Self.live + [.hostAssigned(assignment)]).when(.assignHost(assignment)).thenNothing()
        Given(Session.self, Self.ended).when(.assignHost(assignment)).then(.ended)
    }

    @Test func `a session starts once`() {
        Given(Session.self, Self.scheduled).when(.start(at: Story.now)).then(.started(SessionStarted(at: Story.now)))
        Given(Session.self, Self.live).when(.start(at: Story.now)).thenNothing()
        Given(Session.self, Self.interrupted).when(.start(at: Story.now)).then(.interrupted)
        Given(Session.self, Self.ended).when(.start(at: Story.now)).then(.ended)
        Given(Session.self, Self.cancelled).when(.start(at: Story.now)).then(.cancelled)
        Given(Session.self).when(.start(at: Story.now)).then(.notScheduled)
    }

    @Test func `an interrupted session can resume`() {
        Given(Session.self, Self.live).when(.interrupt(Self.interruption)).then(.interrupted(Self.interruption))
        Given(Session.self, Self.interrupted).when(.interrupt(Self.interruption)).thenNothing()
        Given(Session.self, Self.interrupted).when(.resume).then(.resumed(SessionResumed()))
        Given(Session.self, Self.live).when(.resume).thenNothing()
        Given(Session.self, Self.scheduled).when(.resume).then(.notLive)
        Given(Session.self, Self.scheduled).when(.interrupt(Self.interruption)).then(.notLive)
    }

    @Test(arguments: [live, interrupted])
    func `a running session ends once`(events: [Session.Event]) {
        Given(Session.self, events).when(.end(.forced, at: Story.now)).then(.ended(SessionEnded(reason: .forced)))
        Given(Session.self, Self.ended).when(.end(.host, at: Story.now)).thenNothing()
    }

    @Test func `a session that never ran does not end`() {
        Given(Session.self, Self.scheduled).when(.end(.host, at: Story.now)).then(.notLive)
        Given(Session.self, Self.cancelled).when(.end(.host, at: Story.now)).then(.cancelled)
    }

    @Test func `segments change only while live`() {
        let policy = Session.Event.segmentStarted(SegmentStarted(kind: .policy))
        Given(Session.self, Self.live).when(.startSegment(.policy)).then(policy)
        Given(Session.self, Self.live + [policy]).when(.startSegment(.policy)).thenNothing()
        Given(Session.self, Self.scheduled).when(.startSegment(.policy)).then(.notLive)
        Given(Session.self, Self.interrupted).when(.startSegment(.policy)).then(.interrupted)
        Given(Session.self, Self.ended).when(.startSegment(.policy)).then(.ended)
    }

    @Test func `a recording is published after the end`() {
        Given(Session.self, Self.ended).when(.publishRecording(Self.recording)).then(.recordingPublished(Self.recording))
        Given(Session.self, Self.ended + [.recordingPublished(Self.recording)]).when(.publishRecording(Self.recording)).thenNothing()
        Given(Session.self, Self.live).when(.publishRecording(Self.recording)).then(.notEnded)
    }

    @Test func `a policy card is shown while live`() throws {
        let policy = Policy.fold([.published(try PolicyPublished(title: "租房补贴", topic: "租房", summary: "…", region: Region("440000")))])
        let card = try #require(policy.card(Story.id("aa", Policy.self), version: 1, on: Story.today))
        Given(Session.self, Self.live).when(.showPolicy(card)).then(.policyShown(card))
        Given(Session.self, Self.live + [.policyShown(card)]).when(.showPolicy(card)).thenNothing()
        Given(Session.self, Self.live).when(.showPolicy(nil)).then(.policyNotShowable)
        Given(Session.self, Self.scheduled).when(.showPolicy(card)).then(.notLive)
    }

    @Test func `media time counts from the start while the session runs`() {
        let later = Story.now.advanced(by: .milliseconds(1234))
        #expect(Session.fold(Self.live).mediaTime(at: later) == 1234)
        #expect(Session.fold(Self.interrupted).mediaTime(at: later) == 1234)
        #expect(Session.fold(Self.scheduled).mediaTime(at: later) == nil)
        #expect(Session.fold(Self.ended).mediaTime(at: later) == nil)
        let last = Timestamp(milliseconds: later.milliseconds - 1234 + Int64(Int32.max))
        #expect(Session.fold(Self.live).mediaTime(at: last) == .max)
        #expect(Session.fold(Self.live).mediaTime(at: last.advanced(by: .milliseconds(1))) == nil)
    }
}
