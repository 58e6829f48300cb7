package import EventStore

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
    /// All of them, the newest first.
    package static let list = ListQuery(
        .descending("series.newest", .number("opened")),
        of: """
            jsonb_strip_nulls(jsonb_build_object('id', id, 'title', title, 'brand', brand, 'organisers', organisers, 'organisation', organisation,
                'status', status, 'version', version))
            """,
        from: "series"
    )
}
