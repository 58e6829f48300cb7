package import EventStore
package import Postgres
package import Recruiting

/// The series in which sessions stand.
package enum SeriesList {
    package static let projection = Projection(
        name: "series",
        tables: ["series"],
        key: .stream,
        fold: [
            """
            INSERT INTO series (id, title, brand, organisers, organisation, status, version, opened)
            SELECT id::uuid, data->>'title', data->>'brand', data->'organisers', (data->>'organisation')::uuid, 'open', version, position
            FROM facts WHERE type = 'SeriesOpened'
            """,
            """
            UPDATE series AS s SET status = 'closed', version = f.version
            FROM facts AS f WHERE f.type = 'SeriesClosed' AND s.id = f.id::uuid
            """,
        ]
    )
}

extension SeriesList {
    private static let object = """
        jsonb_build_object('id', id, 'title', title, 'brand', brand, 'organisers', organisers, 'organisation', organisation,
            'status', status, 'version', version)
        """

    /// What all sessions of the series come to. Who watched two of them is counted twice: pseudonyms don't tell.
    private static let totals = """
        SELECT jsonb_build_object('sessions', count(*), 'ended', count(*) FILTER (WHERE s.status = 'ended'),
            'entries', coalesce(sum(c.entries), 0), 'viewers', coalesce(sum(c.viewers), 0), 'cards', coalesce(sum(c.cards), 0),
            'openings', coalesce(sum(c.openings), 0), 'submissions', coalesce(sum(c.submissions), 0),
            'questions', jsonb_build_object('asked', coalesce(sum(c.questions_asked), 0), 'answered', coalesce(sum(c.questions_answered), 0)))
        FROM sessions AS s LEFT JOIN session_counters AS c ON c.session = s.id WHERE s.series = $1 AND s.status <> 'cancelled'
        """

    /// The series with its totals, as a JSON object; nil when there is none.
    package static func find(_ id: SeriesID, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object(
            "SELECT jsonb_strip_nulls(\(object)) || jsonb_build_object('totals', (\(totals))) FROM series WHERE id = $1",
            [.uuid(id.uuid)]
        )
    }

    /// The newest first.
    /// - Parameters:
    ///   - status: the only one in which they are: `open` or `closed`.
    ///   - organisation: the only one whose series are listed.
    ///   - words: what title and brand hold together, in any order: every two neighbouring characters of them.
    package static func list(
        status: String? = nil,
        organisation: OrganisationID? = nil,
        words: String? = nil
    ) -> ListQuery<[UInt8]> {
        ListQuery(
            .descending("series.newest", .number("opened")),
            of: "jsonb_strip_nulls(\(object))",
            from: "series",
            where: ListFilter("status = ?", status) { .text($0) },
            ListFilter("organisation = ?", organisation) { .uuid($0.uuid) },
            ListFilter("pairs @> character_pairs(?)", words) { .text($0) }
        )
    }
}
