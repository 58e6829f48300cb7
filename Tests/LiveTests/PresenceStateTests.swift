import Recruiting
import Testing

@testable import Live

@Suite struct PresenceStateTests {
    static let session = SessionID("7f9f3c52-0000-4000-8000-000000000000")!
    static let start = Timestamp(milliseconds: 1_800_000_000_000)

    static func at(_ milliseconds: Int) -> Timestamp { start.advanced(by: .milliseconds(milliseconds)) }

    static func kinds(_ commands: [Audience.Command]) -> [Observation.Kind] {
        commands.flatMap { command -> [Observation.Kind] in
            switch command {
            case .record(let observations, _, _, _): observations.map(\.kind)
            case .summarise: []
            }
        }
    }

    /// Enrolled, with a log that answers.
    static func state() -> PresenceState {
        var state = PresenceState(node: NodeID(number: 1), name: "a")
        state.enrolled()
        state.logAnswered(start.advanced(by: .seconds(-60))...start)
        return state
    }

    @Test func `what happens within a quarter of a second is written at once`() {
        var state = Self.state()
        for viewer in 1...3 { state.joined(Self.session, UInt64(viewer), at: Self.at(viewer)) }
        #expect(state.due(at: Self.at(100)).isEmpty)
        let commands = state.due(at: Self.at(300))
        #expect(commands.count == 1)
        #expect(Self.kinds(commands) == [.entered, .entered, .entered])
        #expect(state.due(at: Self.at(900)).isEmpty)
    }

    @Test func `a viewer who comes back within ten seconds has neither left nor entered again`() {
        var state = Self.state()
        state.joined(Self.session, 1, at: Self.at(0))
        state.left(Self.session, 1, at: Self.at(1_000))
        state.logAnswered(Self.start...Self.at(10_900))
        state.joined(Self.session, 1, at: Self.at(10_900))
        state.logAnswered(Self.start...Self.at(60_000))
        #expect(Self.kinds(state.due(at: Self.at(60_000))) == [.entered])
        #expect(state.present == 1)
    }

    @Test func `a viewer who stays away has left ten seconds later, and a second after that it is written`() {
        var state = Self.state()
        state.joined(Self.session, 1, at: Self.at(0))
        state.left(Self.session, 1, at: Self.at(1_000))
        state.logAnswered(Self.start...Self.at(11_999))
        _ = state.due(at: Self.at(12_100))
        #expect(state.present == 1)
        state.logAnswered(Self.start...Self.at(12_000))
        let left = state.due(at: Self.at(12_100), isLast: true)
        #expect(state.present == 0 && Self.kinds(left) == [.left])
        guard case .record(_, _, _, let from)? = left.first else { return }
        #expect(from == Self.at(11_000))
    }

    @Test func `two windows of a viewer are one entry and leave together`() {
        var state = Self.state()
        state.joined(Self.session, 1, at: Self.at(0))
        state.joined(Self.session, 1, at: Self.at(10))
        state.left(Self.session, 1, at: Self.at(20))
        #expect(Self.kinds(state.due(at: Self.at(30_000))) == [.entered])
        state.left(Self.session, 1, at: Self.at(30_000))
        state.logAnswered(Self.start...Self.at(40_999))
        #expect(Self.kinds(state.due(at: Self.at(41_000), isLast: true)) == [])
        state.logAnswered(Self.start...Self.at(41_000))
        #expect(Self.kinds(state.due(at: Self.at(41_000), isLast: true)) == [.left])
    }

    @Test func `at the end nothing waits, and only those have left whose grace is over`() {
        var state = Self.state()
        for viewer in 1...3 { state.joined(Self.session, UInt64(viewer), at: Self.at(0)) }
        state.left(Self.session, 2, at: Self.at(1))
        state.left(Self.session, 3, at: Self.at(5_000))
        state.logAnswered(Self.start...Self.at(11_001))
        let commands = state.due(at: Self.at(11_001), isLast: true)
        #expect(Self.kinds(commands) == [.entered, .entered, .entered, .left])
        #expect(state.present == 2)
    }

    @Test func `nothing is written after a silence before the node has looked for itself again`() {
        var state = Self.state()
        state.logFellSilent()
        state.joined(Self.session, 1, at: Self.at(0))
        #expect(state.due(at: Self.at(60_000)).isEmpty && !state.mayWrite)
        state.logAnswered(Self.at(60_000)...Self.at(60_000))
        #expect(Self.kinds(state.due(at: Self.at(60_000))) == [.entered])
    }

    @Test func `past the bound cards are dropped, entries are not`() {
        var state = Self.state()
        let job = JobID("7f9f3c52-0000-4000-8000-000000000001")!
        for _ in 0..<PresenceState.bound { state.observed(Self.session, 1, .opened, job, at: Self.at(0)) }
        state.observed(Self.session, 1, .opened, job, at: Self.at(0))
        state.joined(Self.session, 2, at: Self.at(0))
        #expect(state.dropped == 1)
        #expect(Self.kinds(state.due(at: Self.at(1_000))).count == PresenceState.bound + 1)
    }

    @Test func `while the log can't be reached nobody leaves, and the grace begins anew when it's back`() {
        var state = Self.state()
        state.joined(Self.session, 1, at: Self.at(0))
        state.left(Self.session, 1, at: Self.at(1_000))
        state.logFellSilent()
        #expect(Self.kinds(state.due(at: Self.at(600_000))) == [])
        state.logAnswered(Self.at(600_000)...Self.at(610_999))
        #expect(Self.kinds(state.due(at: Self.at(611_100), isLast: true)) == [.entered])
        state.logAnswered(Self.at(600_000)...Self.at(611_000))
        #expect(Self.kinds(state.due(at: Self.at(611_100), isLast: true)) == [.left])
    }

    @Test func `a node that isn't enrolled writes nothing, and forgets nothing`() {
        var state = PresenceState(node: NodeID(number: 1), name: "a")
        state.joined(Self.session, 1, at: Self.at(0))
        #expect(state.due(at: Self.at(1_000), isLast: true).isEmpty)
        state.enrolled()
        state.logAnswered(Self.start...Self.start)
        #expect(Self.kinds(state.due(at: Self.at(1_000))) == [.entered])
    }

    @Test func `under another identity everybody who is there enters, and cards that were opened are kept`() {
        var state = Self.state()
        let job = JobID("7f9f3c52-0000-4000-8000-000000000001")!
        for viewer in 1...2 { state.joined(Self.session, UInt64(viewer), at: Self.at(0)) }
        _ = state.due(at: Self.at(300))
        state.joined(Self.session, 3, at: Self.at(400))
        state.observed(Self.session, 3, .opened, job, at: Self.at(400))
        state.refused([Observation(.entered, Pseudonym(number: 1), at: Self.at(0))], of: Self.session, by: NodeID(number: 1))
        #expect(state.isTakenForDead)
        state.renew(as: NodeID(number: 2), at: Self.at(500))
        #expect(state.node == NodeID(number: 2) && !state.isTakenForDead && state.due(at: Self.at(600), isLast: true).isEmpty)
        state.enrolled()
        #expect(
            Self.kinds(state.due(at: Self.at(600), isLast: true)).map(\.rawValue).sorted() == ["entered", "entered", "entered", "opened"]
        )
    }

    @Test func `a clock that is set back holds nothing up`() {
        var state = Self.state()
        state.joined(Self.session, 1, at: Self.at(3_600_000))
        state.left(Self.session, 1, at: Self.at(3_600_000))
        state.logAnswered(Self.at(0)...Self.at(0))
        #expect(Self.kinds(state.due(at: Self.at(0))) == [.entered])
        state.logAnswered(Self.at(0)...Self.at(11_000))
        #expect(Self.kinds(state.due(at: Self.at(11_000), isLast: true)) == [.left])
    }
}
