import FoundationEssentials
package import Postgres
package import Recruiting

/// By how much each counter of a session changed in each second in which it did. Seconds are those of the log's clock, so that what was
/// counted up to a second is what was counted up to the last position in it.
///
/// Its tables are the counters' projection's: they go by the same audience, and stand at the same position.
package enum Timeline {
    static let tables = ["session_timeline", "audience_timeline"]
    static let fold = [forgotten, carried, audience, facts]

    /// What a summary tells of the audience stands for what was observed before.
    private static let forgotten = """
        WITH \(LiveCounters.summaries) DELETE FROM audience_timeline AS t USING summaries AS s WHERE t.session = s.session
        """

    private static let carried = """
        WITH \(LiveCounters.summaries),
        places AS (
            SELECT *, generate_series(0, jsonb_array_length(data->'second') - 1) AS place FROM summaries)
        INSERT INTO audience_timeline (session, at, entered, gone, opened, saved, shared)
        SELECT session, (data->>'began')::timestamptz + (data->'second'->>place)::integer * interval '1 second',
            (data->'entered'->>place)::integer, (data->'left'->>place)::integer, (data->'opened'->>place)::integer,
            (data->'saved'->>place)::integer, (data->'shared'->>place)::integer
        FROM places
        """

    /// `entered` and `gone` are the seconds of which `entries` and `online` are made up: somebody enters who was on no node, and is gone
    /// who is on none any more.
    private static let audience = """
        WITH \(LiveCounters.summaries), \(LiveCounters.observations),
        arrays AS (
            SELECT correlation AS session, position, date_trunc('second', recorded_at) AS at, data->'kind' AS kinds, data->'viewer' AS viewers
            FROM observations OFFSET 0),
        places AS (SELECT *, generate_series(0, jsonb_array_length(kinds) - 1) AS place FROM arrays),
        observed AS (
            SELECT session, at, position, place, kinds->>place AS kind, (viewers->>place) COLLATE "C" AS viewer FROM places),
        steps AS (
            SELECT *, CASE kind WHEN 'entered' THEN 1 ELSE -1 END AS step FROM observed WHERE kind IN ('entered', 'left')),
        levels AS (
            SELECT s.session, at, step,
                coalesce(connections, 0) + sum(step) OVER (PARTITION BY s.viewer, s.session ORDER BY position, place) AS level
            FROM steps AS s LEFT JOIN session_audience AS a ON a.session = s.session AND a.viewer = s.viewer),
        changes AS (
            SELECT session, at, count(*) FILTER (WHERE step = 1) AS entered, count(*) FILTER (WHERE step = -1) AS gone,
                0 AS opened, 0 AS saved, 0 AS shared
            FROM levels WHERE (step, level) IN ((1, 1), (-1, 0)) GROUP BY session, at
            UNION ALL
            SELECT session, at, 0, 0, count(*) FILTER (WHERE kind = 'opened'), count(*) FILTER (WHERE kind = 'saved'),
                count(*) FILTER (WHERE kind = 'shared')
            FROM observed WHERE kind IN ('opened', 'saved', 'shared') GROUP BY session, at)
        INSERT INTO audience_timeline AS t (session, at, entered, gone, opened, saved, shared)
        SELECT session, at, sum(entered), sum(gone), sum(opened), sum(saved), sum(shared) FROM changes GROUP BY session, at
        ON CONFLICT (session, at) DO UPDATE SET entered = t.entered + excluded.entered, gone = t.gone + excluded.gone,
            opened = t.opened + excluded.opened, saved = t.saved + excluded.saved, shared = t.shared + excluded.shared
        """

    private static let facts = """
        INSERT INTO session_timeline AS t (session, at, cards, applied, withdrawn, asked, answered)
        SELECT correlation, date_trunc('second', recorded_at), count(*) FILTER (WHERE type = 'JobFeatured'),
            count(*) FILTER (WHERE type = 'ResumeSubmitted'), count(*) FILTER (WHERE type = 'SubmissionWithdrawn'),
            count(*) FILTER (WHERE type = 'QuestionAsked'), count(*) FILTER (WHERE type = 'QuestionAnswered')
        FROM facts
        WHERE type IN ('JobFeatured', 'ResumeSubmitted', 'SubmissionWithdrawn', 'QuestionAsked', 'QuestionAnswered')
            AND correlation IS NOT NULL
        GROUP BY 1, 2
        ON CONFLICT (session, at) DO UPDATE SET cards = t.cards + excluded.cards, applied = t.applied + excluded.applied,
            withdrawn = t.withdrawn + excluded.withdrawn, asked = t.asked + excluded.asked, answered = t.answered + excluded.answered
        """
}

extension Timeline {
    /// The seconds in which observations were counted, in their order.
    static func audience(of id: SessionID, in db: borrowing Connection) throws -> [AudienceSummarised.Second] {
        let statement = "SELECT at, entered, gone, opened, saved, shared FROM audience_timeline WHERE session = $1 ORDER BY at"
        return try db.query(statement, [.uuid(id.uuid)]).map { row in
            let amounts = try (1...5).map { try row.decode($0, as: Int.self) }
            return AudienceSummarised.Second(
                at: Timestamp(try row.decode(0, as: Date.self)),
                entered: amounts[0],
                left: amounts[1],
                opened: amounts[2],
                saved: amounts[3],
                shared: amounts[4]
            )
        }
    }

    /// The session's whole timeline as a JSON object of parallel arrays, with a place for each second in which something changed.
    package static func find(_ id: SessionID, in pool: PostgresPool) async throws -> [UInt8]? {
        let kinds = ["entered", "opened", "saved", "shared", "cards", "applied", "withdrawn", "asked", "answered"]
        let arrays = (kinds.map { ($0, $0) } + [("left", "gone")]).map { name, column in
            "'\(name)', coalesce(jsonb_agg(coalesce(\(column), 0) ORDER BY at), '[]')"
        }
        return try await pool.object(
            """
            SELECT jsonb_strip_nulls(jsonb_build_object('began', rfc3339(min(began)),
                'second', coalesce(jsonb_agg(extract(epoch FROM at - began)::integer ORDER BY at), '[]'), \(arrays.joined(separator: ", ")),
                'position', (SELECT position FROM checkpoints WHERE projection = 'live_counters')))
            FROM (
                SELECT *, min(at) OVER () AS began
                FROM (SELECT * FROM session_timeline WHERE session = $1) AS f
                FULL JOIN (SELECT * FROM audience_timeline WHERE session = $1) AS a USING (session, at)) AS t
            """,
            [.uuid(id.uuid)]
        )
    }
}
