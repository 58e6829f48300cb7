import FoundationEssentials
package import Postgres
package import Recruiting

extension LiveSessions {
    private static let summary = """
        jsonb_build_object('id', s.id, 'title', s.title, 'format', s.format, 'series', s.series, 'base', s.base,
            'startsAt', rfc3339(s.starts_at), 'endsAt', rfc3339(s.ends_at), 'host', s.hosts->0, 'status', s.status,
            'version', s.version, 'counters', \(LiveCounters.object))
        """

    /// The session as an object, with what is in its room; nil where there is no such session.
    package static func find(_ id: SessionID, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object(
            """
            SELECT jsonb_strip_nulls(\(summary) || jsonb_build_object('policies', s.policies, 'hosts', s.hosts, 'segment', s.segment,
                'startedAt', rfc3339(s.started_at), 'endedAt', rfc3339(s.ended_at),
                'featured', s.featured, 'featuredAt', rfc3339(s.featured_at), 'recording', s.recording, 'policy', s.policy, 'shelf', shelf.object,
                'position', (SELECT min(position) FROM checkpoints WHERE projection IN ('live_sessions', 'live_counters'))))
            FROM sessions AS s LEFT JOIN session_counters AS c ON c.session = s.id
            CROSS JOIN LATERAL (
                SELECT jsonb_build_object('jobs', count(*), 'openings', coalesce(sum(openings), 0)) AS object
                FROM session_shelf WHERE session = s.id AND is_shelved) AS shelf
            WHERE s.id = $1
            """,
            [.uuid(id.uuid)]
        )
    }

    /// The orders in which sessions can be listed.
    package enum Order: String, Sendable {
        case scheduling
        /// Sorted by the planned start.
        case soonest, latest

        /// What comes after the session that was scheduled at $1; everything after 0.
        fileprivate var after: String {
            switch self {
            case .scheduling: "s.scheduled > $1"
            case .soonest: "($1 = 0 OR (s.starts_at, s.scheduled) > (SELECT starts_at, scheduled FROM sessions WHERE scheduled = $1))"
            case .latest: "($1 = 0 OR (s.starts_at, s.scheduled) < (SELECT starts_at, scheduled FROM sessions WHERE scheduled = $1))"
            }
        }

        fileprivate var columns: String {
            switch self {
            case .scheduling: "s.scheduled"
            case .soonest: "s.starts_at, s.scheduled"
            case .latest: "s.starts_at DESC, s.scheduled DESC"
            }
        }
    }

    /// A page of the sessions in one of `statuses`, and of those planned to end after `time`, where asked for.
    package static func list(
        _ order: Order = .scheduling,
        statuses: [String] = [],
        endingAfter time: Timestamp? = nil,
        after cursor: Int64,
        limit: Int,
        in pool: PostgresPool
    ) async throws -> Page {
        try await pool.page(
            """
            SELECT s.scheduled, jsonb_strip_nulls(\(summary))
            FROM sessions AS s LEFT JOIN session_counters AS c ON c.session = s.id
            WHERE \(order.after) AND (cardinality($2::text[]) = 0 OR s.status = ANY ($2)) AND ($3 = '' OR s.ends_at > $3::timestamptz)
            ORDER BY \(order.columns) LIMIT $4
            """,
            [.int8(cursor), .texts(statuses), .text(time?.description ?? "")],
            limit: limit
        )
    }

    /// What is on the shelf now, in the order of the jobs' posting.
    package static func shelf(of id: SessionID, after cursor: Int64, limit: Int, in pool: PostgresPool) async throws -> Page {
        try await pool.page(
            """
            SELECT j.posted, jsonb_build_object('job', j.id, 'company', j.company, 'companyName', c.name, 'title', j.title,
                'occupation', j.occupation, 'pay', j.pay, 'place', j.place, 'openings', i.openings, 'version', i.card_version)
            FROM session_shelf AS i JOIN jobs AS j ON j.id = i.job JOIN companies AS c ON c.id = j.company
            WHERE i.session = $1 AND i.is_shelved AND j.posted > $2 ORDER BY j.posted LIMIT $3
            """,
            [.uuid(id.uuid), .int8(cursor)],
            limit: limit
        )
    }
}

extension LiveSessions {
    /// What stands on the shelf of a session that isn't over and may not be shown on `today` (any more), or has changed since it was
    /// shelved: up to `limit` of them.
    package static func outdated(on today: CalendarDate, limit: Int, in pool: PostgresPool) async throws -> [(SessionID, JobID)] {
        try await pool.connection { db in
            let rows = try db.query(
                """
                SELECT i.session, i.job FROM sessions AS s
                JOIN session_shelf AS i ON i.session = s.id AND i.is_shelved
                JOIN jobs AS j ON j.id = i.job JOIN companies AS c ON c.id = j.company
                WHERE s.status IN ('scheduled', 'live', 'interrupted') AND (j.version <> i.card_version OR j.status <> 'vetted' OR j.openings < 1
                    OR j.valid_through < $1::text::date OR c.status <> 'verified' OR c.reverify_by < $1::text::date)
                LIMIT $2
                """,
                [.text(today.description), .int8(Int64(limit))]
            )
            return try rows.map { (SessionID(try $0.decode(0, as: UUID.self)), JobID(try $0.decode(1, as: UUID.self))) }
        }
    }
}
