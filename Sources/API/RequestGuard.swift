import HTTPTypes
import NIOCore
import NIOHTTP1

/// Keeps one connection from being held open for nothing, and answers what is not HTTP with a problem document.
///
/// A first request must be whole within 10 s of the connection's start; later ones may be awaited for 75 s, and a body takes at most 60 s.
final class RequestGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case awaitingRequest
        case receiving
        /// All that came is whole: it is the application's, and its deadlines hold.
        case answering
        /// The last word is said: what still comes in is thrown away.
        case closing
    }

    private static let first = TimeAmount.seconds(10)
    private static let idle = TimeAmount.seconds(75)
    private static let body = TimeAmount.seconds(60)
    /// The time that a client has to read the last answer before the socket is closed under it.
    private static let linger = TimeAmount.seconds(1)

    private var state = State.awaitingRequest
    private var responseHasBegun = false
    /// Requests whose answer has not ended.
    private var unanswered = 0
    private var isFirst = true
    /// NIO's decoder reads no further request after one that asks for an upgrade.
    private var isLast = false
    private var deadline: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) {
        schedule(Self.first, context: context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .closing = state { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            // Only a connection's first request can become a viewer. On one that is reused, as a proxy does it, the end of the connection
            // without an answer makes the client ask again on a new one (RFC 9112 §9.3.1, §9.3.2); any answer would be the last word.
            if !isFirst, unanswered == 0, RoomRequest(head) != nil { return context.close(promise: nil) }
            isFirst = false
            state = .receiving
            unanswered += 1
            isLast = head.headers.contains(name: "upgrade")
            schedule(Self.body, context: context)
            // A client with a large body waits to be asked for it (RFC 9110 §10.1.1); what is too large is refused by its length.
            if unanswered == 1, head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
            }
        case .body: break
        case .end:
            state = .answering
            deadline?.cancel()
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(let head):
            responseHasBegun = head.status.code >= 200
            if head.headers[canonicalForm: "connection"].contains("close") { isLast = true }
            context.write(data, promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            responseHasBegun = false
            unanswered -= 1
            context.write(data, promise: promise)
            if isLast, unanswered <= 0 { return finish(context: context) }
            guard case .answering = state, unanswered == 0 else { return }
            state = .awaitingRequest
            schedule(Self.idle, context: context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        switch state {
        case .awaitingRequest where error == .invalidEOFState, .closing: context.close(promise: nil)
        case .awaitingRequest: refuse(Self.problem(error), context: context)
        // A handler reads this body just now: it is told, and answers.
        case .receiving, .answering: context.fireErrorCaught(error)
        }
    }

    private func timeIsUp(context: ChannelHandlerContext) {
        switch state {
        case .receiving where !responseHasBegun && unanswered == 1:
            refuse(
                Problem(code: "request-too-slow", status: .requestTimeout, detail: "The request was not whole in time."),
                context: context
            )
        case .awaitingRequest, .receiving, .closing: context.close(promise: nil)
        case .answering: break
        }
    }

    private func refuse(_ problem: Problem, context: ChannelHandlerContext) {
        for part in problem.parts { context.write(wrapOutboundOut(part), promise: nil) }
        finish(context: context)
    }

    /// Closes our side first: a socket closed with unread bytes is reset, and the client would lose the answer.
    private func finish(context: ChannelHandlerContext) {
        state = .closing
        context.flush()
        context.close(mode: .output, promise: nil)
        schedule(Self.linger, context: context)
    }

    private func schedule(_ time: TimeAmount, context: ChannelHandlerContext) {
        deadline?.cancel()
        let loopBound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        deadline = context.eventLoop.scheduleTask(in: time) {
            let (requestGuard, context) = loopBound.value
            requestGuard.timeIsUp(context: context)
        }
    }

    private static func problem(_ error: HTTPParserError) -> Problem {
        switch error {
        case .headerOverflow:
            Problem(
                code: "headers-too-large",
                status: .requestHeaderFieldsTooLarge,
                detail: "A header or the target is longer than 16 KiB, or all headers than 32 KiB."
            )
        case .invalidVersion:
            Problem(code: "http-version-not-supported", status: .httpVersionNotSupported, detail: "This server speaks HTTP/1.1.")
        default:
            Problem(code: "malformed-request", status: .badRequest, detail: "The request is not HTTP/1.1 as RFC 9112 has it.")
        }
    }
}

extension Problem {
    /// The whole answer for a connection that has no router, and ends with it.
    var parts: [HTTPServerResponsePart] {
        let body = bytes(instance: nil)
        let status = HTTPResponseStatus(statusCode: status.code, reasonPhrase: status.reasonPhrase)
        let head = HTTPResponseHead(version: .http1_1, status: status, headers: HTTPHeaders(lastFields(body)))
        return [.head(head), .body(.byteBuffer(ByteBuffer(bytes: body))), .end(nil)]
    }

    /// The same as it travels, with `more` lines of headers.
    func wire(_ more: [String]) -> [UInt8] {
        let body = bytes(instance: nil)
        let lines = ["HTTP/1.1 \(status.code) \(status.reasonPhrase)"] + lastFields(body).map { "\($0): \($1)" } + more
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }

    private func lastFields(_ body: [UInt8]) -> [(String, String)] {
        [
            ("Content-Type", "application/problem+json"), ("Content-Length", String(body.count)), ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ] + headers.map { ($0.name.rawName, $0.value) }
    }
}
