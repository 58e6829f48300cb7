import Fanout
import NIOCore
import Testing
import WebSocket

@Suite(.timeLimit(.minutes(10))) struct `Limits of a viewer` {
    private func limits(_ change: (inout Limits) -> Void) -> Limits {
        var limits = Limits()
        change(&limits)
        return limits
    }

    @Test func `who doesn't join in time is asked to come back`() async throws {
        try await withRoom(TestServer(limits: limits { $0.joinWithin = .milliseconds(100) })) { server in
            let rest = try await TestClient(port: server.port).rest()
            #expect(rest.last?.closeCode == .tryAgainLater)
        }
    }

    @Test func `who isn't admitted hears why`() async throws {
        try await withRoom(TestServer()) { server in
            let client = try TestClient(port: server.port)
            client.send("let me in")
            let rest = try await client.rest()
            #expect(rest.compactMap(\.string) == [#"{"t":"bye","why":"auth"}"#])
            #expect(rest.last?.closeCode == .unauthorised)
        }
    }

    @Test func `a failed admission asks to come back`() async throws {
        let broken: @Sendable (RoomID, [UInt8], any EventLoop) -> EventLoopFuture<Verdict> = { _, _, loop in
            loop.makeFailedFuture(ChannelError.eof)
        }
        try await withRoom(TestServer(admit: broken)) { server in
            let client = try TestClient(port: server.port)
            client.send("join 1")
            let rest = try await client.rest()
            #expect(rest.compactMap(\.string) == [#"{"t":"bye","why":"load","retry":[500,8000]}"#])
            #expect(rest.last?.closeCode == .tryAgainLater)
        }
    }

    @Test func `a permission that ends closes`() async throws {
        let short: @Sendable (RoomID, [UInt8], any EventLoop) -> EventLoopFuture<Verdict> = { _, _, loop in
            loop.makeSucceededFuture(.admitted(ViewerID(1), until: loop.now + .milliseconds(100), after: nil))
        }
        try await withRoom(TestServer(admit: short)) { server in
            let rest = try await server.viewer().client.rest()
            #expect(rest.last?.closeCode == .unauthorised)
        }
    }

    @Test func `a renewed permission doesn't`() async throws {
        let short: @Sendable (RoomID, [UInt8], any EventLoop) -> EventLoopFuture<Verdict> = { _, _, loop in
            loop.makeSucceededFuture(.admitted(ViewerID(1), until: loop.now + .seconds(5), after: nil))
        }
        let renew: @Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>? = { _, loop in
            loop.makeSucceededFuture(.renew(until: loop.now + .hours(1)))
        }
        var limits = Limits()
        limits.pingAfter = .seconds(8)
        try await withRoom(TestServer(limits: limits, admit: short, receive: renew)) { server in
            let (client, _) = try await server.viewer()
            client.send("renew")
            #expect(try await client.receive { !$0.isEmpty } == [.ping([])])
        }
    }

    @Test func `who can't be answered is asked to come back`() async throws {
        let broken: @Sendable (ViewerMessage, any EventLoop) -> EventLoopFuture<Reaction>? = { _, loop in
            loop.makeFailedFuture(ChannelError.eof)
        }
        try await withRoom(TestServer(receive: broken)) { server in
            let (client, _) = try await server.viewer()
            client.send("renew")
            let rest = try await client.rest()
            #expect(rest.compactMap(\.string).last == #"{"t":"bye","why":"load","retry":[500,8000]}"#)
            #expect(rest.last?.closeCode == .tryAgainLater)
        }
    }

    @Test func `a quiet viewer is pinged, and one that stays quiet is taken for gone`() async throws {
        let limits = limits {
            $0.pingAfter = .milliseconds(200)
            $0.silence = .milliseconds(1500)
        }
        try await withRoom(TestServer(limits: limits)) { server in
            let rest = try await server.viewer().client.rest()
            #expect(rest == [.ping([])])
            await server.log.wait { $0.count == 2 }
        }
    }

    @Test func `too many frames close`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, _) = try await server.viewer()
            client.send((0..<20).flatMap { _ in ClientFrame.encode(.pong, [], mask: 1) })
            #expect(try await client.rest().last?.closeCode == .policyViolation)
        }
    }

    @Test func `too many bytes close`() async throws {
        try await withRoom(TestServer(limits: limits { $0.bytesPerSecond = 1000 })) { server in
            let (client, _) = try await server.viewer()
            client.send(ClientFrame.encode(.text, [UInt8](repeating: 0x61, count: 1000), mask: 1))
            #expect(try await client.rest().last?.closeCode == .policyViolation)
        }
    }

    @Test func `a message too long closes`() async throws {
        try await withRoom(TestServer()) { server in
            let (client, _) = try await server.viewer()
            client.send(ClientFrame.encode(.text, [UInt8](repeating: 0x61, count: 4097), mask: 1))
            #expect(try await client.rest().last?.closeCode == .messageTooBig)
        }
    }

    @Test func `a broken frame closes, and so does a binary one`() async throws {
        try await withRoom(TestServer()) { server in
            let (unmasked, _) = try await server.viewer()
            unmasked.send(ServerFrame.text("hi".utf8))
            #expect(try await unmasked.rest().last?.closeCode == .protocolError)
            let (binary, _) = try await server.viewer()
            binary.send(ClientFrame.encode(.binary, [1], mask: 1))
            #expect(try await binary.rest().last?.closeCode == .unsupportedData)
        }
    }

    @Test func `connections are limited by address and in all, and places are given back`() async throws {
        let hub = Hub(
            loops: [],
            limits: limits {
                $0.connections = 3
                $0.connectionsPerAddress = 2
            }
        )
        let here = ClientAddress(v4: 1)
        var places = [hub.reserve(here), hub.reserve(here)]
        #expect(places.allSatisfy { $0 != nil })
        #expect(hub.reserve(here) == nil)
        let other = hub.reserve(ClientAddress(v4: 2))
        #expect(other != nil)
        #expect(hub.reserve(ClientAddress(v4: 3)) == nil)
        places.removeAll()
        #expect(hub.reserve(here) != nil)
        #expect(hub.connectionCount == 1)
    }

    @Test func `an IPv6 network counts as one address`() {
        let one = ClientAddress(v6: [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 1] + [UInt8](repeating: 1, count: 8))
        let two = ClientAddress(v6: [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 1] + [UInt8](repeating: 2, count: 8))
        let three = ClientAddress(v6: [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 2] + [UInt8](repeating: 2, count: 8))
        #expect(one == two)
        #expect(one != three)
    }
}
