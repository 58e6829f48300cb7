package import Fanout
import HTTPTypes
import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// A connection that has been accepted, and what its first request makes of it. One of requests may become a room's later.
struct Connection: ServerChildChannelValue {
    enum Purpose: Sendable {
        case requests(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case room
    }

    let channel: any Channel
    /// Fails when the connection ends before its first request.
    let purpose: EventLoopFuture<Purpose>
}

/// Receives every connection on the one port: one that asks for a room becomes a viewer, all other requests go to the router.
struct FirstRequestChannel: ServerChildChannel, HTTPChannelHandler {
    let responder: Responder
    let hub: Hub
    /// What the hub's viewers ask and tell.
    let callbacks: Callbacks
    let epoch: String
    let origins: Origins
    let proxies: Proxies
    /// The places of connections that are no viewers'.
    let places: ConnectionCounter

    /// A browser sends less than 2 KB of headers; a token has about 300 bytes.
    private static let limits = {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 32 * 1024
        limits.maxHeaderFieldCount = 100
        return limits
    }()

    /// NIO keeps what it reads into for the connection's life and never makes it smaller: 2 KB of an idle viewer, who sends little.
    static let viewersAllocator = FixedSizeRecvByteBufferAllocator(capacity: 512)

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        // Closed at once: better than to be left waiting in the kernel's queue by a server that can do nothing else either.
        guard Descriptors.areLeft(by: channel) else {
            let purpose: EventLoopFuture<Connection.Purpose> = channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
            return channel.eventLoop.makeSucceededFuture(Connection(channel: channel, purpose: purpose))
        }
        let promise = channel.eventLoop.makePromise(of: Connection.Purpose.self)
        do {
            try channel.syncOptions?.setOption(.recvAllocator, value: Self.viewersAllocator)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTPResponseEncoder(), name: FirstRequestHandler.encoder)
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: Self.limits)
            try pipeline.addHandler(ByteToMessageHandler(decoder), name: FirstRequestHandler.decoder)
            try pipeline.addHandler(RequestGuard(), name: FirstRequestHandler.requestGuard)
            try pipeline.addHandler(FirstRequestHandler(self, promise: promise, logger: logger))
        } catch {
            promise.fail(error)
        }
        // The channel is read from only once this future has a value: what the first request says comes later.
        return channel.eventLoop.makeSucceededFuture(Connection(channel: channel, purpose: promise.futureResult))
    }

    func handle(value: Connection, logger: Logger) async {
        switch try? await value.purpose.get() {
        case .requests(let requests): await handleHTTP(asyncChannel: requests, logger: logger)
        // The room's shard drives a viewer; it holds no task (3.8 KB each, measured).
        case .room: break
        case nil: try? await value.channel.close()
        }
    }
}

/// The door of `jobcast serve` alone: lets viewers into the rooms of `hub` and has an answer to nothing else. For measurements.
///
/// It runs until it is cancelled; `onRunning` is called with the port once it is open. `loops` are the hub's.
package func openDoor(
    to hub: Hub,
    _ callbacks: Callbacks,
    on loops: any EventLoopGroup,
    port: Int,
    logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void
) async throws {
    let channel = FirstRequestChannel(
        responder: { _, response, _ in try await response.writeResponse(HTTPResponse(status: .notFound)) },
        hub: hub,
        callbacks: callbacks,
        epoch: "",
        origins: Origins(),
        proxies: Proxies(),
        places: ConnectionCounter(all: .max, perAddress: .max)
    )
    try await Server(
        childChannelSetup: channel,
        configuration: .init(address: .hostname("127.0.0.1", port: port), backlog: listenBacklog),
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
        eventLoopGroup: loops,
        logger: logger
    ).run()
}

/// Ten thousand viewers who come back at once wait here, not in a reset (Linux caps it at net.core.somaxconn).
let listenBacklog = 4096
