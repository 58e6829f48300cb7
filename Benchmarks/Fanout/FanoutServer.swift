import API
import Fanout
import Foundation
import Logging
import NIOCore
import NIOPosix
import WebSocket

/// The hub on one event loop behind the door of `jobcast serve`, with one room and a control port that publishes a frame for each line.
struct FanoutServer {
    /// The room of the session in the load's path.
    static let room = RoomID(1)

    /// Prints "<websocket port> <control port>" and serves until the process is ended. Port 0 takes a free one.
    static func run(port: Int, controlPort: Int, behind: TimeAmount) async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var limits = Limits()
        limits.ringBytes = 1 << 20
        limits.behind = behind
        let hub = Hub(loops: [group.next()], limits: limits)
        hub.open(room, head: 0, greeting: greeting)
        let controls = try await bindControls(controlPort, group, hub)
        var logger = Logger(label: "door")
        logger.logLevel = .warning
        try await openDoor(to: hub, callbacks, on: group, port: port, logger: logger) { port in
            print("\(port) \(controls.localAddress!.port!)")
            fflush(nil)
        }
    }

    static let greeting = Greeting { _ in ServerFrame.text("{\"t\":\"hello\"}".utf8) }

    private static let callbacks = Callbacks(
        admit: { _, _, loop in loop.makeSucceededFuture(.admitted(ViewerID(1), until: nil, after: nil)) },
        history: { _, _, _, loop in loop.makeSucceededFuture(nil) },
        receive: { _, _ in nil },
        moved: { _ in }
    )

    private static func bindControls(_ port: Int, _ group: any EventLoopGroup, _ hub: Hub) async throws -> any Channel {
        try await ServerBootstrap(group: group)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(ControlHandler(hub)) }
            }
            .bind(host: "127.0.0.1", port: port).get()
    }
}
