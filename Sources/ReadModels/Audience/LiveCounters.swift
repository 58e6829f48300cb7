package import EventSourcing
package import EventStore
import FoundationEssentials
package import Postgres
package import Recruiting

/// The counters of a session: what viewers see, hosts brag with and analysts can prove. Their only definition.
package enum LiveCounters {
    package static let projection = Projection(
        name: "live_counters",
        tables: ["session_counters", "session_audience", "counted_openings"] + Timeline.tables,
        key: .correlation,
        fold: [forgotten, carried, audience, facts, openings]
    )

    /// The newest summary of each session in the window. One is passed over when somebody was observed between what it tells of and
    /// itself: another follows then.
    private static let summaries = """
        summaries AS (
            SELECT DISTINCT ON (correlation) correlation AS session, position, data FROM facts AS f
            WHERE type = 'AudienceSummarised' AND NOT EXISTS (
                SELECT FROM events AS o WHERE o.lane = 1 AND o.correlation = f.correlation AND o.position < f.position
                    AND o.position > (f.data->>'through')::bigint)
            ORDER BY correlation, position DESC)
        """

    /// The observations of the window, but for those of which a summary tells. As a rule there is no summary, and nothing to be looked up
    /// for each.
    private static let observations = """
        observations AS (
            SELECT * FROM audience AS a WHERE type = 'AudienceObserved' AND ((SELECT count(*) FROM summaries) = 0
                OR NOT EXISTS (SELECT FROM summaries AS s WHERE s.session = a.correlation AND s.position > a.position)))
        """

    /// Runs first: a summary stands for all that was observed before it, which may have been dropped. Nobody is there, and whoever comes
    /// later is somebody new.
    private static let forgotten = """
        WITH \(summaries),
        forgotten AS (DELETE FROM session_audience AS a USING summaries AS s WHERE a.session = s.session)
        DELETE FROM audience_timeline AS t USING summaries AS s WHERE t.session = s.session
        """

    private static let carried = """
        WITH \(summaries),
        places AS (SELECT *, generate_series(0, jsonb_array_length(data->'second') - 1) AS place FROM summaries),
        timed AS (
            SELECT session, \(Timeline.second("(data->>'began')::timestamptz")) + (data->'second'->>place)::integer AS second,
                (data->'entered'->>place)::integer AS entered, (data->'left'->>place)::integer AS gone,
                (data->'opened'->>place)::integer AS opened, (data->'saved'->>place)::integer AS saved,
                (data->'shared'->>place)::integer AS shared
            FROM places),
        told AS (\(Timeline.audience.adding("timed")))
        INSERT INTO session_counters (session, entries, viewers, online, position)
        SELECT session, (data->>'entries')::bigint, (data->>'viewers')::bigint, 0, position FROM summaries
        ON CONFLICT (session) DO UPDATE SET entries = excluded.entries, viewers = excluded.viewers, online = 0,
            position = greatest(session_counters.position, excluded.position)
        """

    /// `entries`: every entering of somebody who was not there: on no node, nor gone for less than the leave grace. `viewers`: pseudonyms
    /// that ever entered. `online`: those that entered and have not left. The timeline tells the same by the second, and so is written by
    /// the same statement: what is counted of comings and goings is the sum of its seconds.
    ///
    /// Sorted by viewer before session: PostgreSQL compares eight bytes of the first key before all else, which tell two viewers apart
    /// and not two rows of a session. `OFFSET 0` has an event's arrays taken out of its data once. `moments` are when a viewer did what,
    /// and `steps` the comings and goings among them, + and -, both in the order in which the subquery is sorted (PostgreSQL manual,
    /// 9.21). A moment is one number, as it is sorted, gathered and taken apart for each observation: the second, and in its last three
    /// bits the kind, 1 to 5 in the order of the timeline's columns.
    ///
    /// As a rule steps alternate: then every + is an entry and every - an end if they begin with + and nobody was connected before, or
    /// with - and one was. Otherwise the connections are summed up step by step.
    private static let audience = """
        WITH \(summaries), \(observations),
        arrays AS (
            SELECT correlation AS session, position, \(Timeline.second("recorded_at")) AS second, data->'kind' AS kinds, data->'viewer' AS viewers
            FROM observations OFFSET 0),
        places AS (SELECT *, generate_series(0, jsonb_array_length(kinds) - 1) AS place FROM arrays),
        observed AS (
            SELECT session, (viewers->>place) COLLATE "C" AS viewer, position, second << 3 | CASE kinds->>place
                WHEN 'entered' THEN 1 WHEN 'left' THEN 2 WHEN 'opened' THEN 3 WHEN 'saved' THEN 4 WHEN 'shared' THEN 5 END AS moment
            FROM places ORDER BY (viewers->>place) COLLATE "C", session, position, place),
        moved AS (
            SELECT session, viewer, sum(CASE moment & 7 WHEN 1 THEN 1 WHEN 2 THEN -1 ELSE 0 END) AS change,
                string_agg(CASE moment & 7 WHEN 1 THEN '+' WHEN 2 THEN '-' ELSE '' END, '') AS steps, array_agg(moment) AS moments,
                max(position) FILTER (WHERE moment & 7 <= 2) AS position
            FROM observed GROUP BY viewer, session),
        changed AS (
            SELECT *, steps <> '' AS moves, strpos('+-+-+-+-+-+-+-+-', steps) - 1 AS alternating,
                (SELECT connections FROM session_audience AS a WHERE a.session = m.session AND a.viewer = m.viewer) AS before
            FROM moved AS m),
        added AS (
            INSERT INTO session_audience (session, viewer, connections)
            SELECT session, viewer, change FROM changed WHERE before IS NULL AND moves),
        kept AS (
            INSERT INTO session_audience (session, viewer, connections)
            SELECT session, viewer, change FROM changed WHERE before IS NOT NULL AND change <> 0
            ON CONFLICT (session, viewer) DO UPDATE SET connections = session_audience.connections + excluded.connections),
        happened AS (
            SELECT session, unnest(moments) AS moment FROM changed WHERE alternating = coalesce(before, 0) OR NOT moves
            UNION ALL
            SELECT session, moment FROM changed CROSS JOIN LATERAL (
                SELECT moment, coalesce(before, 0) + sum(CASE moment & 7 WHEN 1 THEN 1 WHEN 2 THEN -1 ELSE 0 END)
                    OVER (ORDER BY place ROWS UNBOUNDED PRECEDING) AS level
                FROM unnest(moments) WITH ORDINALITY AS m (moment, place)) AS walked
            WHERE alternating <> coalesce(before, 0) AND moves
                AND CASE moment & 7 WHEN 1 THEN level = 1 WHEN 2 THEN level = 0 ELSE true END),
        timed AS (
            SELECT session, moment >> 3 AS second, count(*) FILTER (WHERE moment & 7 = 1)::integer AS entered,
                count(*) FILTER (WHERE moment & 7 = 2)::integer AS gone, count(*) FILTER (WHERE moment & 7 = 3)::integer AS opened,
                count(*) FILTER (WHERE moment & 7 = 4)::integer AS saved, count(*) FILTER (WHERE moment & 7 = 5)::integer AS shared
            FROM happened GROUP BY session, moment >> 3),
        told AS (\(Timeline.audience.adding("timed")))
        INSERT INTO session_counters (session, entries, viewers, online, position)
        SELECT session, coalesce(entered, 0), viewers, coalesce(entered - gone, 0), position
        FROM (
            SELECT session, count(*) FILTER (WHERE before IS NULL) AS viewers, max(position) AS position
            FROM changed WHERE moves GROUP BY session) AS c
            LEFT JOIN (SELECT session, sum(entered) AS entered, sum(gone) AS gone FROM timed GROUP BY session) AS s USING (session)
        ON CONFLICT (session) DO UPDATE SET entries = session_counters.entries + excluded.entries,
            viewers = session_counters.viewers + excluded.viewers, online = session_counters.online + excluded.online,
            position = greatest(session_counters.position, excluded.position)
        """

    /// `cards`: how often a card was featured. `submissions`: résumés sent in the session, not withdrawn. The timeline has them by the
    /// second, as it has what the audience does.
    private static let facts = """
        WITH timed AS (
            SELECT correlation AS session, \(Timeline.second("recorded_at")) AS second, max(position) AS position,
                count(*) FILTER (WHERE type = 'JobFeatured')::integer AS cards,
                count(*) FILTER (WHERE type = 'ResumeSubmitted')::integer AS applied,
                count(*) FILTER (WHERE type = 'SubmissionWithdrawn')::integer AS withdrawn,
                count(*) FILTER (WHERE type = 'QuestionAsked')::integer AS asked,
                count(*) FILTER (WHERE type = 'QuestionAnswered')::integer AS answered
            FROM facts
            WHERE type IN ('JobFeatured', 'ResumeSubmitted', 'SubmissionWithdrawn', 'QuestionAsked', 'QuestionAnswered')
                AND correlation IS NOT NULL
            GROUP BY 1, 2),
        told AS (\(Timeline.facts.adding("timed")))
        INSERT INTO session_counters AS c (session, cards, submissions, questions_asked, questions_answered, position)
        SELECT session, sum(cards), sum(applied - withdrawn), sum(asked), sum(answered), max(position) FROM timed GROUP BY session
        ON CONFLICT (session) DO UPDATE SET cards = c.cards + excluded.cards, submissions = c.submissions + excluded.submissions,
            questions_asked = c.questions_asked + excluded.questions_asked,
            questions_answered = c.questions_answered + excluded.questions_answered, position = greatest(c.position, excluded.position)
        """

    /// `openings`: those of every job that was ever on the shelf, once, as many as when it first came up.
    private static let openings = """
        WITH items AS (
            SELECT DISTINCT ON (1, 2) id::uuid AS session, (item->>'job')::uuid AS job,
                (item->>'openings')::integer AS openings, facts.position AS at
            FROM facts CROSS JOIN LATERAL jsonb_array_elements(data->'jobs') AS item
            WHERE type = 'JobsShelved' ORDER BY 1, 2, facts.position),
        counted AS (
            INSERT INTO counted_openings (session, job) SELECT session, job FROM items
            ON CONFLICT DO NOTHING RETURNING session, job)
        INSERT INTO session_counters (session, openings, position)
        SELECT session, sum(openings), max(at) FROM items JOIN counted USING (session, job) GROUP BY session
        ON CONFLICT (session) DO UPDATE SET openings = session_counters.openings + excluded.openings,
            position = greatest(session_counters.position, excluded.position)
        """
}

/// A session's counters, as of a position.
package struct SessionCounters: Sendable, Hashable {
    package var online = 0
    package var entries = 0
    package var viewers = 0
    package var cards = 0
    package var openings = 0
    package var submissions = 0
    package var questionsAsked = 0
    package var questionsAnswered = 0
    /// The last event that counted.
    package var position = LogPosition.start

    static let columns = "online, entries, viewers, cards, openings, submissions, questions_asked, questions_answered, position"

    package init() {}

    init(_ row: Row, at column: Int) throws {
        online = try row.decode(column, as: Int.self)
        entries = try row.decode(column + 1, as: Int.self)
        viewers = try row.decode(column + 2, as: Int.self)
        cards = try row.decode(column + 3, as: Int.self)
        openings = try row.decode(column + 4, as: Int.self)
        submissions = try row.decode(column + 5, as: Int.self)
        questionsAsked = try row.decode(column + 6, as: Int.self)
        questionsAnswered = try row.decode(column + 7, as: Int.self)
        position = LogPosition(try row.decode(column + 8, as: Int64.self))
    }
}

extension LiveCounters {
    /// Over `session_counters AS c`, which may have no row.
    static let object = """
        jsonb_build_object('online', coalesce(c.online, 0), 'entries', coalesce(c.entries, 0), 'viewers', coalesce(c.viewers, 0),
            'cards', coalesce(c.cards, 0), 'openings', coalesce(c.openings, 0), 'submissions', coalesce(c.submissions, 0),
            'questions', jsonb_build_object('asked', coalesce(c.questions_asked, 0), 'answered', coalesce(c.questions_answered, 0)))
        """

    /// The newest counters of each of `sessions`; a session that has none is absent.
    package static func newest(of sessions: [SessionID], in pool: PostgresPool) async throws -> [SessionID: SessionCounters] {
        try await pool.connection { db in
            let rows = try db.query(
                "SELECT session, \(SessionCounters.columns) FROM session_counters WHERE session = ANY ($1)",
                [.uuids(sessions.map(\.uuid))]
            )
            let pairs = try rows.map { (SessionID(try $0.decode(0, as: UUID.self)), try SessionCounters($0, at: 1)) }
            return Dictionary(uniqueKeysWithValues: pairs)
        }
    }

    /// How far the counters have been folded.
    static func position(in db: borrowing Connection) throws -> LogPosition {
        LogPosition(try db.query("SELECT position FROM checkpoints WHERE projection = 'live_counters'")[0].decode(0, as: Int64.self))
    }

    /// The first position of the session's observations that were dropped, where counters as of `position` therefore lack some: there
    /// is a summary of them, but it stands further on in the log.
    package static func incomplete(for id: SessionID, asOf position: LogPosition, in pool: PostgresPool) async throws -> LogPosition? {
        try await pool.connection { db in
            let rows = try db.query(
                """
                SELECT min(greatest(d.first, (data->>'from')::bigint)) FROM events AS e JOIN log_dropped AS d
                    ON d.first <= least($2, (data->>'through')::bigint) AND d.last >= (data->>'from')::bigint
                WHERE lane = 0 AND correlation = $1 AND type = 'AudienceSummarised' AND position > $2 AND (data->>'from')::bigint <= $2
                """,
                [.uuid(id.uuid), .int8(position.rawValue)]
            )
            return try rows[0].decodeIfPresent(0, as: Int64.self).map { LogPosition($0) }
        }
    }

    /// Recomputed from the log by the projection's own fold, over the session's events up to `position`.
    package static func recomputed(for id: SessionID, asOf position: LogPosition, in pool: PostgresPool) async throws -> SessionCounters {
        try await pool.transaction { db in
            for table in projection.tables {
                try db.execute("CREATE TEMPORARY TABLE \(table) (LIKE \(table) INCLUDING ALL) ON COMMIT DROP")
            }
            try projection.apply(
                where: "correlation = $1 AND position <= $2",
                [.uuid(id.uuid), .int8(position.rawValue)],
                in: db
            )
            let rows = try db.query("SELECT \(SessionCounters.columns) FROM session_counters WHERE session = $1", [.uuid(id.uuid)])
            return try rows.first.map { try SessionCounters($0, at: 0) } ?? SessionCounters()
        }
    }
}
