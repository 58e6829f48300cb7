package import Fanout
import NIOCore
import ServiceLifecycle

/// Sends the viewers away when the process stops: in batches, each told when to come back.
package struct RoomDrain: Service {
    private let hub: Hub
    private let duration: Duration

    /// `duration` is how long the sending away takes.
    package init(hub: Hub, duration: Duration) {
        self.hub = hub
        self.duration = duration
    }

    package func run() async throws {
        try? await gracefulShutdown()
        await hub.drain(over: .nanoseconds(duration.components.seconds * 1_000_000_000 + duration.components.attoseconds / 1_000_000_000))
    }
}
