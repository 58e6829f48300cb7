import NIOCore
import NIOHTTP1
import NIOPosix

/// What can go wrong between the simulator and the server.
package enum SimulatorError: Error, CustomStringConvertible {
    case unreachable(Address, any Error)
    case closed
    case timedOut
    /// An answer other than 2xx.
    case refused(String, status: Int, body: String)
    /// An answer the simulator cannot read.
    case unreadable(String)
    case nothingToShow

    package var description: String {
        switch self {
        case .unreachable(let address, let reason): "no Jobcast server answers at \(address) (\(reason)); start one with: jobcast serve"
        case .closed: "the server closed the connection"
        case .timedOut: "the server did not answer within 10 seconds"
        case .refused(let request, let status, let body): "\(request) was answered \(status): \(body.prefix(400))"
        case .unreadable(let what): "the server's answer is not as expected: \(what)"
        case .nothingToShow: "the server has no vetted jobs to show; load some with: jobcast seed"
        }
    }
}

struct Response: Sendable {
    let status: Int
    let body: ByteBuffer
}

/// One HTTP/1.1 connection, kept open; one request at a time.
final class HTTPConnection: Sendable {
    private let channel: any Channel
    private let address: Address

    private init(channel: any Channel, address: Address) {
        self.channel = channel
        self.address = address
    }

    static func connect(to address: Address) async throws -> HTTPConnection {
        try await Attempt.run { attempt in
            let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connectTimeout(.seconds(10))
                .channelInitializer { channel in
                    attempt.begins(channel)
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHTTPClientHandlers()
                        try channel.pipeline.syncOperations.addHandler(Exchange())
                    }
                }
            do {
                return HTTPConnection(channel: try await bootstrap.connect(host: address.host, port: address.port).get(), address: address)
            } catch {
                throw SimulatorError.unreachable(address, error)
            }
        }
    }

    /// Sends one request and waits for the whole answer.
    /// - Throws: `SimulatorError.closed` or `.timedOut`; the connection is of no use after either.
    func send(_ method: HTTPMethod, _ path: String, headers: HTTPHeaders, body: ByteBuffer?) async throws -> Response {
        var headers = headers
        headers.add(name: "host", value: address.description)
        if body != nil || method == .POST { headers.add(name: "content-length", value: "\(body?.readableBytes ?? 0)") }
        let head = HTTPRequestHead(version: .http1_1, method: method, uri: path, headers: headers)
        let answer = channel.eventLoop.makePromise(of: Response.self)
        // A channel that is closed already has no handler any more that could fail the answer.
        channel.writeAndFlush(Exchange.Request(head: head, body: body, answer: answer)).whenFailure { answer.fail($0) }
        return try await withTaskCancellationHandler {
            try await answer.futureResult.get()
        } onCancel: {
            channel.close(promise: nil)
        }
    }

    func close() {
        channel.close(promise: nil)
    }
}

/// Turns a request into HTTP parts and the parts of its answer into one value.
private final class Exchange: ChannelDuplexHandler {
    struct Request: Sendable {
        let head: HTTPRequestHead
        let body: ByteBuffer?
        let answer: EventLoopPromise<Response>
    }
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Request
    typealias OutboundOut = HTTPClientRequestPart

    private var pending: EventLoopPromise<Response>?
    private var deadline: Scheduled<Void>?
    private var status = 0
    private var received = ByteBuffer()

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let request = unwrapOutboundIn(data)
        guard context.channel.isActive, pending == nil else {
            promise?.fail(SimulatorError.closed)
            return
        }
        pending = request.answer
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(10)) { [self] in
            fail(SimulatorError.timedOut, context)
        }
        context.write(wrapOutboundOut(.head(request.head)), promise: nil)
        if let body = request.body { context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
            received.clear()
        case .body(var bytes):
            received.writeBuffer(&bytes)
        case .end:
            deadline?.cancel()
            let answer = pending
            pending = nil
            answer?.succeed(Response(status: status, body: received))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(error, context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(SimulatorError.closed, context)
    }

    private func fail(_ error: any Error, _ context: ChannelHandlerContext) {
        deadline?.cancel()
        let answer = pending
        pending = nil
        answer?.fail(error)
        context.close(promise: nil)
    }
}
