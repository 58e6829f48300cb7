import Fanout
import NIOCore
import Testing
import WebSocket

func frame(_ position: Int64, after previous: Int64, padding: Int = 0) -> OrderedFrame {
    let pad = String(repeating: "x", count: padding)
    return OrderedFrame(position: position, previous: previous, wire: ServerFrame.text(Array("card \(position) \(previous) \(pad)".utf8)))
}

func greeting(_ head: Int64) -> Greeting {
    Greeting { mode in ServerFrame.text(Array("hello \(mode == .snapshot ? "snapshot" : "resume") \(head)".utf8)) }
}

func counters(_ text: String) -> [UInt8] { ServerFrame.text(Array("counters \(text)".utf8)) }

/// A server whose room is open at 5.
func withRoom(
    _ server: TestServer,
    _ body: (TestServer) async throws -> Void
) async throws {
    server.hub.open(TestServer.room, head: 5, greeting: greeting(5))
    try await server.settle()
    do {
        try await body(server)
    } catch {
        try? await server.stop()
        throw error
    }
    try await server.stop()
}

extension TestServer {
    func publish(_ positions: ClosedRange<Int64>, padding: Int = 0) {
        for position in positions {
            hub.publish(Self.room, [frame(position, after: position - 1, padding: padding)], greeting: greeting(position))
        }
    }

    /// Clients that have been greeted, named by their numbers.
    func viewers(_ numbers: Range<Int>) async throws -> [TestClient] {
        var clients: [TestClient] = []
        for number in numbers { clients.append(try await viewer("join \(number)").client) }
        return clients
    }

    /// A client that has been greeted, and the texts that came so far.
    func viewer(_ joining: String = "join 1", receiveBuffer: Int32? = nil) async throws -> (client: TestClient, texts: [String]) {
        let client = try TestClient(port: port, receiveBuffer: receiveBuffer)
        client.send(joining)
        return (client, try await client.texts(1))
    }
}

@Suite(.timeLimit(.minutes(10))) struct `A room over sockets` {
    @Test func `who joins is greeted and gets frames in order`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, greeted) = try await server.viewer()
            #expect(greeted == ["hello snapshot 5"])
            server.publish(6...8)
            #expect(try await client.texts(3) == ["card 6 5 ", "card 7 6 ", "card 8 7 "])
            #expect(server.hub.viewerCount(TestServer.room) == 1)
        }
    }

    @Test func `what is said at once comes at once, also if it is more than one write carries`() async throws {
        var limits = Limits()
        limits.bundleBytes = 30_000
        limits.heartbeat = .hours(1)
        try await withRoom(TestServer(limits: limits)) { server in
            let (client, _) = try await server.viewer()
            let frames = (6...12).map { frame($0, after: $0 - 1, padding: 8_000) } as [OrderedFrame]
            server.hub.publish(TestServer.room, frames, greeting: greeting(12))
            #expect(try await client.texts(7).count == 7)
        }
    }

    @Test func `the newest counters come with the greeting`() async throws {
        try await withRoom(TestServer()) { server in
            server.hub.counters(TestServer.room, counters("1"))
            server.hub.counters(TestServer.room, counters("2"))
            let client = try TestClient(port: server.port)
            client.send("join 1")
            #expect(try await client.texts(2) == ["hello snapshot 5", "counters 2"])
        }
    }

    @Test func `joins and leaves come in pairs`() async throws {
        try await withRoom(TestServer()) { server in
            var client: TestClient? = try await server.viewer("join 42").client
            #expect(server.log.all == [.joined(TestServer.room, ViewerID(42))])
            client = nil
            await server.log.wait { $0.count == 2 }
            #expect(client == nil)
            #expect(server.log.all == [.joined(TestServer.room, ViewerID(42)), .left(TestServer.room, ViewerID(42))])
        }
    }

    @Test func `a connection's place is given back when it ends`() async throws {
        let server = try await TestServer()
        try await withRoom(server) { server in
            let viewers = try await server.viewers(0..<3)
            #expect(server.hub.connectionCount == viewers.count)
        }
        #expect(server.hub.connectionCount == 0)
    }

    @Test func `a viewer that closes its half only is gone`() async throws {
        let halfOpen: @Sendable (any Channel) throws -> Void = { try $0.syncOptions!.setOption(.allowRemoteHalfClosure, value: true) }
        try await withRoom(TestServer(configure: halfOpen)) { server in
            let (client, _) = try await server.viewer()
            client.closeSending()
            #expect(try await client.rest().isEmpty)
            await server.log.wait { $0.count == 2 }
            #expect(server.hub.viewerCount == 0)
        }
    }

    @Test func `a ping is answered with its bytes`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, _) = try await server.viewer()
            client.send(ClientFrame.encode(.ping, Array("abc".utf8), mask: 1))
            #expect(try await client.receive { !$0.isEmpty } == [.pong(Array("abc".utf8))])
        }
    }

    @Test func `a close is answered with its code, and the connection ends`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, _) = try await server.viewer()
            client.send(ClientFrame.encode(.close, [0x03, 0xE8], mask: 1))
            #expect(try await client.rest() == [.close(.normal, reason: [])])
        }
    }

    @Test func `a viewer's messages and their answers pass through`() async throws {
        let echo: @Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>? = { message, loop in
            loop.makeSucceededFuture(.send(ServerFrame.text(message.text + Array(" \(message.viewer.value)".utf8))))
        }
        try await withRoom(TestServer(receive: echo)) { server in
            let (client, _) = try await server.viewer("join 9")
            client.send("opened")
            #expect(try await client.texts(1) == ["opened 9"])
        }
    }

    @Test func `a closed room sends its viewers away and takes no more`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, _) = try await server.viewer()
            server.hub.close(TestServer.room, .unauthorised)
            let rest = try await client.rest()
            #expect(rest.first?.string == #"{"t":"bye","why":"auth"}"#)
            #expect(rest.last?.closeCode == .unauthorised)
            let late = try TestClient(port: server.port)
            late.send("join 2")
            #expect(try await late.rest().last?.closeCode == .noSuchRoom)
        }
    }

    @Test func `four hundred viewers on two loops all get everything`() async throws {
        try await withRoom(TestServer(loops: 2)) { server in
            let clients = try await server.viewers(0..<400)
            #expect(server.hub.viewerCount(TestServer.room) == 400)
            server.publish(6...30)
            for client in clients { #expect(try await client.texts(25) == (6...30).map { "card \($0) \($0 - 1) " }) }
        }
    }
}
