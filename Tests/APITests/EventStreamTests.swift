import Access
import Fanout
import JSON
import NIOCore
import Recruiting
import Testing

@testable import API

/// The room as server-sent events, over sockets.
@Suite(.timeLimit(.minutes(10))) struct EventStreamTests {
    static let kinds = ["jobs", "policy", "questions"]

    private func switchSegments(_ server: TestServer, _ story: Story, _ session: String, to kinds: [String] = kinds) async throws {
        for kind in kinds {
            #expect(try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"\(kind)\"}").status == 200)
        }
    }

    @Test func `a viewer gets the snapshot, then facts in order with their ids, and counts as a viewer`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await EventClient.open(server.wires, session, as: story.viewer) { client in
                #expect(client.headers["content-type"] == "text/event-stream" && client.headers["cache-control"] == "no-store")
                let hello = try await client.next("hello")
                let epoch = try #require(hello["epoch"]?.text)
                #expect(hello["mode"]?.text == "snapshot" && hello["state"]?["status"]?.text == "live")
                #expect(client.lastID == "\(epoch):\(hello["p"]!.integer!)")
                let window = hello["retry"]?.items?.compactMap { $0.integer } ?? []
                #expect(client.retries.count == 1 && window.count == 2 && (window[0]...window[1]).contains(client.retries[0]))
                try await switchSegments(server, story, session)
                var last = hello["p"]
                for kind in Self.kinds {
                    let frame = try await client.next("segment")
                    #expect(frame["kind"]?.text == kind && frame["pp"] == last)
                    last = frame["p"]
                    #expect(client.lastID == "\(epoch):\(last!.integer!)")
                }
                var counters = try await client.next("counters")
                while counters["online"]?.integer != 1 { counters = try await client.next("counters") }
                #expect(counters["entries"]?.integer == 1 && counters["viewers"]?.integer == 1)
                #expect(client.lastID == "\(epoch):\(last!.integer!)")
            }
        }
    }

    @Test(arguments: [512, 1]) func `who comes back gets what was missed, from memory or from the log`(ring: Int) async throws {
        try await withServer {
            $0.limits.ringFrames = ring
        } _: { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let last = try await EventClient.open(server.wires, session, as: story.viewer) { client in
                _ = try await client.next("hello")
                return client.lastID
            }
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.host)) { host in
                _ = try await host.next("hello")
                try await switchSegments(server, story, session)
                // The room's memory has moved on when the last of them is told.
                for _ in Self.kinds { _ = try await host.next("segment") }
            }
            try await EventClient.open(server.wires, session, as: story.viewer, last: last) { client in
                let hello = try await client.next("hello")
                #expect(hello["mode"]?.text == "resume")
                #expect(client.lastID == nil)
                for kind in Self.kinds {
                    let frame = try await client.next("segment")
                    #expect(frame["kind"]?.text == kind)
                }
            }
        }
    }

    @Test(arguments: ["7f9f3c52-0000-4000-8000-000000000000:1", "nonsense", ":", "a:b"])
    func `an id of another log, or none that was ever sent, is answered with a snapshot`(id: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await EventClient.open(server.wires, session, as: story.viewer, last: id) { client in
                let hello = try await client.next("hello")
                #expect(hello["mode"]?.text == "snapshot")
            }
        }
    }

    @Test func `who can't come in is answered with a problem`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let expired = try await server.token(.viewer, lifetime: .seconds(-10))
            let cases: [(String, String?, Int, String)] = [
                (session, nil, 401, "token-missing"), (session, "nonsense", 401, "token-invalid"), (session, expired, 401, "token-invalid"),
                ("7f9f3c52-0000-4000-8000-000000000000", story.viewer, 404, "not-found"),
            ]
            for (session, token, status, code) in cases {
                let refused = await refusal { try await EventClient.open(server.wires, session, as: token) { _ in } }
                #expect(refused?.status == status && refused?.problem == code)
            }
            #expect(try await server.get("/v1/sessions/no-uuid/events", as: story.viewer).status == 404)
        }
    }

    @Test func `a proxy that speaks HTTP 1.0 gets the same stream`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await EventClient.open(server.wires, session, as: story.viewer, version: "1.0") { client in
                let hello = try await client.next("hello")
                #expect(hello["mode"]?.text == "snapshot")
            }
        }
    }

    @Test func `a server that stops says so, when to come back, and ends the stream`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await EventClient.open(server.wires, session, as: story.viewer) { client in
                _ = try await client.next("hello")
                await server.stop()
                let bye = try await client.next("bye")
                #expect(bye["why"]?.text == "drain")
                let window = bye["retry"]?.items?.compactMap { $0.integer } ?? []
                #expect(client.retries.count == 2 && (window[0]...window[1]).contains(client.retries[1]))
                let end = try await client.next()
                #expect(end == nil)
            }
        }
    }

    @Test func `the stream ends with the token`() async throws {
        try await withServer { server in
            let session = try await Story(server).scheduledSession()
            let short = try await server.token(.viewer, lifetime: .seconds(8))
            try await EventClient.open(server.wires, session, as: short) { client in
                let bye = try await client.next("bye")
                #expect(bye["why"]?.text == "auth")
                let end = try await client.next()
                #expect(end == nil)
            }
        }
    }

    @Test func `a quiet stream shows that it lives`() async throws {
        try await withServer {
            $0.limits.pingAfter = .milliseconds(300)
        } _: { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            try await EventClient.open(server.wires, session, as: story.host) { client in
                _ = try await client.next("hello")
                // A frame comes after the comment: the heartbeat's counters at the latest.
                while client.comments == 0 { _ = try await client.next("counters") }
            }
        }
    }
}

/// The answer of a server that doesn't let `body` into a room; an issue if it does.
func refusal(_ body: () async throws -> Void) async -> Answer? {
    do {
        try await body()
        Issue.record("nobody was to be let in")
    } catch let refused as LiveClient.Refused {
        return refused.answer
    } catch {
        Issue.record(error)
    }
    return nil
}
