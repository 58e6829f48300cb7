import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Turns connections into WebSockets by NIO's handshake, without NIO's frame handlers.
enum Handshake {
    /// Answers the channel's first request with 101 and then lets `addHandlers` prepare it; one that is no handshake closes the channel.
    static func expect(on channel: any Channel, then addHandlers: @escaping @Sendable (any Channel) throws -> Void) throws {
        var configuration = NIOUpgradableHTTPServerPipelineConfiguration(
            upgradeConfiguration: NIOTypedHTTPServerUpgradeConfiguration<Void>(
                upgraders: [Upgrader(addHandlers: addHandlers)],
                notUpgradingCompletionHandler: { $0.close() }
            )
        )
        configuration.enablePipelining = false
        configuration.enableResponseHeaderValidation = false
        _ = try channel.pipeline.syncOperations.configureUpgradableHTTPServerPipeline(configuration: configuration)
    }
}

private struct Upgrader: NIOTypedHTTPServerProtocolUpgrader {
    let addHandlers: @Sendable (any Channel) throws -> Void
    private let handshake = NIOTypedWebSocketServerUpgrader<Void>(
        shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
        upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
    )

    init(addHandlers: @escaping @Sendable (any Channel) throws -> Void) { self.addHandlers = addHandlers }

    var supportedProtocol: String { handshake.supportedProtocol }
    var requiredUpgradeHeaders: [String] { handshake.requiredUpgradeHeaders }

    func buildUpgradeResponse(channel: any Channel, upgradeRequest: HTTPRequestHead, initialResponseHeaders: HTTPHeaders)
        -> EventLoopFuture<HTTPHeaders>
    {
        handshake.buildUpgradeResponse(channel: channel, upgradeRequest: upgradeRequest, initialResponseHeaders: initialResponseHeaders)
    }

    func upgrade(channel: any Channel, upgradeRequest: HTTPRequestHead) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture { try addHandlers(channel) }
    }
}
