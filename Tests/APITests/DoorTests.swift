import Fanout
import FoundationEssentials
import HTTPTypes
import JSON
import NIOCore
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API
@testable import Access

/// Who is let in at a room's door, over sockets.
@Suite(.timeLimit(.minutes(10))) struct DoorTests {
    @Test(arguments: [
        ("http://localhost", true), ("https://LOCALHOST", true), ("https://localhost:443", true), ("http://localhost:8081", false),
        ("https://jobs.example.com", true), ("https://jobs.example.com:443/", true), ("http://jobs.example.com", false),
        ("https://evil.example.com", false), ("https://localhost.evil.example.com", false), ("null", false), ("", false),
    ])
    func `a page may enter rooms of its own host and where it is listed`(origin: String, isAllowed: Bool) async throws {
        #expect(try Origins(["https://jobs.example.com"]).allow(origin, to: "localhost") == isAllowed)
    }

    @Test func `a page of another origin is refused, one that is listed may read, a program needs none`() async throws {
        try await withServer {
            $0.origins = try! Origins(["https://jobs.example.com"])
        } _: { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let join = LiveClient.join(story.viewer)
            for origin in ["https://evil.example.com", "null"] {
                let live = await refusal { try await LiveClient.open(server.wires, session, headers: ["Origin: \(origin)"]) { _ in } }
                let events = await refusal {
                    try await EventClient.open(server.wires, session, as: story.viewer, headers: ["Origin: \(origin)"]) { _ in }
                }
                for answer in [live, events] { #expect(answer?.status == 403 && answer?.problem == "origin-not-allowed") }
            }
            for origin in ["http://localhost", "https://jobs.example.com"] {
                try await LiveClient.open(server.wires, session, first: join, headers: ["Origin: \(origin)"]) {
                    _ = try await $0.next("hello")
                }
            }
            let listed = ["Origin: https://jobs.example.com"]
            try await EventClient.open(server.wires, session, as: story.viewer, headers: listed) { client in
                #expect(client.headers["access-control-allow-origin"] == "https://jobs.example.com")
                _ = try await client.next("hello")
            }
            try await LiveClient.open(server.wires, session, first: join) { _ = try await $0.next("hello") }
        }
    }

    @Test func `a ticket lets in once, on any node, and joins at once`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.scheduledSession()
            let ticket = try await first.ticket(for: story.viewer)
            try await LiveClient.open(second.wires, session, query: "?ticket=\(ticket)") { client in
                let hello = try await client.next("hello")
                #expect(hello["mode"]?.text == "snapshot")
            }
            for server in [first, second] {
                let code = try await LiveClient.open(server.wires, session, query: "?ticket=\(ticket)") { try await $0.closeCode() }
                #expect(code == 4001)
                let events = await refusal { try await EventClient.open(server.wires, session, query: "?ticket=\(ticket)") { _ in } }
                #expect(events?.status == 401)
            }
        }
    }

    @Test func `of many who show one ticket at once, one is let in`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.scheduledSession()
            let ticket = try await first.ticket(for: story.viewer)
            let admitted = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<10 {
                    let server = number.isMultiple(of: 2) ? first : second
                    group.addTask {
                        do {
                            return try await EventClient.open(server.wires, session, query: "?ticket=\(ticket)") {
                                try await $0.next() != nil
                            }
                        } catch let refused as LiveClient.Refused {
                            #expect(refused.answer.status == 401)
                            return false
                        }
                    }
                }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(admitted == 1)
        }
    }

    @Test func `a ticket with a position resumes`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let hello = try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) {
                try await $0.next("hello")
            }
            #expect(try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"policy\"}").status == 200)
            let place = "after=\(hello["p"]!.integer!)&epoch=\(hello["epoch"]!.text!)"
            let one = "?ticket=\(try await server.ticket(for: story.viewer))&\(place)"
            try await LiveClient.open(server.wires, session, query: one) { client in
                let again = try await client.next("hello")
                #expect(again["mode"]?.text == "resume")
                _ = try await client.next("segment")
            }
            let two = "?ticket=\(try await server.ticket(for: story.viewer))&\(place)"
            try await EventClient.open(server.wires, session, query: two) { client in
                let again = try await client.next("hello")
                #expect(again["mode"]?.text == "resume")
                _ = try await client.next("segment")
            }
        }
    }

    @Test func `a ticket is no token and a token no ticket, and both expire`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let ticket = try await server.ticket(for: story.viewer)
            #expect(try await server.post("/v1/tickets", as: ticket).problem == "token-invalid")
            #expect(try await server.post("/v1/tickets", as: nil).problem == "token-missing")
            let token = await refusal { try await EventClient.open(server.wires, session, query: "?ticket=\(story.viewer)") { _ in } }
            #expect(token?.status == 401)
            let identity = try await server.signer.verify(story.viewer)
            let late = try await server.signer.ticket(for: identity, lifetime: .seconds(-1))
            let expired = await refusal { try await EventClient.open(server.wires, session, query: "?ticket=\(late)") { _ in } }
            #expect(expired?.status == 401)
            let rows = try await server.pool.connection { try $0.query("SELECT id FROM redeemed_tickets").count }
            #expect(rows == 0)
        }
    }

    @Test(arguments: ["token", "access_token", "TOKEN", "%74oken", "jwt", "Access%5FToken"])
    func `a token in an address is refused, wherever it is`(name: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let query = "?\(name)=\(story.viewer)"
            let live = await refusal { try await LiveClient.open(server.wires, session, query: query) { _ in } }
            let events = await refusal { try await EventClient.open(server.wires, session, as: story.viewer, query: query) { _ in } }
            let read = try await server.get("/v1/sessions/\(session)\(query)")
            for answer in [live, events, read] { #expect(answer?.status == 400 && answer?.problem == "token-in-url") }
        }
    }

    @Test func `a connection ends with its token unless another token came in time`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let short = try await server.token(.viewer, "one", lifetime: .seconds(8))
            try await LiveClient.open(server.wires, session, first: LiveClient.join(short)) { stays in
                _ = try await stays.next("hello")
                try await stays.send(LiveClient.join(story.viewer))
                let code = try await LiveClient.open(server.wires, session, first: LiveClient.join(short)) { leaves in
                    _ = try await leaves.next("bye")
                    return try await leaves.closeCode()
                }
                #expect(code == 4001)
                #expect(try await server.post("/v1/sessions/\(session)/start", as: story.host).status == 200)
                let status = try await stays.next("status")
                #expect(status["status"]?.text == "live")
            }
        }
    }

    @Test func `past the limits a viewer is asked to come back, and places are given back`() async throws {
        try await withServer {
            $0.connections = (all: 3, perAddress: 2)
        } _: { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let join = LiveClient.join(story.viewer)
            try await LiveClient.open(server.wires, session, first: join) { one in
                _ = try await one.next("hello")
                try await EventClient.open(server.wires, session, as: story.viewer) { two in
                    _ = try await two.next("hello")
                    let live = await refusal { try await LiveClient.open(server.wires, session) { _ in } }
                    let events = await refusal { try await EventClient.open(server.wires, session, as: story.viewer) { _ in } }
                    for answer in [live, events] {
                        #expect(answer?.status == 503 && answer?.problem == "rooms-full" && answer?.headers["retry-after"] == "1")
                    }
                    // Pages and queries are not viewers.
                    #expect(try await server.get("/v1/sessions/\(session)").status == 200)
                }
            }
            try await eventually {
                do {
                    return try await LiveClient.open(server.wires, session, first: join) { try await $0.next("hello") }
                } catch is LiveClient.Refused {
                    return nil
                }
            }
        }
    }

    @Test func `a handshake with too large a head is answered 431, one that is never whole is cut`() async throws {
        try await withServer { server in
            let session = try await Story(server).scheduledSession()
            let large = await refusal {
                try await LiveClient.open(server.wires, session, headers: ["X-Large: " + String(repeating: "x", count: 17_000)]) { _ in }
            }
            #expect(large?.status == 431 && large?.problem == "headers-too-large")
            let start = ContinuousClock.now
            let channel = try await server.wires.connect()
            try await channel.executeThenClose { inbound, outbound in
                try await outbound.write(ByteBuffer(bytes: LiveClient.handshake(session).dropLast(2)))
                for try await _ in inbound {}
            }
            #expect(ContinuousClock.now - start > .seconds(9))
        }
    }

    @Test func `too much from a viewer closes the connection`() async throws {
        try await withServer {
            $0.limits.bytesPerSecond = 2_000
        } _: { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let frames = Array(repeating: LiveClient.masked("{\"t\":\"ping\"}"), count: 20).flatMap(\.self)
            let bytes = LiveClient.masked("{\"t\":\"ping\",\"x\":\"" + String(repeating: "x", count: 2_000) + "\"}")
            for excess in [frames, bytes] {
                let code = try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                    _ = try await client.next("hello")
                    try await client.send(raw: excess)
                    return try await client.closeCode()
                }
                #expect(code == 1008)
            }
        }
    }
}

extension TestServer {
    func ticket(for token: String) async throws -> String {
        let answer = try await post("/v1/tickets", as: token)
        #expect(answer.status == 201, "\(answer.text)")
        return try #require(try answer.json()["ticket"]?.text)
    }
}
