import Fanout
import HTTPTypes
import HummingbirdCore
import Live
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Hands a connection's requests to the router until one asks for a room, and then the connection to that room's hub; it is gone then.
final class FirstRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    static let encoder = "response encoder"
    static let decoder = "request decoder"
    static let requestGuard = "request guard"

    private enum State {
        /// No request has come.
        case waiting
        /// Requests go to the router.
        case serving
        case entering(RoomRequest, Reservation)
        /// The decoder is on its way out; the bytes it has read beyond the request are kept.
        case switching([NIOAny])
        /// What comes is no bytes yet, or no longer anybody's: it is not heard.
        case deaf
    }

    private let door: FirstRequestChannel
    private let promise: EventLoopPromise<Connection.Purpose>
    private let logger: Logger
    private var state = State.waiting
    /// Whether the router's handlers stand behind this one.
    private var hasServed = false
    /// The connection's place, given back when it becomes a viewer's, who has another, or ends.
    private var place: Reservation?

    init(_ door: FirstRequestChannel, promise: EventLoopPromise<Connection.Purpose>, logger: Logger) {
        self.door = door
        self.promise = promise
        self.logger = logger
    }

    /// Takes a place for the connection; without one it is closed at once, so that it takes nothing from others. The answer is for
    /// those who read before they ask.
    func channelActive(context: ChannelHandlerContext) {
        place = door.places.reserve(door.proxies.stranger(context.channel.remoteAddress))
        guard place == nil else { return context.fireChannelActive() }
        turnAway(.unavailable("connections-full", "There are too many connections, or too many from this address."), context: context)
        context.close(promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .waiting, .serving:
            if case .head(let head) = unwrapInboundIn(data), let request = RoomRequest(head) {
                receive(request, head, context: context)
            } else if case .waiting = state {
                serveRequests(context: context, first: data)
            } else {
                context.fireChannelRead(data)
            }
        case .entering(let request, let reservation):
            if case .end = unwrapInboundIn(data) { removeHTTPHandlers(request, reservation, context: context) }
        case .switching(var bytes):
            bytes.append(data)
            state = .switching(bytes)
        case .deaf: break
        }
    }

    private func receive(_ request: RoomRequest, _ head: HTTPRequestHead, context: ChannelHandlerContext) {
        if let problem = request.obstacle(door.origins) { return turnAway(problem, context: context) }
        let client = door.proxies.client(head.headers, peer: context.channel.remoteAddress)
        guard let reservation = door.hub.reserve(client) else {
            return turnAway(
                request.tell(.unavailable("rooms-full", "This server has no seat left; come back in a moment.")),
                context: context
            )
        }
        state = .entering(request, reservation)
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
            state = .serving
            hasServed = true
            promise.succeed(.requests(requests))
            context.fireChannelRead(first)
        } catch {
            fail(error, context: context)
        }
    }

    private func removeHTTPHandlers(_ request: RoomRequest, _ reservation: Reservation, context: ChannelHandlerContext) {
        // The decoder may give whole requests that came in one read with this one: as bytes, they would end the process.
        state = .deaf
        if let accept = request.accept {
            let headers = RoomRequest.responseHeaders(accept: accept)
            let response = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
            context.writeAndFlush(wrapOutboundOut(.head(response)), promise: nil)
        }
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.execute {
            let (handler, context) = loopBound.value
            handler.removeDecoder(request, reservation, context: context)
        }
    }

    private func removeDecoder(_ request: RoomRequest, _ reservation: Reservation, context: ChannelHandlerContext) {
        state = .switching([])
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.pipeline.syncOperations.removeHandler(name: Self.requestGuard)
            .flatMap { loopBound.value.1.pipeline.syncOperations.removeHandler(name: Self.encoder) }
            .flatMap { loopBound.value.1.pipeline.syncOperations.removeHandler(name: Self.decoder) }
            .whenComplete { result in
                let (handler, context) = loopBound.value
                switch result {
                case .success: handler.admit(request, reservation, context: context)
                case .failure(let error): handler.fail(error, context: context)
                }
            }
    }

    private func admit(_ request: RoomRequest, _ reservation: Reservation, context: ChannelHandlerContext) {
        guard case .switching(let bytes) = state else { return }
        do {
            let viewer = door.hub.viewer(
                room: RoomID(request.session),
                reservation: reservation,
                callbacks: door.callbacks,
                joining: request.joining,
                stream: request.stream(epoch: door.epoch),
                on: context.eventLoop
            )
            try context.channel.syncOptions?.setOption(.recvAllocator, value: FirstRequestChannel.viewersAllocator)
            if hasServed { try context.pipeline.syncOperations.addHandler(Wall(), position: .after(self)) }
            try context.pipeline.syncOperations.addHandler(viewer, position: .after(self))
            state = .deaf
            promise.succeed(.room)
            for data in bytes { context.fireChannelRead(data) }
            context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
        } catch {
            fail(error, context: context)
        }
    }

    /// Answers with a problem before anything is built for the viewer. The guard closes after the answer.
    private func turnAway(_ problem: Problem, context: ChannelHandlerContext) {
        state = .deaf
        for part in problem.parts { context.write(wrapOutboundOut(part), promise: nil) }
        context.flush()
    }

    private func fail(_ error: any Error, context: ChannelHandlerContext) {
        state = .deaf
        promise.fail(error)
        context.close(promise: nil)
    }

    /// The connection ended before its first request, or, as may happen while the server stops, before it began. A promise that was
    /// kept stays so.
    func handlerRemoved(context: ChannelHandlerContext) {
        promise.fail(ChannelError.eof)
        place = nil
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // Before a request is whole nobody else would act on these two: the client has gone, or the server goes.
        if event is ChannelShouldQuiesceEvent || event as? ChannelEvent == .inputClosed, isWaiting { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    /// Whether the connection waits for its first request, or for the rest of a viewer's.
    private var isWaiting: Bool {
        switch state {
        case .waiting, .entering: true
        case .serving, .switching, .deaf: false
        }
    }
}

/// Stands between a viewer and what has served requests on the same connection before: ends that, which would hold a task for the
/// viewer's life, and lets nothing of it through.
private final class Wall: ChannelDuplexHandler {
    typealias InboundIn = Never
    typealias OutboundIn = Never

    /// The error that the router's side is told.
    private struct ConnectionHasBecomeViewers: Error {}

    func handlerAdded(context: ChannelHandlerContext) {
        context.fireErrorCaught(ConnectionHasBecomeViewers())
        context.read()
    }

    /// An NIOAsyncChannel that has ended lets no further read of the channel's own through.
    func channelReadComplete(context: ChannelHandlerContext) { context.read() }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        promise?.fail(ConnectionHasBecomeViewers())
    }

    func flush(context: ChannelHandlerContext) {}

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) { promise?.succeed() }
}
