import BareWebSocket
import Fanout
import Foundation
import NIOCore
import NIOPosix
import WebSocket

/// The hub on one event loop behind a WebSocket upgrade, with one room and a control port that publishes a frame for each line.
struct FanoutServer {
    static let room = RoomID(1)

    /// Prints "<websocket port> <control port>" and serves until the process is ended. Port 0 takes a free one.
    static func run(port: Int, controlPort: Int, behind: TimeAmount) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var limits = Limits()
        limits.ringBytes = 1 << 20
        limits.behind = behind
        let hub = Hub(loops: [group.next()], limits: limits, callbacks: callbacks)
        hub.open(room, head: 0, greeting: greeting)
        let viewers = try await bootstrap(group, port) { channel in try BareWebSocket.expect(on: channel) { try addViewer(to: $0, hub) } }
        let controls = try await bootstrap(group, controlPort) { channel in
            try channel.pipeline.syncOperations.addHandler(ControlHandler(hub))
        }
        print("\(viewers.localAddress!.port!) \(controls.localAddress!.port!)")
        fflush(nil)
        try await viewers.closeFuture.get()
    }

    static let greeting = Greeting { _ in ServerFrame.text("{\"t\":\"hello\"}".utf8) }

    private static let callbacks = Hub.Callbacks(
        admit: { _, _, loop in loop.makeSucceededFuture(.admitted(ViewerID(1), until: nil, after: nil)) },
        history: { _, _, _, loop in loop.makeSucceededFuture(nil) },
        receive: { _, _ in nil },
        moved: { _ in }
    )

    private static func bootstrap(
        _ group: any EventLoopGroup,
        _ port: Int,
        _ setUp: @escaping @Sendable (any Channel) throws -> Void
    ) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 4096)
            .serverChannelOption(.maxMessagesPerRead, value: 64)
            .childChannelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 512))
            // As Hummingbird has it for `jobcast serve`.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in channel.eventLoop.makeCompletedFuture { try setUp(channel) } }
            .bind(host: "127.0.0.1", port: port).get()
    }

    private static func addViewer(to channel: any Channel, _ hub: Hub) throws {
        guard let reservation = hub.reserve(ClientAddress(v4: 0x7F00_0001)) else { throw ChannelError.alreadyClosed }
        try channel.pipeline.syncOperations.addHandler(hub.viewer(room: room, reservation: reservation, on: channel.eventLoop))
    }
}
