import EventSourcing
import Recruiting
import Testing

@Suite struct AudienceTests {
    let other = try! Pseudonym("ffffffffffffffff")
    func record(_ observations: [Observation]) -> Audience.Command {
        .record(observations, session: Story.session, node: "n1", from: Story.now)
    }

    func observed(_ observations: [Observation]) throws -> [Audience.Event] {
        try Audience.decide(record(observations), Audience.initial)
    }

    @Test func `observations become parallel arrays`() throws {
        let later = Story.now.advanced(by: .milliseconds(40))
        let events = try observed([
            Observation(.entered, Story.viewer, at: Story.now, region: try Region("450100"), channel: .poster),
            Observation(.opened, other, at: later, job: Story.job),
        ])
        guard case .observed(let data)? = events.first else {
            Issue.record("two observations are an event")
            return
        }
        #expect(data.offset == [0, 40])
        #expect(data.kind == [.entered, .opened])
        #expect(data.viewer == [Story.viewer, other])
        #expect(data.job == ["", Story.job.description])
        #expect(data.region == ["450100", ""])
        #expect(data.channel == ["poster", ""])
    }

    @Test func `each node has a stream of its own in a session, and all of a node's stand side by side`() {
        let stream = Audience.stream(Story.session, of: NodeID(number: 10))
        #expect(stream.description == "audience-000000000000000a/\(Story.session)")
    }

    @Test func `no observations are no event`() {
        Given(Audience.self).when(record([])).thenNothing()
    }

    @Test(arguments: [Observation.Kind.opened, .saved, .shared]) func `a card that was touched names its job`(kind: Observation.Kind) {
        Given(Audience.self).when(record([Observation(kind, Story.viewer, at: Story.now)])).then(.jobMissing)
    }

    @Test func `no observation is older than its batch`() {
        let early = Story.now.advanced(by: .milliseconds(-1))
        Given(Audience.self).when(record([Observation(.entered, Story.viewer, at: early)])).then(.outOfTime)
    }

    @Test func `a viewer who is there on two nodes is one viewer and one entry`() throws {
        let enter = Observation(.entered, Story.viewer, at: Story.now)
        let leave = Observation(.left, Story.viewer, at: Story.now)
        let entered = Audience.fold(try observed([enter, enter, Observation(.entered, other, at: Story.now)]))
        #expect((entered.online, entered.entries, entered.viewers.count) == (2, 2, 2))
        let oneLeft = Audience.fold(try observed([enter, enter, leave]))
        #expect((oneLeft.online, oneLeft.entries, oneLeft.viewers.count) == (1, 1, 1))
        let cameBack = Audience.fold(try observed([enter, enter, leave, leave, enter, leave]))
        #expect((cameBack.online, cameBack.entries, cameBack.viewers.count) == (0, 2, 1))
    }

    @Test func `the recorder is due a quarter of a second after its first observation`() {
        var recorder = AudienceRecorder(session: Story.session, node: "n1")
        #expect(recorder.isEmpty && !recorder.isDue(at: Story.now))
        let first = Observation(.entered, Story.viewer, at: Story.now)
        recorder.record(first)
        recorder.record(Observation(.left, Story.viewer, at: Story.now.advanced(by: .milliseconds(100))))
        #expect(!recorder.isDue(at: Story.now.advanced(by: .milliseconds(249))))
        #expect(recorder.isDue(at: Story.now.advanced(by: .milliseconds(250))))
        // The clock was set back.
        #expect(recorder.isDue(at: Story.now.advanced(by: .milliseconds(-1))))
        guard case .record(let batch, _, _, let from)? = recorder.flush() else {
            Issue.record("two observations wait")
            return
        }
        #expect(batch.count == 2 && from == Story.now)
        #expect(recorder.flush() == nil)
    }

    @Test func `a full recorder is due at once and gives one event's worth`() {
        var recorder = AudienceRecorder(session: Story.session, node: "n1")
        for _ in 0...AudienceRecorder.limit { recorder.record(Observation(.entered, Story.viewer, at: Story.now)) }
        #expect(recorder.isDue(at: Story.now))
        guard case .record(let batch, _, _, _)? = recorder.flush() else {
            Issue.record("observations wait")
            return
        }
        #expect(batch.count == AudienceRecorder.limit)
        #expect(recorder.flush() == .record([batch[0]], session: Story.session, node: "n1", from: Story.now))
    }
}
