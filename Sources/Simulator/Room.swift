import NIOCore
import Recruiting
import Synchronization

/// A live session of the simulation, as its host and its viewers know it.
final class Room: Sendable {
    let session: SessionID
    let title: String
    let host: String
    let positions: [ListedPosition]
    let policies: [ListedPolicy]
    private let featured = Mutex<(position: PositionID, at: NIODeadline)?>(nil)

    init(session: SessionID, title: String, host: String, positions: [ListedPosition], policies: [ListedPolicy]) {
        self.session = session
        self.title = title
        self.host = host
        self.positions = positions
        self.policies = policies
    }

    /// The host is about to ask the server to feature `position`.
    func features(_ position: PositionID) {
        featured.withLock { $0 = (position, .now()) }
    }

    /// How long after the host's request a card was in a viewer's hands; nil for a card that isn't the latest one.
    func latency(of position: PositionID, receivedAt: NIODeadline) -> Duration? {
        featured.withLock { latest in
            guard let latest, latest.position == position, receivedAt > latest.at else { return nil }
            return .nanoseconds((receivedAt - latest.at).nanoseconds)
        }
    }
}
