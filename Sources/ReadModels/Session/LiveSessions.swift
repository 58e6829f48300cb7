package import EventStore

/// Which sessions are planned, live and over, and what is in their rooms?
package enum LiveSessions {
    package static let projection = Projection(
        name: "live_sessions",
        tables: ["sessions", "session_staff", "session_shelf", "session_questions"],
        key: .stream,
        fold: [
            scheduled, rescheduled, revised, hosts, staffed, unstaffed, status, segment, featured, policy, emptied, recording, versions,
            shelved, shelfState, asked, settledQuestions,
        ]
    )

    private static let scheduled = """
        INSERT INTO sessions (id, title, format, series, base, policies, segments, hosts, starts_at, ends_at, organisation, status, version,
            scheduled)
        SELECT id::uuid, data->>'title', data->>'format', (data->>'series')::uuid, data->>'base',
            coalesce(data->'policies', '[]'), nullif(data->'segments', '[]'), jsonb_build_array(data->>'host'),
            (data->>'startsAt')::timestamptz, (data->>'endsAt')::timestamptz, (data->>'organisation')::uuid, 'scheduled', version, position
        FROM facts WHERE type = 'SessionScheduled'
        """

    private static let rescheduled = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data
            FROM facts WHERE type = 'SessionRescheduled' ORDER BY stream, version DESC)
        UPDATE sessions AS s SET starts_at = (n.data->>'startsAt')::timestamptz, ends_at = (n.data->>'endsAt')::timestamptz
        FROM newest AS n WHERE s.id = n.id
        """

    /// As `JobRevised`: of several in one window, the last to name a thing stands.
    private static let revised = """
        WITH fields AS (
            SELECT DISTINCT ON (stream, field.key) id::uuid AS id, field.key, field.value
            FROM facts CROSS JOIN LATERAL (
                SELECT key, value FROM jsonb_each(data)
                UNION ALL SELECT removed, NULL FROM jsonb_array_elements_text(data->'removed') AS removed) AS field
            WHERE type = 'SessionRevised' ORDER BY stream, field.key, version DESC),
        revisions AS (SELECT id, jsonb_object_agg(key, value) AS data FROM fields GROUP BY id)
        UPDATE sessions AS s SET title = coalesce(r.data->>'title', s.title), format = coalesce(r.data->>'format', s.format),
            base = CASE WHEN r.data ? 'base' THEN r.data->>'base' ELSE s.base END,
            series = CASE WHEN r.data ? 'series' THEN (r.data->>'series')::uuid ELSE s.series END,
            segments = CASE WHEN r.data ? 'segments' THEN nullif(r.data->'segments', 'null') ELSE s.segments END
        FROM revisions AS r WHERE s.id = r.id
        """

    private static let hosts = """
        WITH assigned AS (
            SELECT id::uuid AS id, jsonb_agg(data->'host' ORDER BY version) AS hosts
            FROM facts WHERE type = 'HostAssigned' GROUP BY id)
        UPDATE sessions AS s SET hosts = s.hosts || a.hosts FROM assigned AS a WHERE s.id = a.id
        """

    private static let staffed = """
        INSERT INTO session_staff (session, account, role, given)
        SELECT (data->'grant'->>'session')::uuid, id, data->'grant'->>'role', max(position)
        FROM facts WHERE type = 'GrantGiven' AND data->'grant' ? 'session' GROUP BY 1, 2, 3
        ON CONFLICT (session, account, role) DO UPDATE SET given = excluded.given
        """

    private static let unstaffed = """
        WITH taken AS (
            SELECT (data->'grant'->>'session')::uuid AS session, id AS account, data->'grant'->>'role' AS role, max(position) AS at
            FROM facts WHERE type = 'GrantWithdrawn' AND data->'grant' ? 'session' GROUP BY 1, 2, 3)
        DELETE FROM session_staff AS s USING taken AS t
        WHERE s.session = t.session AND s.account = t.account AND s.role = t.role AND t.at > s.given
        """

    private static let status = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, type, recorded_at
            FROM facts
            WHERE type IN ('SessionStarted', 'SessionInterrupted', 'SessionResumed', 'SessionEnded', 'SessionCancelled')
            ORDER BY stream, version DESC),
        started AS (SELECT id::uuid AS id, recorded_at FROM facts WHERE type = 'SessionStarted')
        UPDATE sessions AS s SET
            status = CASE n.type WHEN 'SessionInterrupted' THEN 'interrupted' WHEN 'SessionEnded' THEN 'ended'
                WHEN 'SessionCancelled' THEN 'cancelled' ELSE 'live' END,
            started_at = coalesce(s.started_at, b.recorded_at),
            ended_at = CASE n.type WHEN 'SessionEnded' THEN n.recorded_at END
        FROM newest AS n LEFT JOIN started AS b USING (id) WHERE s.id = n.id
        """

    private static let segment = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data->>'kind' AS kind
            FROM facts WHERE type = 'SegmentStarted' ORDER BY stream, version DESC)
        UPDATE sessions AS s SET segment = n.kind FROM newest AS n WHERE s.id = n.id
        """

    private static let featured = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data->'card' AS card, type, recorded_at
            FROM facts WHERE type IN ('JobFeatured', 'JobUnfeatured') ORDER BY stream, version DESC)
        UPDATE sessions AS s SET featured = n.card, featured_at = CASE n.type WHEN 'JobFeatured' THEN n.recorded_at END
        FROM newest AS n WHERE s.id = n.id
        """

    private static let policy = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data
            FROM facts WHERE type = 'PolicyCardShown' ORDER BY stream, version DESC)
        UPDATE sessions AS s SET policy = n.data FROM newest AS n WHERE s.id = n.id
        """

    /// Runs after what is put on stage: with the end all of it is gone.
    private static let emptied = """
        UPDATE sessions AS s SET segment = NULL, featured = NULL, featured_at = NULL, policy = NULL
        FROM facts AS f WHERE f.type = 'SessionEnded' AND s.id = f.id::uuid
        """

    private static let recording = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data
            FROM facts WHERE type = 'RecordingPublished' ORDER BY stream, version DESC)
        UPDATE sessions AS s SET recording = n.data FROM newest AS n WHERE s.id = n.id
        """

    private static let versions = """
        WITH newest AS (
            SELECT id::uuid AS id, max(version) AS version
            FROM facts WHERE stream LIKE 'session-%' AND version > 1 GROUP BY id)
        UPDATE sessions AS s SET version = n.version FROM newest AS n WHERE s.id = n.id
        """

    private static let shelved = """
        WITH items AS (
            SELECT DISTINCT ON (1, 2) id::uuid AS session, (item->>'job')::uuid AS job,
                (item->>'openings')::integer AS openings,
                (item->>'version')::integer AS card_version, facts.position AS shelved
            FROM facts CROSS JOIN LATERAL jsonb_array_elements(data->'jobs') AS item
            WHERE type = 'JobsShelved' ORDER BY 1, 2, facts.position DESC)
        INSERT INTO session_shelf (session, job, openings, card_version, is_shelved, shelved)
        SELECT session, job, openings, card_version, true, shelved FROM items
        ON CONFLICT (session, job) DO UPDATE SET openings = excluded.openings, card_version = excluded.card_version,
            is_shelved = true, shelved = excluded.shelved
        """

    /// Runs after `shelved`: what was taken off later than it was last put up is off.
    private static let shelfState = """
        WITH taken AS (
            SELECT id::uuid AS session, (data->>'job')::uuid AS job, max(position) AS at
            FROM facts WHERE type = 'JobUnshelved' GROUP BY 1, 2)
        UPDATE session_shelf AS s SET is_shelved = false
        FROM taken AS t WHERE s.session = t.session AND s.job = t.job AND t.at > s.shelved
        """

    private static let asked = """
        INSERT INTO session_questions (id, session, asked_by, job, text, status, asked)
        SELECT (data->>'question')::uuid, (data->>'session')::uuid, data->>'by', (data->>'job')::uuid, data->>'text', 'asked', position
        FROM facts WHERE type = 'QuestionAsked'
        """

    private static let settledQuestions = """
        WITH newest AS (
            SELECT DISTINCT ON (1) (data->>'question')::uuid AS id, data, position,
                CASE type WHEN 'QuestionAnswered' THEN 'answered' WHEN 'QuestionHidden' THEN 'hidden' ELSE 'merged' END AS status
            FROM facts WHERE type IN ('QuestionAnswered', 'QuestionHidden', 'QuestionMerged') ORDER BY 1, position DESC)
        UPDATE session_questions AS q SET status = n.status, settled = n.position,
            answer = coalesce(n.data->>'text', q.answer), merged_into = (n.data->>'into')::uuid
        FROM newest AS n WHERE q.id = n.id
        """
}
