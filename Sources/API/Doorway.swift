package import Fanout
import Glibc
import HTTPTypes
import HummingbirdCore
package import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// A connection that has been accepted, and what its first request will make of it.
struct Connection: ServerChildChannelValue {
    enum Purpose: Sendable {
        case requests(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
        case room
    }

    let channel: any Channel
    /// Fails when the connection ends before its first request.
    let purpose: EventLoopFuture<Purpose>
}

/// Receives every connection on the one port: a first request that asks for a room becomes a viewer, all others go to the router.
struct Doorway: ServerChildChannel, HTTPChannelHandler {
    let responder: Responder
    let hub: Hub
    let epoch: String
    let origins: Origins
    let proxies: Proxies

    /// A browser sends less than 2 KB of headers; a token has about 300 bytes.
    private static let limits = {
        var limits = NIOHTTPDecoderLimitConfiguration()
        limits.maxHeaderFieldSize = 16 * 1024
        limits.maxHeaderListSize = 32 * 1024
        limits.maxHeaderFieldCount = 100
        return limits
    }()

    /// Descriptors that connections leave free: for the database, for files, and for libdispatch, which ends the process when it
    /// can't open a file in /proc (`_dispatch_workq_monitor_pools`; Swift 6.3, November 2026).
    private static let spareDescriptors = 64

    /// The lowest free descriptor is given out first, so that a high one tells that few are left.
    private static func leavesDescriptors(_ channel: any Channel) -> Bool {
        var limit = rlimit()
        let descriptor = try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) { $0 }
        guard let descriptor, getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
        return Int(descriptor) + spareDescriptors < Int(clamping: limit.rlim_cur)
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Connection> {
        // Closed at once: better than to be left waiting in the kernel's queue by a server that can do nothing else either.
        guard Self.leavesDescriptors(channel) else {
            let purpose: EventLoopFuture<Connection.Purpose> = channel.eventLoop.makeFailedFuture(ChannelError.operationUnsupported)
            return channel.eventLoop.makeSucceededFuture(Connection(channel: channel, purpose: purpose))
        }
        let promise = channel.eventLoop.makePromise(of: Connection.Purpose.self)
        do {
            // NIO keeps what it reads into for the connection's life and never makes it smaller: 2 KB of an idle viewer, who sends little.
            try channel.syncOptions?.setOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 512))
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTPResponseEncoder(), name: Gate.encoder)
            let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: Self.limits)
            try pipeline.addHandler(ByteToMessageHandler(decoder), name: Gate.decoder)
            try pipeline.addHandler(RequestGuard(), name: Gate.requestGuard)
            try pipeline.addHandler(Gate(self, promise: promise, logger: logger))
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
    on loops: any EventLoopGroup,
    port: Int,
    logger: Logger,
    onRunning: @escaping @Sendable (Int) async -> Void
) async throws {
    let doorway = Doorway(
        responder: { _, response, _ in try await response.writeResponse(HTTPResponse(status: .notFound)) },
        hub: hub,
        epoch: "",
        origins: Origins(),
        proxies: Proxies()
    )
    try await Server(
        childChannelSetup: doorway,
        configuration: .init(address: .hostname("127.0.0.1", port: port), backlog: listenBacklog),
        onServerRunning: { channel in await onRunning(channel.localAddress?.port ?? port) },
        eventLoopGroup: loops,
        logger: logger
    ).run()
}

/// Ten thousand viewers who come back at once wait here, not in a reset (Linux caps it at net.core.somaxconn).
let listenBacklog = 4096

/// Waits for the first request of a connection and gives the channel the handlers that it needs; then it is gone.
private final class Gate: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    static let encoder = "response encoder"
    static let decoder = "request decoder"
    static let requestGuard = "request guard"

    private enum State {
        case waiting
        case entering(RoomRequest, Reservation)
        /// The decoder is on its way out; what it has read beyond the request is kept.
        case switching([NIOAny])
        case refused, done
    }

    private let doorway: Doorway
    private let promise: EventLoopPromise<Connection.Purpose>
    private let logger: Logger
    private var state = State.waiting

    init(_ doorway: Doorway, promise: EventLoopPromise<Connection.Purpose>, logger: Logger) {
        self.doorway = doorway
        self.promise = promise
        self.logger = logger
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting:
            guard case .head(let head) = unwrapInboundIn(data) else { return context.close(promise: nil) }
            guard let request = RoomRequest(head) else { return serveRequests(context: context, first: data) }
            if let problem = request.obstacle(doorway.origins) { return turnAway(problem, context: context) }
            let client = doorway.proxies.client(head.headers, peer: context.channel.remoteAddress)
            guard let reservation = doorway.hub.reserve(client) else {
                return turnAway(.unavailable("rooms-full", "This server has no seat left; come back in a moment."), context: context)
            }
            state = .entering(request, reservation)
        case .entering(let request, let reservation):
            if case .end = unwrapInboundIn(data) { leaveHTTP(request, reservation, context: context) }
        case .switching(var bytes):
            bytes.append(data)
            state = .switching(bytes)
        case .refused: break
        case .done:
            context.fireChannelRead(data)
        }
    }

    private func serveRequests(context: ChannelHandlerContext, first: NIOAny) {
        do {
            // A body may be large.
            try context.channel.syncOptions?.setOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator())
            let pipeline = context.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(logger: logger))
            let requests = try NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>(
                wrappingChannelSynchronously: context.channel,
                configuration: .init(isOutboundHalfClosureEnabled: true)
            )
            state = .done
            promise.succeed(.requests(requests))
            context.fireChannelRead(first)
            pipeline.removeHandler(context: context, promise: nil)
        } catch {
            fail(error, context: context)
        }
    }

    private func leaveHTTP(_ request: RoomRequest, _ reservation: Reservation, context: ChannelHandlerContext) {
        state = .switching([])
        if case .webSocket(let accept) = request.form {
            let headers = RoomRequest.responseHeaders(accept: accept)
            let response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
            context.writeAndFlush(wrapOutboundOut(.head(response)), promise: nil)
        }
        let pipeline = context.pipeline.syncOperations
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        pipeline.removeHandler(name: Self.requestGuard)
            .flatMap { loopBound.value.1.pipeline.syncOperations.removeHandler(name: Self.encoder) }
            .flatMap { loopBound.value.1.pipeline.syncOperations.removeHandler(name: Self.decoder) }
            .whenComplete { result in
                let (gate, context) = loopBound.value
                switch result {
                case .success: gate.letIn(request, reservation, context: context)
                case .failure(let error): gate.fail(error, context: context)
                }
            }
    }

    private func letIn(_ request: RoomRequest, _ reservation: Reservation, context: ChannelHandlerContext) {
        guard case .switching(let bytes) = state else { return }
        do {
            let viewer = doorway.hub.viewer(
                room: RoomID(request.session),
                reservation: reservation,
                joining: request.joining,
                stream: request.stream(epoch: doorway.epoch),
                on: context.eventLoop
            )
            try context.pipeline.syncOperations.addHandler(viewer)
            state = .done
            promise.succeed(.room)
            for data in bytes { context.fireChannelRead(data) }
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        } catch {
            fail(error, context: context)
        }
    }

    /// Said before anything is built for this connection. The guard closes after the answer.
    private func turnAway(_ problem: Problem, context: ChannelHandlerContext) {
        state = .refused
        for part in problem.parts { context.write(wrapOutboundOut(part), promise: nil) }
        context.flush()
    }

    private func fail(_ error: any Error, context: ChannelHandlerContext) {
        state = .done
        promise.fail(error)
        context.close(promise: nil)
    }

    /// The connection ended before its first request, or, as may happen while the server stops, before it began. A promise that was
    /// kept stays so.
    func handlerRemoved(context: ChannelHandlerContext) { promise.fail(ChannelError.eof) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Before the first request nobody else would act on these two: the client has gone, or the server goes.
        if event is ChannelShouldQuiesceEvent || event as? ChannelEvent == .inputClosed, case .waiting = state {
            context.close(promise: nil)
        }
        context.fireUserInboundEventTriggered(event)
    }
}
