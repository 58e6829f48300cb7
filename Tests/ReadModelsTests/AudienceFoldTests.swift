import EventSourcing
import EventStore
import FoundationEssentials
import ReadModels
import Recruiting
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct AudienceFoldTests {
    @Test(arguments: Seed.schedules(20))
    func `whoever comes, leaves and comes back, the counters are what the aggregate says`(seed: Seed) async throws {
        try await withDatabase { pool, settings in
            try await withRunningLog(pool, settings) { log in
                var random = seed
                let runner = ProjectionRunner(LiveCounters.projection, log: log, logger: .quiet)
                var rooms = (0..<3).map { _ in Room(SessionID(random.uuid())) }
                for _ in 0..<6 {
                    for index in rooms.indices {
                        for _ in 0..<Int.random(in: 0...4, using: &random) { try await rooms[index].goOn(&random, in: log) }
                    }
                    let head = try await log.refreshHead()
                    while runner.progress.position < head { try await runner.advance(.random(in: 1...9, using: &random)) }
                    let counters = try await LiveCounters.newest(of: rooms.map(\.session), in: pool)
                    for room in rooms {
                        let row = counters[room.session] ?? SessionCounters()
                        let state = room.state
                        let isEqual = row.entries == state.entries && row.viewers == state.viewers.count && row.online == state.online
                        #expect(isEqual, "\(row) for \(state): \(seed.replay)")
                    }
                }
            }
        }
    }
}

/// A room of few viewers, who are there on up to two nodes.
private struct Room {
    let session: SessionID
    private(set) var state = Audience.initial
    private var version = 0

    init(_ session: SessionID) { self.session = session }

    /// Appends an event of some observations.
    mutating func goOn(_ random: inout Seed, in log: EventLog) async throws {
        var observations: [Observation] = []
        let from = Timestamp(milliseconds: 1_800_000_000_000)
        var windows = state.windows
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let viewer = try Pseudonym("000000000000000\(Int.random(in: 0..<5, using: &random))")
            let there = windows[viewer, default: 0]
            let kind: Observation.Kind = there == 0 || (there == 1 && random.once(in: 3)) ? .entered : .left
            windows[viewer] = there + (kind == .entered ? 1 : -1)
            observations.append(Observation(kind, viewer, at: from))
        }
        let command = Audience.Command.record(observations, session: session, node: "one", from: from)
        for event in try Audience.decide(command, state) {
            let stream = Audience.stream(session, of: NodeID(number: 1))
            let new = NewEvent(stream: stream, type: event.type, data: event.encoded(), lane: .audience)
            let origin = Origin(actorKind: "node", actorID: "one", correlation: session.uuid)
            let outcome = try await log.append(Append([new], expected: [stream: version], origin: origin))
            guard case .appended = outcome else { throw Story.Unexpected(outcome: outcome) }
            version += 1
            Audience.apply(event, to: &state)
        }
    }
}
