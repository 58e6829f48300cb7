import NIOCore
import Recruiting
import Synchronization

/// A live session of the simulation, as its host and its viewers know it.
final class Room: Sendable {
    let session: SessionID
    let title: String
    let host: String
    let jobs: [ListedJob]
    let policies: [ListedPolicy]
    private let featured = Mutex<(job: JobID, at: NIODeadline)?>(nil)

    init(session: SessionID, title: String, host: String, jobs: [ListedJob], policies: [ListedPolicy]) {
        self.session = session
        self.title = title
        self.host = host
        self.jobs = jobs
        self.policies = policies
    }

    /// The host is about to ask the server to feature `job`.
    func features(_ job: JobID) {
        featured.withLock { $0 = (job, .now()) }
    }

    /// How long after the host's request a card was in a viewer's hands; nil for a card that isn't the latest one.
    func latency(of job: JobID, receivedAt: NIODeadline) -> Duration? {
        featured.withLock { latest in
            guard let latest, latest.job == job, receivedAt > latest.at else { return nil }
            return .nanoseconds((receivedAt - latest.at).nanoseconds)
        }
    }
}
