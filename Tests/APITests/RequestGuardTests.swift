import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import API

/// What a connection may take, without waiting for it.
@Suite struct RequestGuardTests {
    private let channel = EmbeddedChannel(handler: RequestGuard())

    init() throws {
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func receive(_ part: HTTPServerRequestPart) throws { try channel.writeInbound(part) }

    private static func head(_ headers: HTTPHeaders = [:]) -> HTTPServerRequestPart {
        var headers = headers
        headers.add(name: "host", value: "localhost")
        return .head(HTTPRequestHead(version: .http1_1, method: .POST, uri: "/v1/sessions", headers: headers))
    }

    private func status() throws -> UInt? {
        while let part = try channel.readOutbound(as: HTTPServerResponsePart.self) {
            if case .head(let head) = part { return head.status.code }
        }
        return nil
    }

    private func answer() throws {
        try channel.writeOutbound(HTTPServerResponsePart.head(.init(version: .http1_1, status: .ok)))
        try channel.writeOutbound(HTTPServerResponsePart.end(nil))
    }

    @Test func `a connection that says nothing is closed after ten seconds`() throws {
        channel.embeddedEventLoop.advanceTime(by: .seconds(9))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `a body that trickles is answered with 408 after a minute`() throws {
        try receive(Self.head(["content-length": "1000"]))
        for _ in 0..<59 {
            channel.embeddedEventLoop.advanceTime(by: .seconds(1))
            try receive(.body(ByteBuffer(string: "x")))
        }
        #expect(try status() == nil)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(try status() == 408)
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }

    @Test func `an answer may take as long as it takes, and the next request is awaited for 75 seconds`() throws {
        try receive(Self.head())
        try receive(.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(300))
        try answer()
        #expect(try status() == 200)
        channel.embeddedEventLoop.advanceTime(by: .seconds(74))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `of two requests at once, the first answer does not start the wait for a third`() throws {
        for _ in 0..<2 {
            try receive(Self.head())
            try receive(.end(nil))
        }
        try answer()
        channel.embeddedEventLoop.advanceTime(by: .seconds(200))
        #expect(channel.isActive)
    }

    @Test func `a client that asks first is told to go on`() throws {
        try receive(Self.head(["expect": "100-continue", "content-length": "5"]))
        #expect(try status() == 100)
    }

    @Test func `when the answer went before the body was whole, the next request is awaited as ever`() throws {
        try receive(Self.head(["content-length": "5"]))
        try answer()
        try receive(.body(ByteBuffer(string: "hello")))
        try receive(.end(nil))
        channel.embeddedEventLoop.advanceTime(by: .seconds(74))
        #expect(channel.isActive)
        channel.embeddedEventLoop.advanceTime(by: .seconds(1))
        #expect(!channel.isActive)
    }

    @Test func `after a refused upgrade the connection is closed, since nothing more is read from it`() throws {
        try receive(Self.head(["connection": "upgrade", "upgrade": "h2c"]))
        try receive(.end(nil))
        try answer()
        channel.embeddedEventLoop.advanceTime(by: .seconds(2))
        #expect(!channel.isActive)
    }
}
