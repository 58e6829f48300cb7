package import EventSourcing
import FoundationEssentials
package import Postgres
package import Recruiting

/// What the log and the counters say of the summaries that stand for observations.
package enum AudienceSummaries {
    /// Sessions that were observed up to `position` and, since their newest summary, again, or that have none.
    package static func missing(through position: LogPosition, in pool: PostgresPool) async throws -> [SessionID] {
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

    /// What the counters say of a session in one moment: the summary that would stand for all of it, and who is there.
    package static func state(of session: SessionID, in pool: PostgresPool) async throws -> (summary: AudienceSummarised, online: Int) {
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

    /// False when somebody was observed between what the session's newest summary tells of and itself: then it tells of less than all.
    package static func isWhole(_ summary: AudienceSummarised, in pool: PostgresPool) async throws -> Bool {
        try await pool.connection { db in
            try db.query(
                """
                SELECT FROM events WHERE lane = 1 AND correlation = $1 AND position > $2 AND position < (
                    SELECT max(position) FROM events WHERE lane = 0 AND correlation = $1 AND type = 'AudienceSummarised')
                LIMIT 1
                """,
                [.uuid(summary.session.uuid), .int8(summary.through.rawValue)]
            ).isEmpty
        }
    }
}
