import Fanout
import Glibc
import NIOCore
import Synchronization
import Testing
import WebSocket

@Suite(.timeLimit(.minutes(10))) struct `Slow viewers` {
    private func limits(ring: Int = 512, behind: TimeAmount = .seconds(60), closeWithin: TimeAmount = .seconds(2)) -> Limits {
        var limits = Limits()
        limits.ringFrames = ring
        limits.ringBytes = 1 << 24
        limits.behind = behind
        limits.closeWithin = closeWithin
        return limits
    }

    /// Fills the viewer's socket so that the server holds back: frames of 16 KB to someone who doesn't read.
    private func stall(_ server: TestServer, through last: Int64) async throws {
        for position in 6...last {
            server.publish(position...position, padding: 16_000)
            try await server.settle()
        }
    }

    @Test func `a viewer's socket holds back little and gives up a peer that doesn't answer`() async throws {
        let accepted = Mutex<(any Channel)?>(nil)
        try await withRoom(TestServer(configure: { channel in accepted.withLock { $0 = channel } })) { server in
            let (client, _) = try await server.viewer()
            let channel = try #require(accepted.withLock { $0 })
            #expect(try await channel.getOption(.tcpOption(.init(rawValue: TCP_NOTSENT_LOWAT))).get() == 16 * 1024)
            #expect(try await channel.getOption(.tcpOption(.init(rawValue: TCP_USER_TIMEOUT))).get() == 20_000)
            #expect(try await channel.getOption(.tcpOption(.init(rawValue: TCP_NODELAY))).get() == 1)
            // Linux doubles what is asked for, for its own bookkeeping (socket(7)).
            #expect(try await channel.getOption(.socketOption(.so_sndbuf)).get() == 64 * 1024)
            withExtendedLifetime(client) {}
        }
    }

    @Test func `a stalled viewer gets every frame whole and in order, and the newest counters only`() async throws {
        try await withRoom(TestServer(limits: limits())) { server in
            let (client, _) = try await server.viewer(receiveBuffer: 4096)
            for position in 6...200 as ClosedRange<Int64> {
                server.publish(position...position, padding: 16_000)
                server.hub.counters(TestServer.room, counters("\(position)"))
                try await server.settle()
            }
            let texts = try await client.receive { $0.last?.string == "counters 200" }.compactMap(\.string)
            let cards = texts.filter { $0.hasPrefix("card") }
            #expect(cards.map { $0.split(separator: " ")[1] } == (6...200).map { "\($0)" })
            #expect(cards.allSatisfy { $0.utf8.count > 16_000 })
            #expect(texts.count - cards.count < 100)
        }
    }

    @Test func `private answers to a stalled viewer cut no frame`() async throws {
        try await withRoom(TestServer(limits: limits())) { server in
            let (client, _) = try await server.viewer(receiveBuffer: 4096)
            try await stall(server, through: 40)
            for number in 0..<5 { client.send(ClientFrame.encode(.ping, Array("\(number)".utf8), mask: 7)) }
            try await server.settle()
            server.publish(41...60, padding: 16_000)
            let all = try await client.receive { $0.last?.string?.hasPrefix("card 60 ") == true }
            #expect(all.compactMap(\.string).count == 55)
            #expect(all.filter { $0.string == nil } == (0..<5).map { .pong(Array("\($0)".utf8)) })
        }
    }

    /// While NIO holds a cut frame, the socket is emptied and then, before NIO is told of it, everything that can write is made to.
    @Test func `nothing gets between the parts of a frame, though the socket would take it`() async throws {
        let question = Mutex<EventLoopPromise<Reaction>?>(nil)
        let ask: @Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>? = { _, loop in
            let promise = loop.makePromise(of: Reaction.self)
            question.withLock { $0 = promise }
            return promise.futureResult
        }
        try await withRoom(TestServer(limits: limits(), receive: ask)) { server in
            let (client, _) = try await server.viewer(receiveBuffer: 4096)
            client.send("ask")
            try await stall(server, through: 40)
            let release = try await server.blockLoop()
            var early: [FrameParser.Incoming] = []
            while case let some = try await client.available(within: 0.1), !some.isEmpty { early += some }
            try #require(question.withLock { $0 }).succeed(.send(ServerFrame.text("answer".utf8)))
            server.publish(41...41)
            release()
            let rest = try await client.receive { $0.contains { $0.string == "card 41 40 " } && $0.contains { $0.string == "answer" } }
            let texts = (early + rest).compactMap(\.string)
            #expect(texts.filter { $0.hasPrefix("card") }.map { $0.split(separator: " ")[1] } == (6...41).map { "\($0)" })
        }
    }

    @Test func `who is past the ring gets a snapshot and goes on from there`() async throws {
        try await withRoom(TestServer(limits: limits(ring: 4))) { server in
            let (client, _) = try await server.viewer(receiveBuffer: 4096)
            try await stall(server, through: 100)
            let texts = try await client.receive { $0.last?.string?.hasPrefix("hello") == true }.compactMap(\.string)
            #expect(texts.last == "hello snapshot 100")
            server.publish(101...102)
            #expect(try await client.texts(2) == ["card 101 100 ", "card 102 101 "])
        }
    }

    @Test func `who is behind for too long is sent away, whole frames first`() async throws {
        // Time to read the farewell even where a busy machine lets this client wait.
        try await withRoom(TestServer(limits: limits(behind: .milliseconds(500), closeWithin: .seconds(30)))) { server in
            let (client, _) = try await server.viewer(receiveBuffer: 4096)
            try await stall(server, through: 40)
            await server.log.wait { $0.count == 2 }
            let rest = try await client.rest()
            #expect(rest.compactMap(\.string).last == #"{"t":"bye","why":"slow","retry":[500,8000]}"#)
            #expect(rest.last?.closeCode == .tooSlow)
        }
    }

    @Test func `a viewer that never reads costs the others nothing and is cut in the end`() async throws {
        try await withRoom(TestServer(limits: limits(behind: .milliseconds(500)))) { server in
            let (dead, _) = try await server.viewer("join 1", receiveBuffer: 4096)
            let (live, _) = try await server.viewer("join 2")
            for position in 6...60 as ClosedRange<Int64> {
                server.publish(position...position, padding: 16_000)
                #expect(try await live.texts(1).count == 1)
            }
            await server.log.wait { $0.contains(.left(TestServer.room, ViewerID(1))) }
            withExtendedLifetime(dead) {}
            #expect(server.hub.viewerCount == 1)
        }
    }
}
