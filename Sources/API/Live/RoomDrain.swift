import Fanout
import NIOCore
import ServiceLifecycle

/// Sends the viewers away when the process stops: in batches, each told when to come back.
struct RoomDrain: Service {
    let hub: Hub
    let duration: Duration

    func run() async throws {
        try? await gracefulShutdown()
        await hub.drain(over: .nanoseconds(duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000))
    }
}
