import HTTPTypes
import NIOCore
import NIOHTTP1

/// Keeps one connection from being held open for nothing, and answers what is not HTTP/1.1 (RFC 9112) with a problem document.
///
/// A connection ends with its first answer to HTTP/1.0, and with the answer to whoever asks for that; what comes behind is not heard.
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
    /// Whether the connection's last request has come: no further one is heard.
    private var isLast = false
    /// What is still to be said when all answers under way are out.
    private var lastWords: Problem?
    private var deadline: Scheduled<Void>?

    func handlerAdded(context: ChannelHandlerContext) {
        schedule(Self.first, context: context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .closing,
            .answering where isLast:
            return
        default: break
        }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let problem = flaw(head) { return reject(problem, context: context) }
            state = .receiving
            unanswered += 1
            // NIO's decoder reads no further request after one that asks for an upgrade.
            isLast = head.isBeforeHTTP11 || !head.isKeepAlive || head.headers.contains(name: "upgrade")
            schedule(Self.body, context: context)
            // A client with a large body waits to be asked for it (RFC 9110 §10.1.1); what is too large is refused by its length.
            if unanswered == 1, head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
                context.writeAndFlush(wrapOutboundOut(.head(.init(version: .http1_1, status: .continue))), promise: nil)
            }
        case .body: break
        case .end where unanswered > 0:
            state = .answering
            deadline?.cancel()
        // The answer went before what it didn't need had come.
        case .end: awaitRequest(context: context)
        }
        context.fireChannelRead(data)
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            responseHasBegun = head.status.code >= 200
            if head.headers[canonicalForm: "connection"].contains("close") { isLast = true }
            if isLast, unanswered <= 1, responseHasBegun, !head.headers.contains(name: "connection") {
                head.headers.add(name: "connection", value: "close")
            }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body:
            context.write(data, promise: promise)
        case .end:
            responseHasBegun = false
            unanswered -= 1
            context.write(data, promise: promise)
            if isLast, unanswered <= 0 { return end(context: context) }
            if case .answering = state, unanswered == 0 { awaitRequest(context: context) }
        }
    }

    private func awaitRequest(context: ChannelHandlerContext) {
        state = .awaitingRequest
        schedule(Self.idle, context: context)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        switch state {
        case .awaitingRequest where error == .invalidEOFState, .closing where error == .invalidEOFState: context.close(promise: nil)
        case .closing: break
        case .answering where isLast: break
        case .awaitingRequest, .answering: reject(Self.problem(error), context: context)
        // The answer is out, and what it didn't need is broken.
        case .receiving where unanswered == 0: finish(context: context)
        // A handler may read this body just now: it is told, and answers. If it needs no body, its answer is the last all the same.
        case .receiving:
            isLast = true
            context.fireErrorCaught(error)
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

    /// Answers what is no request to us, after the answers under way, and ends the connection.
    private func reject(_ problem: Problem, context: ChannelHandlerContext) {
        isLast = true
        lastWords = problem
        if unanswered == 0 { end(context: context) }
    }

    private func end(context: ChannelHandlerContext) {
        if let lastWords { refuse(lastWords, context: context) } else { finish(context: context) }
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

    /// What keeps the head from being a request that is understood here.
    private func flaw(_ head: HTTPRequestHead) -> Problem? {
        let hosts = head.headers["host"]
        guard hosts.count == 1 || hosts.isEmpty && head.isBeforeHTTP11, hosts.allSatisfy(Self.isHost) else {
            return Self.malformed("A request has exactly one header Host, with a name or an address and maybe a port (RFC 9112 §3.2).")
        }
        guard head.headers[canonicalForm: "transfer-encoding"].allSatisfy({ $0.lowercased() == "chunked" }) else {
            return Problem(
                code: "transfer-coding-not-supported",
                status: .notImplemented,
                detail: "A body is sent as it is or chunked; no other Transfer-Encoding is understood."
            )
        }
        // One that could be let in would have to wait for the others' answers.
        guard unanswered == 0 || RoomRequest(head) == nil else {
            return .badRequest("A room is asked for when the answers to all requests before are there, or on a connection of its own.")
        }
        return nil
    }

    private static func isHost(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"/?#@\\\"<>,".utf8.contains($0) }
    }

    private static func malformed(_ detail: String) -> Problem {
        Problem(code: "malformed-request", status: .badRequest, detail: detail)
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
            Problem(
                code: "http-version-not-supported",
                status: .httpVersionNotSupported,
                detail: "The first line must end in HTTP/1.1, carriage return and line feed; a line feed alone ends no line here."
            )
        default:
            malformed("The request is not HTTP/1.1 as RFC 9112 has it.")
        }
    }
}

extension HTTPRequestHead {
    var isBeforeHTTP11: Bool { version.major < 1 || version == .http1_0 }
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
