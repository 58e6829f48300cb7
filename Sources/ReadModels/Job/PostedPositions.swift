package import EventStore

/// The jobs that are posted, and whether they may be shown.
package enum PostedPositions {
    package static let projection = Projection(
        name: "posted_positions",
        tables: ["jobs"],
        key: .stream,
        fold: [posted, revised, settled, openings]
    )

    private static let posted = """
        INSERT INTO jobs (id, company, title, occupation, duties, conditions, place, region, pay, terms, occupation_code, skills_grade,
            openings, valid_through, source, batch, organisation, posted_by, status, waiting, waiting_since, version, posted)
        SELECT id::uuid, (data->>'company')::uuid, data->>'title', data->>'occupation', data->>'duties',
            data->>'conditions', data->>'place', data->>'region', data->'pay', data->'terms', data->>'occupationCode',
            (data->>'skillsGrade')::integer, (data->>'openings')::integer, (data->>'validThrough')::date, data->'source',
            (data->>'batch')::uuid, (data->>'organisation')::uuid, data->>'by', 'posted', position, recorded_at, version, position
        FROM facts WHERE type = 'JobPosted'
        """

    /// A revision names what it changes, and what it takes away; of several in one window, the last to name a thing stands.
    private static let revised = """
        WITH fields AS (
            SELECT DISTINCT ON (stream, field.key) id::uuid AS id, field.key, field.value, version
            FROM facts CROSS JOIN LATERAL (
                SELECT key, value FROM jsonb_each(data)
                UNION ALL SELECT removed, NULL FROM jsonb_array_elements_text(data->'removed') AS removed) AS field
            WHERE type = 'JobRevised' ORDER BY stream, field.key, version DESC),
        revisions AS (SELECT id, jsonb_object_agg(key, value) AS data, max(version) AS version FROM fields GROUP BY id)
        UPDATE jobs AS j SET title = coalesce(r.data->>'title', j.title), occupation = coalesce(r.data->>'occupation', j.occupation),
            duties = coalesce(r.data->>'duties', j.duties), conditions = coalesce(r.data->>'conditions', j.conditions),
            place = coalesce(r.data->>'place', j.place), region = coalesce(r.data->>'region', j.region),
            pay = coalesce(r.data->'pay', j.pay),
            terms = CASE WHEN r.data ? 'terms' THEN nullif(r.data->'terms', 'null') ELSE j.terms END,
            occupation_code = CASE WHEN r.data ? 'occupationCode' THEN r.data->>'occupationCode' ELSE j.occupation_code END,
            skills_grade = CASE WHEN r.data ? 'skillsGrade' THEN (r.data->>'skillsGrade')::integer ELSE j.skills_grade END,
            valid_through = coalesce((r.data->>'validThrough')::date, j.valid_through),
            version = greatest(j.version, r.version)
        FROM revisions AS r WHERE j.id = r.id
        """

    /// What is left of a status after a window: the last event that gives one. A change of what a reviewer vouches for
    /// (`JobRevised.needsVetting`), and any of a job that was rejected, makes the job wait, from the first such change after the last
    /// verdict on. Other changes have no status of their own, and look for that of the verdict before them.
    private static let settled = """
        WITH told AS (
            SELECT id::uuid AS id, stream, version, position, recorded_at, data->'findings' AS findings,
                CASE type WHEN 'JobVetted' THEN 'vetted' WHEN 'JobRejected' THEN 'rejected' WHEN 'JobFilled' THEN 'filled'
                    WHEN 'JobWithdrawn' THEN 'withdrawn' WHEN 'JobExpired' THEN 'expired'
                    ELSE CASE WHEN data ?| ARRAY['pay', 'place', 'region', 'conditions', 'terms', 'skillsGrade']
                        OR data->'removed' ?| ARRAY['terms', 'skillsGrade'] THEN 'posted' END END AS status
            FROM facts WHERE type IN ('JobVetted', 'JobRejected', 'JobFilled', 'JobWithdrawn', 'JobExpired', 'JobRevised')),
        numbered AS (SELECT *, count(status) OVER (PARTITION BY stream ORDER BY version) AS verdict FROM told),
        placed AS (SELECT *, first_value(status) OVER (PARTITION BY stream, verdict ORDER BY version) AS before FROM numbered),
        verdicts AS (
            SELECT p.id, p.stream, p.version, p.position, p.recorded_at, p.findings, coalesce(p.status, 'posted') AS status
            FROM placed AS p JOIN jobs AS j ON j.id = p.id
            WHERE p.status IS NOT NULL OR coalesce(p.before, j.status) = 'rejected'),
        newest AS (SELECT DISTINCT ON (stream) * FROM verdicts ORDER BY stream, version DESC),
        judged AS (
            SELECT stream, bool_or(status = 'vetted') AS was_vetted, max(version) FILTER (WHERE status <> 'posted') AS last,
                (array_agg(status = 'vetted' ORDER BY version DESC) FILTER (WHERE status IN ('posted', 'vetted', 'rejected')))[1] AS vetted
            FROM verdicts GROUP BY stream),
        waits AS (
            SELECT DISTINCT ON (v.stream) v.stream, v.position, v.recorded_at FROM verdicts AS v JOIN judged AS g ON g.stream = v.stream
            WHERE v.status = 'posted' AND v.version > coalesce(g.last, 0) ORDER BY v.stream, v.version)
        UPDATE jobs AS j SET status = n.status, findings = n.findings, version = greatest(j.version, n.version),
            vetted = coalesce(g.vetted, j.vetted), was_vetted = j.was_vetted OR g.was_vetted,
            waiting = CASE WHEN n.status <> 'posted' THEN NULL WHEN g.last IS NULL AND j.status = 'posted' THEN j.waiting ELSE w.position END,
            waiting_since = CASE WHEN n.status <> 'posted' THEN NULL WHEN g.last IS NULL AND j.status = 'posted' THEN j.waiting_since
                ELSE w.recorded_at END
        FROM newest AS n JOIN judged AS g ON g.stream = n.stream LEFT JOIN waits AS w ON w.stream = n.stream WHERE j.id = n.id
        """

    private static let openings = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, version, (data->>'openings')::integer AS openings
            FROM facts WHERE type = 'JobOpeningsChanged' ORDER BY stream, version DESC)
        UPDATE jobs AS j SET openings = n.openings, version = greatest(j.version, n.version) FROM newest AS n WHERE j.id = n.id
        """
}
