import EventSourcing
import EventStore
import FoundationEssentials
import Logging
import Postgres
import Recruiting
import ServiceLifecycle
import Synchronization

/// Writes into the log who comes and goes in the rooms of this node, and which cards they open: gathered, at most 250 ms per session.
final class Attendance: Service {
    private let log: EventLog
    private let pool: PostgresPool
    private let node: String
    private let now: @Sendable () -> Timestamp
    private let logger: Logger
    private let state: Mutex<AttendanceState>
    /// The versions of the audience streams, as this process last wrote them.
    private let versions = Mutex<[SessionID: Int]>([:])

    private static let beat = Duration.milliseconds(50)

    /// `node` names this process in the log; no other that runs has the same name.
    init(log: EventLog, pool: PostgresPool, node: String, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.log = log
        self.pool = pool
        self.node = node
        self.now = now
        self.logger = logger
        state = Mutex(AttendanceState(node: node))
    }

    func joined(_ session: SessionID, _ viewer: UInt64) {
        state.withLock { $0.joined(session, viewer, at: now()) }
    }

    func left(_ session: SessionID, _ viewer: UInt64) {
        state.withLock { $0.left(session, viewer, at: now()) }
    }

    func observed(_ session: SessionID, _ viewer: UInt64, _ kind: Observation.Kind, _ position: PositionID) {
        state.withLock { $0.observed(session, viewer, kind, position, at: now()) }
    }

    /// Observations that were dropped because the log took no more.
    var dropped: Int { state.withLock { $0.dropped } }

    func run() async throws {
        while !Task.isShuttingDownGracefully && !Task.isCancelled {
            // Not cancelled half-way: what is under way still gets into the log.
            await write(state.withLock { $0.due(at: now()) })
            await cancelWhenGracefulShutdown { try? await Task.sleep(for: Self.beat) }
        }
        await write(state.withLock { $0.due(at: now(), isLast: true) })
    }

    func write(_ commands: [Audience.Command]) async {
        let bySession = Dictionary(grouping: commands) { command in
            switch command {
            case .record(_, let session, _, _): session
            }
        }
        await withDiscardingTaskGroup { group in
            for (session, commands) in bySession {
                group.addTask { for command in commands { await self.write(command, of: session) } }
            }
        }
    }

    /// Tries until it is in the log or the process ends; the key makes sure that it is there once.
    private func write(_ command: Audience.Command, of session: SessionID) async {
        let key = AppendKey.unique()
        for attempt in 0..<100 {
            do {
                if try await append(command, of: session, by: node, key: key) { return }
            } catch {
                logger.warning("observations wait for the log", metadata: ["session": "\(session)", "error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(min(50 << min(attempt, 5), 1_000)))
            }
        }
        logger.error("observations were lost", metadata: ["session": "\(session)"])
    }

    /// False when another node has written to the stream meanwhile.
    private func append(_ command: Audience.Command, of session: SessionID, by node: String, key: AppendKey) async throws -> Bool {
        let stream = Audience.stream(session)
        let version = if let known = versions.withLock({ $0[session] }) { known } else { try await version(of: stream) }
        let events = try Audience.decide(command, Audience.initial).map {
            NewEvent(stream: stream, type: $0.type, data: $0.encoded(), lane: .audience)
        }
        let origin = Origin(actorKind: "node", actorID: node, correlation: session.uuid)
        switch try await log.append(Append(events, expected: [stream: version], key: key, origin: origin)) {
        case .appended, .repeated:
            versions.withLock { $0[session] = version + events.count }
            return true
        case .conflict, .keyReused:
            versions.withLock { $0[session] = nil }
            return false
        }
    }

    private func version(of stream: StreamName) async throws -> Int {
        try await pool.session { session in
            let rows = try session.query("SELECT version FROM streams WHERE stream = $1", [.text(stream.description)])
            return try rows.first.map { Int(try $0.decode(0, as: Int32.self)) } ?? 0
        }
    }
}

extension Attendance {
    /// Says for `name`, which is dead, that these viewers have left.
    func closeOff(_ viewers: [(SessionID, UInt64)], of name: String) async throws {
        let moment = now()
        for (session, viewers) in Dictionary(grouping: viewers, by: \.0) {
            let left = viewers.map { Observation(.left, Pseudonym(number: $0.1), at: moment) }
            let key = AppendKey.unique()
            let command = Audience.Command.record(left, session: session, node: name, from: moment)
            while try await !append(command, of: session, by: name, key: key) {}
        }
    }
}
