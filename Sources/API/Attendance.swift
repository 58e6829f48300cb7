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
        await cancelWhenGracefulShutdown { [self] in
            await closeOffLeftOver()
            while !Task.isCancelled {
                await write(state.withLock { $0.due(at: now()) })
                try? await Task.sleep(for: Self.beat)
            }
        }
        await write(state.withLock { $0.due(at: now(), isLast: true) })
    }

    private func write(_ commands: [Audience.Command]) async {
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
                if try await append(command, of: session, key: key) { return }
            } catch {
                logger.warning("observations wait for the log", metadata: ["session": "\(session)", "error": "\(error)"])
                try? await Task.sleep(for: .milliseconds(min(50 << min(attempt, 5), 1_000)))
            }
        }
        logger.error("observations were lost", metadata: ["session": "\(session)"])
    }

    /// False when another node has written to the stream meanwhile.
    private func append(_ command: Audience.Command, of session: SessionID, key: AppendKey) async throws -> Bool {
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
    /// Viewers that a process of this name had when it was killed: nobody else will say that they have left.
    private func closeOffLeftOver() async {
        do {
            let name = node
            let found = try await pool.session { session in
                try session.query(Self.leftOver, [.text(name)]).map { row in
                    (SessionID(try row.decode(0, as: UUID.self)), UInt64(try row.decode(1, as: String.self), radix: 16) ?? 0)
                }
            }
            state.withLock { state in
                for (session, viewer) in found { state.leftOver(session, viewer, at: now()) }
            }
            if !found.isEmpty { logger.notice("closed off viewers of a process that was killed", metadata: ["viewers": "\(found.count)"]) }
        } catch {
            logger.warning("viewers left over could not be looked up", metadata: ["error": "\(error)"])
        }
    }

    /// Only sessions in which somebody still counts as online are looked at.
    private static let leftOver = """
        SELECT e.correlation, o.viewer
        FROM events AS e CROSS JOIN LATERAL ROWS FROM (
            jsonb_array_elements_text(data->'viewer'), jsonb_array_elements_text(data->'kind')) AS o (viewer, kind)
        WHERE lane = 1 AND e.correlation IN (SELECT session FROM session_counters WHERE online > 0) AND data->>'node' = $1
            AND o.kind IN ('entered', 'left')
        GROUP BY 1, 2 HAVING count(*) FILTER (WHERE o.kind = 'entered') > count(*) FILTER (WHERE o.kind = 'left')
        """
}
