package import EventStore
package import Postgres
package import Recruiting

/// The jobs that are posted, and whether they may be shown.
package enum PostedPositions {
    package static let projection = Projection(
        name: "posted_positions",
        tables: ["jobs"],
        key: .stream,
        fold: [posted, revised, settled, openings]
    )

    private static let posted = """
        INSERT INTO jobs (id, company, title, occupation, duties, conditions, place, region, pay, terms,
            occupation_code, skills_grade, openings, valid_through, source, batch, organisation, status, version, posted)
        SELECT id::uuid, (data->>'company')::uuid, data->>'title', data->>'occupation', data->>'duties',
            data->>'conditions', data->>'place', data->>'region', data->'pay', data->'terms',
            data->>'occupationCode', (data->>'skillsGrade')::integer, (data->>'openings')::integer, (data->>'validThrough')::date, data->'source', (data->>'batch')::uuid, (data->>'organisation')::uuid, 'posted', version, position
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

    /// A change of pay, place or conditions (`JobRevised.needsVetting`) needs vetting again.
    private static let settled = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, version, data->'findings' AS findings,
                CASE type WHEN 'JobVetted' THEN 'vetted' WHEN 'JobRejected' THEN 'rejected' WHEN 'JobFilled' THEN 'filled'
                    WHEN 'JobWithdrawn' THEN 'withdrawn' WHEN 'JobExpired' THEN 'expired' ELSE 'posted' END AS status
            FROM facts
            WHERE type IN ('JobVetted', 'JobRejected', 'JobFilled', 'JobWithdrawn', 'JobExpired')
                OR (type = 'JobRevised' AND (data ?| ARRAY['pay', 'place', 'region', 'conditions', 'terms', 'skillsGrade']
                    OR data->'removed' ?| ARRAY['terms', 'skillsGrade']))
            ORDER BY stream, version DESC)
        UPDATE jobs AS j SET status = n.status, findings = n.findings, version = greatest(j.version, n.version)
        FROM newest AS n WHERE j.id = n.id
        """

    private static let openings = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, version, (data->>'openings')::integer AS openings
            FROM facts WHERE type = 'JobOpeningsChanged' ORDER BY stream, version DESC)
        UPDATE jobs AS j SET openings = n.openings, version = greatest(j.version, n.version) FROM newest AS n WHERE j.id = n.id
        """
}

extension PostedPositions {
    private static let object = """
        jsonb_strip_nulls(jsonb_build_object('id', j.id, 'company', j.company, 'companyName', c.name, 'title', j.title,
            'occupation', j.occupation, 'duties', j.duties, 'conditions', j.conditions, 'place', j.place, 'region', j.region,
            'pay', j.pay, 'terms', j.terms, 'occupationCode', j.occupation_code, 'skillsGrade', j.skills_grade, 'openings', j.openings, 'validThrough', j.valid_through, 'source', j.source, 'batch', j.batch,
            'organisation', j.organisation, 'status', j.status, 'findings', j.findings, 'version', j.version))
        """

    package static func find(_ id: JobID, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object(
            "SELECT \(object) FROM jobs AS j JOIN companies AS c ON c.id = j.company WHERE j.id = $1",
            [.uuid(id.uuid)]
        )
    }

    /// In which order jobs are listed.
    package enum Order: String, Sendable, CaseIterable {
        /// By their posting, the oldest first.
        case posting
        /// By their posting, the newest first.
        case newest
        /// By what a month of work pays at least, the most first; piece work, of which that can't be told, comes last.
        case pay
        /// By the code of the region.
        case place

        fileprivate var list: ListOrder {
            switch self {
            case .posting: .ascending("jobs.posting", .number("j.posted"))
            case .newest: .descending("jobs.newest", .number("j.posted"))
            case .pay: .descending("jobs.pay", .number("j.monthly_pay"), .number("j.posted"))
            case .place: .ascending("jobs.place", .text("j.region"), .number("j.posted"))
            }
        }
    }

    /// - Parameters:
    ///   - company: the only one whose jobs are listed.
    ///   - status: the only one in which they are.
    ///   - words: what title, occupation and place hold together, in any order: every two neighbouring characters of them.
    package static func list(
        _ order: Order = .posting,
        company: CompanyID? = nil,
        status: String? = nil,
        words: String? = nil
    ) -> ListQuery<[UInt8]> {
        ListQuery(
            order.list,
            of: object,
            from: "jobs AS j JOIN companies AS c ON c.id = j.company",
            where: ListFilter("j.company = ?", company) { .uuid($0.uuid) },
            ListFilter("j.status = ?", status) { .text($0) },
            ListFilter("j.pairs @> character_pairs(?)", words) { .text($0) }
        )
    }
}
