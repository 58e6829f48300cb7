package import EventStore
package import Postgres
package import Recruiting

/// Which positions are posted, and may they be shown?
package enum PostedPositions {
    package static let projection = Projection(
        name: "positions",
        tables: ["positions"],
        key: .stream,
        fold: [posted, revised, settled, openings]
    )

    private static let posted = """
        INSERT INTO positions (id, company, title, occupation, duties, conditions, place, region, pay, openings,
            valid_through, source, batch, status, version, posted)
        SELECT substr(stream, 10)::uuid, (data->>'company')::uuid, data->>'title', data->>'occupation', data->>'duties',
            data->>'conditions', data->>'place', data->>'region', data->'pay', (data->>'openings')::integer,
            (data->>'validThrough')::date, data->'source', (data->>'batch')::uuid, 'posted', version, position
        FROM facts WHERE type = 'PositionPosted'
        """

    /// A revision names what it changes; of several in one window, the last to name a thing stands.
    private static let revised = """
        WITH fields AS (
            SELECT DISTINCT ON (stream, field.key) substr(stream, 10)::uuid AS id, field.key, field.value, version
            FROM facts CROSS JOIN LATERAL jsonb_each(data) AS field
            WHERE type = 'PositionRevised' ORDER BY stream, field.key, version DESC),
        revisions AS (SELECT id, jsonb_object_agg(key, value) AS data, max(version) AS version FROM fields GROUP BY id)
        UPDATE positions AS p SET title = coalesce(r.data->>'title', p.title), occupation = coalesce(r.data->>'occupation', p.occupation),
            duties = coalesce(r.data->>'duties', p.duties), conditions = coalesce(r.data->>'conditions', p.conditions),
            place = coalesce(r.data->>'place', p.place), region = coalesce(r.data->>'region', p.region),
            pay = coalesce(r.data->'pay', p.pay), valid_through = coalesce((r.data->>'validThrough')::date, p.valid_through),
            version = greatest(p.version, r.version)
        FROM revisions AS r WHERE p.id = r.id
        """

    /// A change of pay, place or conditions needs vetting again.
    private static let settled = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) substr(stream, 10)::uuid AS id, version, data->'findings' AS findings,
                CASE type WHEN 'PositionVetted' THEN 'vetted' WHEN 'PositionRejected' THEN 'rejected' WHEN 'PositionFilled' THEN 'filled'
                    WHEN 'PositionWithdrawn' THEN 'withdrawn' WHEN 'PositionExpired' THEN 'expired' ELSE 'posted' END AS status
            FROM facts
            WHERE type IN ('PositionVetted', 'PositionRejected', 'PositionFilled', 'PositionWithdrawn', 'PositionExpired')
                OR (type = 'PositionRevised' AND data ?| ARRAY['pay', 'place', 'region', 'conditions'])
            ORDER BY stream, version DESC)
        UPDATE positions AS p SET status = n.status, findings = n.findings, version = greatest(p.version, n.version)
        FROM newest AS n WHERE p.id = n.id
        """

    private static let openings = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) substr(stream, 10)::uuid AS id, version, (data->>'openings')::integer AS openings
            FROM facts WHERE type = 'PositionOpeningsChanged' ORDER BY stream, version DESC)
        UPDATE positions AS p SET openings = n.openings, version = greatest(p.version, n.version) FROM newest AS n WHERE p.id = n.id
        """
}

extension PostedPositions {
    private static let object = """
        jsonb_strip_nulls(jsonb_build_object('id', p.id, 'company', p.company, 'companyName', c.name, 'title', p.title,
            'occupation', p.occupation, 'duties', p.duties, 'conditions', p.conditions, 'place', p.place, 'region', p.region,
            'pay', p.pay, 'openings', p.openings, 'validThrough', p.valid_through, 'source', p.source, 'batch', p.batch,
            'status', p.status, 'findings', p.findings, 'version', p.version))
        """

    package static func find(_ id: PositionID, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object(
            "SELECT \(object) FROM positions AS p JOIN companies AS c ON c.id = p.company WHERE p.id = $1",
            [.uuid(id.uuid)]
        )
    }

    /// In the order of posting; of one company, or in one status, or of both, where asked for.
    package static func list(
        company: CompanyID? = nil,
        status: String? = nil,
        after cursor: Int64,
        limit: Int,
        in pool: PostgresPool
    ) async throws -> Page {
        try await pool.page(
            """
            SELECT p.posted, \(object) FROM positions AS p JOIN companies AS c ON c.id = p.company
            WHERE p.posted > $1 AND ($2::uuid IS NULL OR p.company = $2) AND ($3::text IS NULL OR p.status = $3)
            ORDER BY p.posted LIMIT $4
            """,
            [.int8(cursor), .uuid(company?.uuid), .text(status)],
            limit: limit
        )
    }
}
