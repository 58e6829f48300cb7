package import EventStore

/// The counters of a session: what viewers see, hosts brag with and analysts can prove. Their only definition.
package enum AudienceCounters {
    package static let projection = Projection(
        name: "counters",
        tables: ["session_counters", "session_audience", "session_pushed"],
        fold: [audience, cards, openings, submissions, questions]
    )

    /// `entries`: every entering. `viewers`: pseudonyms that ever entered. `online`: those that entered and have not left.
    private static let audience = """
        WITH observed AS (
            SELECT (data->>'session')::uuid AS session, o.viewer, count(*) FILTER (WHERE o.kind = 'entered') AS entries,
                (count(*) FILTER (WHERE o.kind = 'entered') - count(*) FILTER (WHERE o.kind = 'left'))::integer AS change,
                max(position) AS position
            FROM batch CROSS JOIN LATERAL ROWS FROM (
                jsonb_array_elements_text(data->'viewer'), jsonb_array_elements_text(data->'kind')) AS o (viewer, kind)
            WHERE type = 'AudienceObserved' AND o.kind IN ('entered', 'left') GROUP BY 1, 2),
        known AS (SELECT a.* FROM session_audience AS a JOIN observed USING (session, viewer)),
        kept AS (
            INSERT INTO session_audience (session, viewer, connections) SELECT session, viewer, change FROM observed
            ON CONFLICT (session, viewer) DO UPDATE SET connections = session_audience.connections + excluded.connections)
        INSERT INTO session_counters (session, entries, viewers, online, position)
        SELECT o.session, sum(o.entries), count(*) FILTER (WHERE k.viewer IS NULL),
            sum((coalesce(k.connections, 0) + o.change > 0)::integer - (coalesce(k.connections, 0) > 0)::integer), max(o.position)
        FROM observed AS o LEFT JOIN known AS k USING (session, viewer) GROUP BY o.session
        ON CONFLICT (session) DO UPDATE SET entries = session_counters.entries + excluded.entries,
            viewers = session_counters.viewers + excluded.viewers, online = session_counters.online + excluded.online,
            position = greatest(session_counters.position, excluded.position)
        """

    /// `cards`: how often a card was featured.
    private static let cards = """
        INSERT INTO session_counters (session, cards, position)
        SELECT substr(stream, 9)::uuid, count(*), max(position) FROM batch WHERE type = 'PositionFeatured' GROUP BY stream
        ON CONFLICT (session) DO UPDATE SET cards = session_counters.cards + excluded.cards,
            position = greatest(session_counters.position, excluded.position)
        """

    /// `openings`: those of every position that was ever on the shelf, once, as many as when it first came up.
    private static let openings = """
        WITH items AS (
            SELECT DISTINCT ON (1, 2) substr(stream, 9)::uuid AS session, (item->>'position')::uuid AS position,
                (item->>'openings')::integer AS openings, batch.position AS at
            FROM batch CROSS JOIN LATERAL jsonb_array_elements(data->'positions') AS item
            WHERE type = 'PositionsShelved' ORDER BY 1, 2, batch.position),
        pushed AS (
            INSERT INTO session_pushed (session, position) SELECT session, position FROM items
            ON CONFLICT DO NOTHING RETURNING session, position)
        INSERT INTO session_counters (session, openings, position)
        SELECT session, sum(openings), max(at) FROM items JOIN pushed USING (session, position) GROUP BY session
        ON CONFLICT (session) DO UPDATE SET openings = session_counters.openings + excluded.openings,
            position = greatest(session_counters.position, excluded.position)
        """

    /// `submissions`: résumés sent in the session, not withdrawn.
    private static let submissions = """
        INSERT INTO session_counters (session, submissions, position)
        SELECT correlation, count(*) FILTER (WHERE type = 'ResumeSubmitted') - count(*) FILTER (WHERE type = 'SubmissionWithdrawn'),
            max(position)
        FROM batch WHERE type IN ('ResumeSubmitted', 'SubmissionWithdrawn') AND correlation IS NOT NULL GROUP BY correlation
        ON CONFLICT (session) DO UPDATE SET submissions = session_counters.submissions + excluded.submissions,
            position = greatest(session_counters.position, excluded.position)
        """

    private static let questions = """
        INSERT INTO session_counters (session, questions_asked, questions_answered, position)
        SELECT substr(stream, 9)::uuid, count(*) FILTER (WHERE type = 'QuestionAsked'), count(*) FILTER (WHERE type = 'QuestionAnswered'),
            max(position)
        FROM batch WHERE type IN ('QuestionAsked', 'QuestionAnswered') GROUP BY stream
        ON CONFLICT (session) DO UPDATE SET questions_asked = session_counters.questions_asked + excluded.questions_asked,
            questions_answered = session_counters.questions_answered + excluded.questions_answered,
            position = greatest(session_counters.position, excluded.position)
        """
}
