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
@testable import Live

/// Who is there when nodes and databases die.
@Suite(.timeLimit(.minutes(10))) struct PresenceTests {
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
            for node in nodes {
                node.presence.enrolled()
                node.presence.logAnswered(node.clock.now()...node.clock.now())
            }
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
