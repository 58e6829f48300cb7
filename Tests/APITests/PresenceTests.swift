import Access
import EventStore
import FoundationEssentials
import Glibc
import JSON
import Postgres
import ReadModels
import Recruiting
import Synchronization
import TestSupport
import Testing

@testable import API

/// Who is there when nodes and databases die.
@Suite(.timeLimit(.minutes(10))) struct PresenceTests {
    @Test(arguments: Seed.schedules(200))
    func `whatever is killed at whatever moment, nobody is counted twice and nobody stays for ever`(seed: Seed) {
        var model = PresenceModel(seed, cutsOff: false)
        model.run(for: .seconds(150))
        model.settle(for: .seconds(45))
        #expect(model.faults.isEmpty, "\(seed.replay)")
        #expect(model.fold.online == model.connected && model.ghosts == 0, "\(seed.replay)")
        #expect(model.promised.contains(model.fold.entries), "\(model.fold.entries) entries, \(model.promised) promised: \(seed.replay)")
    }

    @Test(arguments: Seed.schedules(200))
    func `nodes that others take for dead go on under another identity, and nobody stays for ever`(seed: Seed) {
        var model = PresenceModel(seed, cutsOff: true)
        model.run(for: .seconds(150))
        model.settle(for: .seconds(45))
        #expect(model.faults.isEmpty, "\(seed.replay)")
        #expect(model.fold.online == model.connected && model.ghosts == 0, "\(seed.replay)")
    }

    @Test func `a node is dead once its lock was free for eleven seconds, all looked through`() {
        let (one, start) = (NodeID(number: 1), Timestamp(milliseconds: 1_800_000_000_000))
        func look(_ state: inout LeaseState, _ second: Int, free: Set<NodeID>, same: Bool = true) -> [NodeID] {
            let moment = start.advanced(by: .seconds(second))
            return state.answered(asked: moment, at: moment, isSameConnection: same, free: free)
        }
        var state = LeaseState()
        for second in 0...10 { #expect(look(&state, second, free: [one]).isEmpty) }
        #expect(look(&state, 11, free: [one]) == [one])
        // It was seen alive meanwhile, or the database was away, or hung, or the lock had to be taken anew.
        #expect(look(&state, 12, free: []).isEmpty)
        for second in 13...23 { #expect(look(&state, second, free: [one]).isEmpty) }
        state.fellSilent()
        for second in 24...34 { #expect(look(&state, second, free: [one]).isEmpty) }
        #expect(look(&state, 41, free: [one]).isEmpty)
        for second in 42...51 { #expect(look(&state, second, free: [one]).isEmpty) }
        #expect(look(&state, 52, free: [one], same: false).isEmpty)
        #expect(state.answers == start.advanced(by: .seconds(52))...start.advanced(by: .seconds(52)))
    }

    @Test func `viewers of a node that was killed are marked as gone once, those of a living one never`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                var counters = try await client.next("counters")
                while counters["online"]?.integer != 1 { counters = try await client.next("counters") }
                try await server.kill(nodeWithViewers: 1_003, in: session)
                while counters["online"]?.integer != 1_004 { counters = try await client.next("counters") }
                let other = PlayedNode(server)
                await other.look(for: 13)
                while counters["online"]?.integer != 1 { counters = try await client.next("counters") }
                #expect(counters["entries"]?.integer == 1_004)
                let head = try await server.head()
                await other.look(for: 13)
                #expect(try await (server.enrolled(), server.head()) == (2, head))
                await other.leases.close()
            }
        }
    }

    @Test func `fifty nodes in one room write with one try each, and nothing is lost`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try #require(SessionID(try await story.liveSession([])))
            let nodes = (0..<50).map { _ in PlayedNode(server) }
            for node in nodes { node.presence.enrolled() }
            let before = try await server.head()
            for turn in 0..<4 {
                await withDiscardingTaskGroup { group in
                    for (index, node) in nodes.enumerated() {
                        node.presence.joined(session, UInt64(turn * 50 + index))
                        node.clock.advance(.milliseconds(250))
                        group.addTask { await node.presence.write() }
                    }
                }
            }
            // After a conflict a node takes itself for dead.
            #expect(nodes.allSatisfy { !$0.presence.isTakenForDead })
            #expect(try await server.head() == before + 200)
            let counters = try await server.counted(session) { $0.entries == 200 }
            #expect((counters.online, counters.viewers) == (200, 200))
        }
    }

    @Test func `a node that was taken for dead enters its viewers anew, and they leave once`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try #require(SessionID(try await story.liveSession([])))
            let (one, other) = (PlayedNode(server), PlayedNode(server))
            await one.look(for: 1)
            one.presence.joined(session, 1)
            await one.writeAll()
            _ = try await server.counted(session) { $0.online == 1 }
            // Cut off: its connection is gone, and it looks no more.
            await one.leases.close()
            await other.look(for: 13)
            _ = try await server.counted(session) { $0.online == 0 }
            let back = NodeLeases(database: server.database, presence: one.presence, now: one.clock.now, logger: .quiet)
            one.presence.observed(session, 1, .opened, JobID(UUID()))
            await one.writeAll()
            await back.look()
            await one.writeAll()
            let counters = try await server.counted(session) { $0.online == 1 }
            #expect((counters.entries, counters.viewers) == (2, 1))
            #expect(try await server.observed("opened") == 1)
            await back.close()
            await other.look(for: 26)
            _ = try await server.counted(session) { $0.online == 0 }
            await other.leases.close()
        }
    }
}
