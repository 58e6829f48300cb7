import FoundationEssentials
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Wire

/// A viewer's WebSocket: whole text frames in, masked text frames out (RFC 6455).
final class LiveConnection: Sendable {
    /// A text frame and when its bytes were read from the socket.
    struct Frame: Sendable {
        let text: ByteBuffer
        let receivedAt: NIODeadline
    }

    /// More unread frames than this end the connection: a simulated viewer reads at once or is broken.
    private static let unreadFrames = 1024

    let frames: AsyncThrowingStream<Frame, any Error>
    private let channel: any Channel

    private init(channel: any Channel, frames: AsyncThrowingStream<Frame, any Error>) {
        self.channel = channel
        self.frames = frames
    }

    /// Joins nothing yet: the caller sends the first frame. `onFrame` is called on the connection's event loop, to take the time
    /// without a hop; without `queueing`, `frames` gets none and only tells the end of the connection.
    static func connect(
        to address: Address,
        session: String,
        queueing: Bool = true,
        onFrame: @escaping @Sendable (Frame) -> Void = { _ in }
    ) async throws -> LiveConnection {
        let (frames, continuation) = AsyncThrowingStream.makeStream(
            of: Frame.self,
            bufferingPolicy: .bufferingOldest(unreadFrames)
        )
        return try await Attempt.run { attempt in
            let upgraded = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .connectTimeout(.seconds(10))
                .connect(host: address.host, port: address.port) { channel in
                    attempt.begins(channel)
                    return upgrade(channel, address, session) { FrameReader(continuation, isQueueing: queueing, onFrame: onFrame) }
                }
            guard let channel = try await upgraded.get() else {
                continuation.finish()
                throw SimulatorError.unreadable("the upgrade to a WebSocket was declined")
            }
            return LiveConnection(channel: channel, frames: frames)
        }
    }

    private static func upgrade(
        _ channel: any Channel,
        _ address: Address,
        _ session: String,
        _ reader: @escaping @Sendable () -> FrameReader
    ) -> EventLoopFuture<EventLoopFuture<(any Channel)?>> {
        channel.eventLoop.makeCompletedFuture {
            let upgrader = NIOTypedWebSocketClientUpgrader<(any Channel)?>(maxFrameSize: 1 << 20) { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(reader())
                    return channel
                }
            }
            var headers = HTTPHeaders()
            headers.add(name: "host", value: address.description)
            headers.add(name: "sec-websocket-protocol", value: "jobcast.v1")
            let path = "/v1/sessions/\(session)/live"
            let configuration = NIOTypedHTTPClientUpgradeConfiguration<(any Channel)?>(
                upgradeRequestHead: HTTPRequestHead(version: .http1_1, method: .GET, uri: path, headers: headers),
                upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in channel.close().map { nil } }
            )
            return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(
                configuration: .init(upgradeConfiguration: configuration)
            )
        }
    }

    func send(_ message: ViewerFrame) throws {
        let text = ByteBuffer(bytes: try JSONEncoder().encode(message))
        let frame = WebSocketFrame(fin: true, opcode: .text, maskKey: .random(), data: text)
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Closes the connection with a Close frame.
    func close() {
        var code = ByteBuffer()
        code.write(webSocketErrorCode: .normalClosure)
        channel.writeAndFlush(WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code), promise: nil)
        channel.close(promise: nil)
    }

    /// Lets the connection vanish, as when a phone loses its network.
    func drop() {
        channel.close(promise: nil)
    }
}

/// The server ended the connection with this close code; nil when it sent none.
struct ClosedByServer: Error {
    let code: Int?
}

private final class FrameReader: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let continuation: AsyncThrowingStream<LiveConnection.Frame, any Error>.Continuation
    private let isQueueing: Bool
    private let onFrame: @Sendable (LiveConnection.Frame) -> Void

    init(
        _ continuation: AsyncThrowingStream<LiveConnection.Frame, any Error>.Continuation,
        isQueueing: Bool,
        onFrame: @escaping @Sendable (LiveConnection.Frame) -> Void
    ) {
        self.continuation = continuation
        self.isQueueing = isQueueing
        self.onFrame = onFrame
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .text:
            let received = LiveConnection.Frame(text: frame.unmaskedData, receivedAt: .now())
            onFrame(received)
            if isQueueing, case .dropped = continuation.yield(received) { context.close(promise: nil) }
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            var data = frame.unmaskedData
            continuation.finish(throwing: ClosedByServer(code: data.readInteger(as: UInt16.self).map(Int.init)))
            let answer = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
            context.close(promise: nil)
        default:
            break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        continuation.finish(throwing: SimulatorError.closed)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        continuation.finish(throwing: error)
        context.close(promise: nil)
    }
}
