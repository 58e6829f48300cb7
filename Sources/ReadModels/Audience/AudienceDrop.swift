package import EventSourcing
package import EventStore
import FoundationEssentials
package import Postgres
import Recruiting

/// What must be in the log before observations may be dropped: for each session a summary of all of them, so that counters and timelines
/// can be told without them.
package struct AudienceDrop: Sendable {
    let log: EventLog
    let pool: PostgresPool
    /// Of the counters; it may run elsewhere, too.
    let counters: ProjectionRunner

    /// - Parameters:
    ///   - log: running, so that it appends.
    ///   - counters: a runner of ``LiveCounters/projection``.
    package init(log: EventLog, pool: PostgresPool, counters: ProjectionRunner) {
        self.log = log
        self.pool = pool
        self.counters = counters
    }

    /// How often a summary is made anew while others observe, before the session's observations are kept.
    private static let attempts = 5

    /// Appends what is missing for observations up to `position` to be dropped.
    /// - Returns: the position from which on observations must be kept, because somebody is in their session's room; nil where none must.
    package func prepare(through position: LogPosition) async throws -> LogPosition? {
        var kept: LogPosition?
        for session in try await unsummarised(through: position) {
            if let first = try await summarise(session) { kept = min(kept ?? first, first) }
        }
        return kept
    }

    /// - Returns: the session's first observation, if it can't be summarised now.
    private func summarise(_ session: SessionID) async throws -> LogPosition? {
        for _ in 0..<Self.attempts {
            try await foldAll()
            let state = try await state(of: session)
            guard state.online == 0 else { return state.summary.from }
            if try await append(state.summary) { return nil }
        }
        return try await state(of: session).summary.from
    }

    /// Until the counters tell of all that the log holds now, whether a server is running or not.
    package func foldAll() async throws {
        let head = try await log.refreshHead()
        while counters.progress.position < head { try await counters.advance(10_000) }
    }

    /// - Returns: false when somebody was observed before the summary stood in the log: then it tells of less than all.
    private func append(_ summary: AudienceSummarised) async throws -> Bool {
        let stream = Audience.summaries(of: summary.session)
        let version = try await log.read(streams: [stream])[stream]?.last?.version ?? 0
        let events = try Audience.decide(.summarise(summary), Audience.initial)
        let origin = Origin(actorKind: "system", actorID: "prune", correlation: summary.session.uuid)
        let new = events.map { NewEvent(stream: stream, type: $0.type, data: $0.encoded()) }
        guard case .appended(let range) = try await log.append(Append(new, expected: [stream: version], origin: origin)) else {
            return false
        }
        return try await pool.connection { db in
            try db.query(
                "SELECT FROM events WHERE lane = 1 AND correlation = $1 AND position > $2 AND position < $3 LIMIT 1",
                [.uuid(summary.session.uuid), .int8(summary.through.rawValue), .int8(range.last.rawValue)]
            ).isEmpty
        }
    }
}

extension AudienceDrop {
    /// Sessions that were observed up to `position` and, since their newest summary, again, or that have none.
    private func unsummarised(through position: LogPosition) async throws -> [SessionID] {
        try await pool.connection { db in
            try db.query(
                """
                SELECT session FROM (SELECT DISTINCT correlation AS session FROM events WHERE lane = 1 AND position <= $1) AS observed
                WHERE session IS NOT NULL AND NOT EXISTS (
                    SELECT FROM events AS s WHERE s.lane = 0 AND s.correlation = session AND s.type = 'AudienceSummarised'
                        AND NOT EXISTS (
                            SELECT FROM events AS o WHERE o.lane = 1 AND o.correlation = session
                                AND o.position > (s.data->>'through')::bigint))
                ORDER BY session
                """,
                [.int8(position.rawValue)]
            ).map { SessionID(try $0.decode(0, as: UUID.self)) }
        }
    }

    /// What the counters say of a session in one moment.
    private func state(of session: SessionID) async throws -> (summary: AudienceSummarised, online: Int) {
        try await pool.transaction { db in
            try db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            let through = try LiveCounters.position(in: db)
            let row = try db.query(
                """
                SELECT coalesce((SELECT min((data->>'from')::bigint) FROM events
                        WHERE lane = 0 AND correlation = $1 AND type = 'AudienceSummarised'),
                    (SELECT min(position) FROM events WHERE lane = 1 AND correlation = $1), 0), \(SessionCounters.columns)
                FROM (SELECT) AS one LEFT JOIN (SELECT * FROM session_counters WHERE session = $1) AS c ON true
                """,
                [.uuid(session.uuid)]
            )[0]
            let counters = try row.decodeIfPresent(1, as: Int.self) == nil ? SessionCounters() : SessionCounters(row, at: 1)
            let summary = AudienceSummarised(
                session: session,
                from: LogPosition(try row.decode(0, as: Int64.self)),
                through: through,
                entries: counters.entries,
                viewers: counters.viewers,
                seconds: try Timeline.audience(of: session, in: db)
            )
            return (summary, counters.online)
        }
    }
}
