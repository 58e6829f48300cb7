import Fanout
import NIOCore
import Synchronization
import Testing
import WebSocket

@Suite(.timeLimit(.minutes(10))) struct `Coming back` {
    @Test func `missed frames come from the ring`() async throws {
        try await withRoom(TestServer()) { server in
            server.publish(6...9)
            let client = try TestClient(port: server.port)
            client.send("join 1 7")
            #expect(try await client.texts(3) == ["hello resume 9", "card 8 7 ", "card 9 8 "])
        }
    }

    @Test func `frames older than the ring come from the log`() async throws {
        let log: @Sendable (Int64, Int64) -> [OrderedFrame]? = { after, upTo in ((after + 1)...upTo).map { frame($0, after: $0 - 1) } }
        try await withRoom(TestServer(history: log)) { server in
            server.publish(6...7)
            let client = try TestClient(port: server.port)
            client.send("join 1 2")
            #expect(try await client.texts(6) == ["hello resume 7"] + (3...7).map { "card \($0) \($0 - 1) " })
        }
    }

    @Test func `a ring that moves on while the log is read is still reached`() async throws {
        var limits = Limits()
        limits.ringFrames = 2
        let log: @Sendable (Int64, Int64) -> [OrderedFrame]? = { after, upTo in ((after + 1)...upTo).map { frame($0, after: $0 - 1) } }
        let hub = Mutex<Hub?>(nil)
        let server = try await TestServer(
            limits: limits,
            admit: { _, bytes, loop in
                hub.withLock { $0?.publish(TestServer.room, [frame(9, after: 8)], greeting: greeting(9)) }
                return loop.makeSucceededFuture(TestServer.verdict(bytes))
            },
            history: log
        )
        hub.withLock { $0 = server.hub }
        try await withRoom(server) { server in
            server.publish(6...8)
            let client = try TestClient(port: server.port)
            client.send("join 1 2")
            #expect(try await client.texts(8) == ["hello resume 9"] + (3...9).map { "card \($0) \($0 - 1) " })
        }
    }

    @Test func `without history there is a snapshot`() async throws {
        try await withRoom(TestServer(history: { _, _ in nil })) { server in
            let texts = try await server.viewer("join 1 2").texts
            #expect(texts == ["hello snapshot 5"])
        }
    }

    @Test func `history that doesn't reach the ring gives a snapshot`() async throws {
        try await withRoom(TestServer(history: { _, _ in [frame(3, after: 2)] })) { server in
            let texts = try await server.viewer("join 1 2").texts
            #expect(texts == ["hello snapshot 5"])
        }
    }

    @Test func `who was ahead waits for this node without getting a frame twice`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, greeted) = try await server.viewer("join 1 7")
            #expect(greeted == ["hello resume 5"])
            server.publish(6...8)
            #expect(try await client.texts(1) == ["card 8 7 "])
        }
    }

    @Test func `a storm of joins encodes one greeting for each head and mode`() async throws {
        let encodings = Atomic(0)
        let server = try await TestServer(loops: 2)
        server.hub.open(
            TestServer.room,
            head: 5,
            greeting: Greeting { _ in
                encodings.add(1, ordering: .relaxed)
                return ServerFrame.text("hello".utf8)
            }
        )
        var clients: [TestClient] = []
        for number in 0..<200 { clients.append(try await server.viewer(number % 2 == 0 ? "join 1" : "join 1 5").client) }
        #expect(clients.count == 200)
        #expect(encodings.load(ordering: .relaxed) == 2)
        try await server.stop()
    }
}
