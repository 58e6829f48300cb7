import Foundation
import NIOCore
import NIOPosix

/// Says back every message it hears, by the frames and the parser that serve the rooms: what docs/conformance.md is measured against.
@main
struct EchoServer {
    /// Prints the port and serves 127.0.0.1 until the process is ended. The one argument is the port; without it a free one is taken.
    static func main() async throws {
        let server = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .serverChannelOption(.backlog, value: 256)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try Handshake.expect(on: channel) { try $0.pipeline.syncOperations.addHandler(EchoHandler()) }
                }
            }
            .bind(host: "127.0.0.1", port: CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 0).get()
        print(server.localAddress!.port!)
        fflush(nil)
        try await server.closeFuture.get()
    }
}
