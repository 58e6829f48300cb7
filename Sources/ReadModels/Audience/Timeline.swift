import FoundationEssentials
package import Postgres
package import Recruiting

/// By how much each counter of a session changed in each second in which it did. Seconds are those of the log's clock, so that what was
/// counted up to a second is what was counted up to the last position in it.
///
/// Its tables are the counters' projection's: they go by the same audience, and stand at the same position.
package enum Timeline {
    static let tables = ["session_timeline", "audience_timeline"]
    /// Comings and goings are folded with the counters, which they are made of (``LiveCounters``): `entered` and `gone` are the seconds in
    /// which somebody enters who was on no node, and is gone who is on none any more.
    static let fold = [forgotten, carried, facts]

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
