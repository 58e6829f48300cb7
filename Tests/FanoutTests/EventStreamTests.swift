import Fanout
import NIOCore
import Synchronization
import Testing
import WebSocket

@Suite(.timeLimit(.minutes(10))) struct `Event streams` {
    private static let stream = EventStream(epoch: "e", head: Array("HEAD\n\n".utf8)) { Array("REFUSED \($0.code.rawValue)".utf8) }

    private func limits(ring: Int = 512, behind: TimeAmount = .seconds(60)) -> Limits {
        var limits = Limits()
        limits.ringFrames = ring
        limits.ringBytes = 1 << 24
        limits.behind = behind
        limits.closeWithin = .seconds(30)
        limits.retry = 700...700
        return limits
    }

    private static func position(_ card: Substring) -> Substring { card.split(separator: " ")[3] }

    @Test func `a stream and a WebSocket in one room get the same, each in its form`() async throws {
        let isFirst = Atomic(true)
        let server = try await TestServer(limits: limits(), stream: { isFirst.exchange(false, ordering: .relaxed) ? Self.stream : nil })
        try await withRoom(server) { server in
            let events = try TestClient(port: server.port)
            let greeted = try await events.text { $0.hasSuffix("hello snapshot 5\n\n") }
            #expect(greeted == "HEAD\n\nretry: 700\n\nid: e:5\ndata: hello snapshot 5\n\n")
            let (socket, _) = try await server.viewer("join 2")
            server.publish(6...7)
            server.hub.counters(TestServer.room, counters("1"))
            let text = try await events.text { $0.hasSuffix("counters 1\n\n") }
            #expect(text == "id: e:6\ndata: card 6 5 \n\nid: e:7\ndata: card 7 6 \n\ndata: counters 1\n\n")
            #expect(try await socket.texts(3) == ["card 6 5 ", "card 7 6 ", "counters 1"])
        }
    }

    @Test func `a stalled stream gets every frame whole and in order, and the newest counters only`() async throws {
        try await withRoom(TestServer(limits: limits(), stream: { Self.stream })) { server in
            let client = try TestClient(port: server.port, receiveBuffer: 4096)
            await server.log.wait { $0.count == 1 }
            for position in 6...200 as ClosedRange<Int64> {
                server.publish(position...position, padding: 16_000)
                server.hub.counters(TestServer.room, counters("\(position)"))
                try await server.settle()
            }
            let text = try await client.text { $0.hasSuffix("counters 200\n\n") }
            let events = text.split(separator: "\n\n").dropFirst(3)
            let cards = events.filter { $0.hasPrefix("id:") }
            #expect(cards.map(Self.position) == (6...200).map { "\($0)" })
            #expect(cards.allSatisfy { $0.utf8.count > 16_000 })
            #expect(events.count - cards.count < 100)
        }
    }

    @Test func `a stream past the ring gets a snapshot under its id and goes on from there`() async throws {
        try await withRoom(TestServer(limits: limits(ring: 4), stream: { Self.stream })) { server in
            let client = try TestClient(port: server.port, receiveBuffer: 4096)
            await server.log.wait { $0.count == 1 }
            for position in 6...100 as ClosedRange<Int64> {
                server.publish(position...position, padding: 16_000)
                try await server.settle()
            }
            let behind = try await client.text { $0.hasSuffix("data: hello snapshot 100\n\n") }
            #expect(behind.hasSuffix("id: e:100\ndata: hello snapshot 100\n\n"))
            server.publish(101...101)
            let next = try await client.text { $0.hasSuffix("card 101 100 \n\n") }
            #expect(next == "id: e:101\ndata: card 101 100 \n\n")
        }
    }

    @Test func `a stream that is behind for too long is told so and ends`() async throws {
        try await withRoom(TestServer(limits: limits(behind: .milliseconds(500)), stream: { Self.stream })) { server in
            let client = try TestClient(port: server.port, receiveBuffer: 4096)
            await server.log.wait { $0.count == 1 }
            for position in 6...60 as ClosedRange<Int64> {
                server.publish(position...position, padding: 16_000)
                try await server.settle()
            }
            await server.log.wait { $0.count == 2 }
            let text = try await client.text { _ in false }
            #expect(text.hasSuffix("retry: 700\n\ndata: {\"t\":\"bye\",\"why\":\"slow\",\"retry\":[700,700]}\n\n"))
        }
    }

    @Test func `who is not let in gets another answer, and what is sent on a stream is not heard`() async throws {
        let refuse: @Sendable (RoomID, [UInt8], any EventLoop) -> EventLoopFuture<Verdict> = { _, _, loop in
            loop.makeSucceededFuture(.refused(.noSuchRoom))
        }
        try await withRoom(TestServer(admit: refuse, stream: { Self.stream })) { server in
            let answer = try await TestClient(port: server.port).text { _ in false }
            #expect(answer == "REFUSED 4004")
        }
        try await withRoom(TestServer(limits: limits(), stream: { Self.stream })) { server in
            let client = try TestClient(port: server.port)
            client.send(Array("GET / HTTP/1.1\r\n\r\n".utf8))
            _ = try await client.text { $0.hasSuffix("hello snapshot 5\n\n") }
            server.publish(6...6)
            #expect(try await client.text { $0.hasSuffix("\n\n") } == "id: e:6\ndata: card 6 5 \n\n")
        }
    }

    @Test func `a drain ends streams as it ends WebSockets`() async throws {
        let server = try await TestServer(limits: limits(), stream: { Self.stream })
        try await withRoom(server) { server in
            let client = try TestClient(port: server.port)
            _ = try await client.text { $0.hasSuffix("hello snapshot 5\n\n") }
            async let drained: Void = server.hub.drain(over: .milliseconds(100))
            let text = try await client.text { _ in false }
            #expect(text == "retry: 700\n\ndata: {\"t\":\"bye\",\"why\":\"drain\",\"retry\":[700,700]}\n\n")
            client.closeSending()
            await drained
        }
        #expect(server.hub.connectionCount == 0)
    }
}
