package import EventStore

/// The policies that can be explained.
package enum Policies {
    package static let projection = Projection(
        name: "policies",
        tables: ["policies"],
        key: .stream,
        fold: [
            """
            INSERT INTO policies (id, title, topic, summary, link, region, valid_through, organisation, status, version, published)
            SELECT id::uuid, data->>'title', data->>'topic', data->>'summary', data->>'link', data->>'region',
                (data->>'validThrough')::date, (data->>'organisation')::uuid, 'published', version, position
            FROM facts WHERE type = 'PolicyPublished'
            """,
            """
            WITH fields AS (
                SELECT DISTINCT ON (stream, field.key) id::uuid AS id, field.key, field.value
                FROM facts CROSS JOIN LATERAL jsonb_each(data) AS field
                WHERE type = 'PolicyRevised' ORDER BY stream, field.key, version DESC),
            revisions AS (SELECT id, jsonb_object_agg(key, value) AS data FROM fields GROUP BY id)
            UPDATE policies AS p SET title = coalesce(r.data->>'title', p.title), topic = coalesce(r.data->>'topic', p.topic),
                summary = coalesce(r.data->>'summary', p.summary), link = coalesce(r.data->>'link', p.link),
                region = coalesce(r.data->>'region', p.region), valid_through = coalesce((r.data->>'validThrough')::date, p.valid_through)
            FROM revisions AS r WHERE p.id = r.id
            """,
            """
            WITH newest AS (
                SELECT DISTINCT ON (stream) id::uuid AS id, type, version
                FROM facts WHERE type IN ('PolicyRevised', 'PolicyExpired') ORDER BY stream, version DESC)
            UPDATE policies AS p SET version = n.version, status = CASE n.type WHEN 'PolicyExpired' THEN 'expired' ELSE 'published' END
            FROM newest AS n WHERE p.id = n.id
            """,
        ]
    )
}

extension Policies {
    /// The policies in force, in the order of publication.
    package static let list = ListQuery(
        .ascending("policies.publication", .number("published")),
        of: """
            jsonb_strip_nulls(jsonb_build_object('id', id, 'title', title, 'topic', topic, 'summary', summary,
                'link', link, 'region', region, 'validThrough', valid_through, 'organisation', organisation, 'version', version))
            """,
        from: "policies",
        where: ListFilter("status = 'published'")
    )
}
