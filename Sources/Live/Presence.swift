import EventSourcing
package import EventStore
import FoundationEssentials
package import Logging
package import Postgres
import ReadModels
package import Recruiting
import ServiceLifecycle
import Synchronization

/// Writes into the log who comes and goes in the rooms of this node, and which cards they open: gathered, at most 250 ms per session.
package final class Presence: Service {
    private let log: EventLog
    private let pool: PostgresPool
    let name: String
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let state: Mutex<PresenceState>
    /// The versions of this node's own streams; one that isn't here is not written yet.
    private let versions = Mutex<[StreamName: Int]>([:])

    private static let beat = Duration.milliseconds(50)
    /// How often a batch is tried still once the process is to end while the log takes nothing, for up to five seconds each time.
    private static let lastTries = 2

    /// `name` stands in the events, for people.
    package init(log: EventLog, pool: PostgresPool, name: String, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.log = log
        self.pool = pool
        self.name = name
        self.now = now
        self.logger = logger
        state = Mutex(PresenceState(node: .random(), name: name))
    }

    /// Observations that were dropped because the log took no more.
    package var dropped: Int { state.withLock { $0.dropped } }

    func joined(_ session: SessionID, _ viewer: UInt64, by arrival: Arrival = Arrival()) {
        state.withLock { $0.joined(session, viewer, by: arrival, at: now()) }
    }

    func left(_ session: SessionID, _ viewer: UInt64) {
        state.withLock { $0.left(session, viewer, at: now()) }
    }

    func observed(_ session: SessionID, _ viewer: UInt64, _ kind: Observation.Kind, _ job: JobID) {
        state.withLock { $0.observed(session, viewer, kind, job, at: now()) }
    }

    package func run() async throws {
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            // Not cancelled half-way: what is under way still gets into the log.
            await write()
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: Self.beat) }
        }
        await write(isLast: true)
    }

    /// Writes what is due now; with `isLast`, everything.
    func write(isLast: Bool = false) async {
        let (node, commands) = state.withLock { ($0.node, $0.due(at: now(), isLast: isLast)) }
        let bySession = Dictionary(grouping: commands, by: \.session)
        await withDiscardingTaskGroup { group in
            for commands in bySession.values {
                group.addTask { for command in commands { await self.write(command, as: node) } }
            }
        }
    }

    /// Tries until it is in the log or the process ends; the key makes sure that it is there once.
    private func write(_ command: Audience.Command, as node: NodeID) async {
        let key = AppendKey.unique()
        var lastTries = Self.lastTries
        while !Task.isCancelled {
            do {
                guard Task.isShuttingDownGracefully || state.withLock({ $0.mayWrite }) else { throw Unsure() }
                return try await append(command, as: node, key: key)
            } catch {
                if Task.isShuttingDownGracefully { lastTries -= 1 }
                guard lastTries > 0 else { break }
                logger.warning("observations wait for the log", metadata: ["session": "\(command.session)", "error": "\(error)"])
                // Shorter than the settling: what waited is written before anybody is said to have left.
                try? await Task.sleep(for: .milliseconds(250))
            }
        }
        logger.error("observations were lost", metadata: ["session": "\(command.session)"])
    }

    private func append(_ command: Audience.Command, as node: NodeID, key: AppendKey) async throws {
        let stream = Audience.stream(command.session, of: node)
        let version = versions.withLock { $0[stream] ?? 0 }
        if try await append(command, to: stream, after: version, by: name, key: key) {
            versions.withLock { $0[stream] = version + 1 }
        } else {
            state.withLock { $0.refused(command.observations, of: command.session, by: node) }
        }
    }

    /// False when somebody else has written to the stream.
    private func append(
        _ command: Audience.Command,
        to stream: StreamName,
        after version: Int,
        by name: String,
        key: AppendKey = .unique()
    ) async throws -> Bool {
        let events = try Audience.decide(command, Audience.initial).map {
            NewEvent(stream: stream, type: $0.type, data: $0.encoded(), lane: .audience)
        }
        let origin = Origin(actorKind: "node", actorID: name, correlation: command.session.uuid)
        switch try await log.append(Append(events, expected: [stream: version], key: key, origin: origin)) {
        case .appended, .repeated: return true
        case .conflict, .keyReused: return false
        }
    }
}

/// What ``NodeLeases`` asks and tells.
extension Presence {
    var node: NodeID { state.withLock { $0.node } }

    var isEnrolled: Bool { state.withLock { $0.isEnrolled } }
    /// Another node has taken this one for dead.
    var isTakenForDead: Bool { state.withLock { $0.isTakenForDead } }

    /// Others notice from now on when this node is gone, and it may write.
    func enrolled() {
        state.withLock { $0.enrolled() }
    }

    func logAnswered(_ period: ClosedRange<Timestamp>) {
        state.withLock { $0.logAnswered(period) }
    }

    func logFellSilent() {
        state.withLock { $0.logFellSilent() }
    }

    func renew() {
        state.withLock { $0.renew(as: .random(), at: now()) }
        versions.withLock { $0 = [:] }
    }

    /// Says for `node`, which is dead, that those whom it left behind have left.
    /// - Returns: how many; nil when it isn't dead, as it has written meanwhile.
    func markGone(_ node: NodeID, _ name: String) async throws -> Int? {
        let moment = now()
        let rooms = try await Nodes.leftBehind(by: node, in: pool)
        for room in rooms {
            for (index, start) in stride(from: 0, to: room.viewers.count, by: AudienceRecorder.limit).enumerated() {
                let viewers = room.viewers[start..<min(start + AudienceRecorder.limit, room.viewers.count)]
                let left = viewers.map { Observation(.left, $0, at: moment) }
                let command = Audience.Command.record(left, session: room.session, node: name, from: moment)
                let stream = Audience.stream(room.session, of: node)
                guard try await append(command, to: stream, after: room.version + index, by: name) else { return nil }
            }
        }
        return rooms.reduce(0) { $0 + $1.viewers.count }
    }
}

extension Audience.Command {
    fileprivate var session: SessionID {
        switch self {
        case .record(_, let session, _, _): session
        case .summarise(let summary): summary.session
        }
    }

    fileprivate var observations: [Observation] {
        switch self {
        case .record(let observations, _, _, _): observations
        case .summarise: []
        }
    }
}

/// The log has answered again, but this node has not looked yet whether others took it for dead.
private struct Unsure: Error {}
