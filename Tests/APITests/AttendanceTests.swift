import EventStore
import FoundationEssentials
import Logging
import Postgres
import ReadModels
import Recruiting
import TestSupport
import Testing

@testable import API

@Suite struct AttendanceTests {
    static let session = SessionID("7f9f3c52-0000-4000-8000-000000000000")!
    static let start = Timestamp(milliseconds: 1_800_000_000_000)

    static func at(_ milliseconds: Int) -> Timestamp { start.advanced(by: .milliseconds(milliseconds)) }

    static func kinds(_ commands: [Audience.Command]) -> [Observation.Kind] {
        commands.flatMap { command in
            switch command {
            case .record(let observations, _, _, _): observations.map(\.kind)
            }
        }
    }

    @Test func `what happens within a quarter of a second is written at once`() {
        var state = AttendanceState(node: "a")
        for viewer in 1...3 { state.joined(Self.session, UInt64(viewer), at: Self.at(viewer)) }
        #expect(state.due(at: Self.at(100)).isEmpty)
        let commands = state.due(at: Self.at(300))
        #expect(commands.count == 1)
        #expect(Self.kinds(commands) == [.entered, .entered, .entered])
        #expect(state.due(at: Self.at(900)).isEmpty)
    }

    @Test func `a viewer who comes back within ten seconds has neither left nor entered again`() {
        var state = AttendanceState(node: "a")
        state.joined(Self.session, 1, at: Self.at(0))
        state.left(Self.session, 1, at: Self.at(1_000))
        state.joined(Self.session, 1, at: Self.at(10_900))
        #expect(Self.kinds(state.due(at: Self.at(60_000))) == [.entered])
        #expect(state.present == 1)
    }

    @Test func `a viewer who stays away has left ten seconds later`() {
        var state = AttendanceState(node: "a")
        state.joined(Self.session, 1, at: Self.at(0))
        state.left(Self.session, 1, at: Self.at(1_000))
        _ = state.due(at: Self.at(10_999))
        #expect(state.present == 1)
        _ = state.due(at: Self.at(11_000))
        #expect(state.present == 0)
        #expect(Self.kinds(state.due(at: Self.at(11_300))) == [.left])
    }

    @Test func `two windows of a viewer are one entry and leave together`() {
        var state = AttendanceState(node: "a")
        state.joined(Self.session, 1, at: Self.at(0))
        state.joined(Self.session, 1, at: Self.at(10))
        state.left(Self.session, 1, at: Self.at(20))
        #expect(Self.kinds(state.due(at: Self.at(30_000))) == [.entered])
        state.left(Self.session, 1, at: Self.at(30_000))
        #expect(Self.kinds(state.due(at: Self.at(39_999))) == [])
        #expect(Self.kinds(state.due(at: Self.at(41_000))) == [.left])
    }

    @Test func `at the end nothing waits, and only those have left whose grace is over`() {
        var state = AttendanceState(node: "a")
        for viewer in 1...3 { state.joined(Self.session, UInt64(viewer), at: Self.at(0)) }
        state.left(Self.session, 2, at: Self.at(1))
        state.left(Self.session, 3, at: Self.at(5_000))
        let commands = state.due(at: Self.at(10_001), isLast: true)
        #expect(Self.kinds(commands) == [.entered, .entered, .entered, .left])
        #expect(state.present == 2)
    }

    @Test func `past the bound cards are dropped, entries are not`() {
        var state = AttendanceState(node: "a")
        let position = PositionID("7f9f3c52-0000-4000-8000-000000000001")!
        for _ in 0..<AttendanceState.bound { state.observed(Self.session, 1, .opened, position, at: Self.at(0)) }
        state.observed(Self.session, 1, .opened, position, at: Self.at(0))
        state.joined(Self.session, 2, at: Self.at(0))
        #expect(state.dropped == 1)
        #expect(Self.kinds(state.due(at: Self.at(1_000))).count == AttendanceState.bound + 1)
    }

    @Test func `viewers of a node that was killed are closed off once, those of a living one never`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                var counters = try await client.next("counters")
                while counters["online"]?.integer != 1 { counters = try await client.next("counters") }
                try await server.kill(nodeWithViewers: 3, in: session)
                while counters["online"]?.integer != 4 { counters = try await client.next("counters") }
                let other = server.roll(named: "another living node")
                let suspects = try await other.look([])
                #expect(suspects == ["killed"])
                #expect(try await other.look(suspects).isEmpty)
                while counters["online"]?.integer != 1 { counters = try await client.next("counters") }
                #expect(counters["entries"]?.integer == 4)
                #expect(try await other.look(["killed"]) == [])
                await other.close()
            }
        }
    }
}

extension TestServer {
    /// Writes what a node writes that is killed with viewers in a room.
    func kill(nodeWithViewers count: Int, in session: String) async throws {
        let id = try #require(SessionID(session))
        let now = Timestamp(Date())
        let entered = (1...count).map { Observation(.entered, Pseudonym(number: UInt64($0)), at: now) }
        try await attendance(of: "killed").write([.record(entered, session: id, node: "killed", from: now)])
    }

    func roll(named name: String) -> NodeRoll {
        NodeRoll(node: name, database: database, pool: pool, attendance: attendance(of: name), logger: .quiet)
    }

    private func attendance(of name: String) -> Attendance {
        Attendance(log: log, pool: pool, node: name, now: { Timestamp(Date()) }, logger: .quiet)
    }
}
