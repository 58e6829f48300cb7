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

@Suite struct `A room over sockets` {
    @Test func `who joins is greeted and gets frames in order`() async throws {
        let server = try await TestServer()
        server.hub.open(TestServer.room, head: 5, greeting: greeting(5))
        let client = try TestClient(port: server.port)
        client.send("join 1")
        #expect(try client.texts(1) == ["hello snapshot 5"])
        server.hub.publish(TestServer.room, [frame(6, after: 5), frame(9, after: 6)], greeting: greeting(9))
        #expect(try client.texts(2) == ["card 6 5 ", "card 9 6 "])
        #expect(server.hub.viewerCount(TestServer.room) == 1)
        try await server.stop()
    }
}
