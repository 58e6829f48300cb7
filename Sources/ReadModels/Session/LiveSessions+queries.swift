import FoundationEssentials
package import Postgres
package import Recruiting

extension LiveSessions {
    private static let summary = """
        jsonb_build_object('id', s.id, 'title', s.title, 'format', s.format, 'series', s.series, 'base', s.base, 'organisation', s.organisation,
            'startsAt', rfc3339(s.starts_at), 'endsAt', rfc3339(s.ends_at), 'host', s.hosts->-1, 'status', s.status,
            'version', s.version, 'counters', \(LiveCounters.object))
        """

    /// The session with what is in its room, as a JSON object; nil when there is none.
    package static func find(_ id: SessionID, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object(
            """
            SELECT jsonb_strip_nulls(\(summary) || jsonb_build_object('policies', s.policies, 'hosts', s.hosts, 'segments', s.segments,
                'segment', s.segment,
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

    /// In which order sessions are listed.
    package enum Order: String, Sendable, CaseIterable {
        case scheduling
        /// By the planned start.
        case soonest, latest

        fileprivate var list: ListOrder {
            switch self {
            case .scheduling: .ascending("sessions.scheduling", .number("s.scheduled"))
            case .soonest: .ascending("sessions.soonest", .moment("s.starts_at"), .number("s.scheduled"))
            case .latest: .descending("sessions.latest", .moment("s.starts_at"), .number("s.scheduled"))
            }
        }
    }

    /// Which sessions are listed.
    package enum Stage: Sendable {
        /// Live or interrupted.
        case live
        /// Scheduled, but for those that were planned to be over by now.
        case upcoming(Timestamp)
        case status(String)

        /// A session lasts no longer than `SessionScheduled.longest`: what ends later than now starts later than that before now, which
        /// an index finds.
        fileprivate var filter: ListFilter {
            switch self {
            case .live: ListFilter("s.status IN ('live', 'interrupted')")
            case .upcoming(let now):
                ListFilter(
                    """
                    s.status = 'scheduled' AND s.ends_at > ?::text::timestamptz
                        AND s.starts_at > ?::text::timestamptz - interval '\(SessionScheduled.longest.components.seconds) s'
                    """,
                    .text(now.description)
                )
            case .status(let status): ListFilter("s.status = ?", .text(status))
            }
        }
    }

    /// - Parameters:
    ///   - series: the only one whose sessions are listed.
    ///   - organisation: the only one whose sessions are listed.
    ///   - words: what title and base hold together, in any order: every two neighbouring characters of them.
    package static func list(
        _ order: Order = .scheduling,
        _ stage: Stage? = nil,
        series: SeriesID? = nil,
        organisation: OrganisationID? = nil,
        words: String? = nil
    ) -> ListQuery<[UInt8]> {
        ListQuery(
            order.list,
            of: "jsonb_strip_nulls(\(summary))",
            from: "sessions AS s LEFT JOIN session_counters AS c ON c.session = s.id",
            where: stage?.filter,
            ListFilter("s.series = ?", series) { .uuid($0.uuid) },
            ListFilter("s.organisation = ?", organisation) { .uuid($0.uuid) },
            ListFilter("s.pairs @> character_pairs(?)", words) { .text($0) }
        )
    }

    /// Who may work in the session beside its host, by grants for it alone, in the order in which they were given.
    package static func staff(of id: SessionID) -> ListQuery<[UInt8]> {
        ListQuery(
            .ascending("staff.giving", .number("given")),
            of: "jsonb_build_object('account', account, 'role', role)",
            from: "session_staff",
            where: ListFilter("session = ?", .uuid(id.uuid))
        )
    }

    /// What is on the shelf now, in the order of the jobs' posting.
    package static func shelf(of id: SessionID) -> ListQuery<[UInt8]> {
        ListQuery(
            .ascending("shelf.posting", .number("j.posted")),
            of: """
                jsonb_strip_nulls(jsonb_build_object('job', j.id, 'company', j.company, 'companyName', c.name, 'title', j.title,
                    'occupation', j.occupation, 'pay', j.pay, 'place', j.place, 'openings', i.openings, 'version', i.card_version,
                    'terms', j.terms, 'skillsGrade', j.skills_grade))
                """,
            from: "session_shelf AS i JOIN jobs AS j ON j.id = i.job JOIN companies AS c ON c.id = j.company",
            where: ListFilter("i.session = ? AND i.is_shelved", .uuid(id.uuid))
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
