package import EventStore
import FoundationEssentials
package import Postgres
package import Recruiting

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
                FROM facts CROSS JOIN LATERAL (
                    SELECT key, value FROM jsonb_each(data)
                    UNION ALL SELECT removed, NULL FROM jsonb_array_elements_text(data->'removed') AS removed) AS field
                WHERE type = 'PolicyRevised' ORDER BY stream, field.key, version DESC),
            revisions AS (SELECT id, jsonb_object_agg(key, value) AS data FROM fields GROUP BY id)
            UPDATE policies AS p SET title = coalesce(r.data->>'title', p.title), topic = coalesce(r.data->>'topic', p.topic),
                summary = coalesce(r.data->>'summary', p.summary), region = coalesce(r.data->>'region', p.region),
                link = CASE WHEN r.data ? 'link' THEN r.data->>'link' ELSE p.link END,
                valid_through = CASE WHEN r.data ? 'validThrough' THEN (r.data->>'validThrough')::date ELSE p.valid_through END
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
    private static let object = """
        jsonb_strip_nulls(jsonb_build_object('id', id, 'title', title, 'topic', topic, 'summary', summary, 'link', link, 'region', region,
            'validThrough', valid_through, 'organisation', organisation, 'status', status, 'version', version))
        """

    package static func find(_ id: PolicyID, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object("SELECT \(object) FROM policies WHERE id = $1", [.uuid(id.uuid)])
    }

    /// In which order policies are listed.
    package enum Order: String, Sendable, CaseIterable {
        /// By their publication, the oldest first.
        case publication
        /// By their publication, the newest first.
        case newest
        /// By their last day, those without one last.
        case expiry

        fileprivate var list: ListOrder {
            switch self {
            case .publication: .ascending("policies.publication", .number("published"))
            case .newest: .descending("policies.newest", .number("published"))
            case .expiry: .ascending("policies.expiry", .day("ends"), .number("published"))
            }
        }
    }

    /// - Parameters:
    ///   - status: the only one in which they are: `published` or `expired`.
    ///   - organisation: the only one whose policies are listed.
    ///   - words: what title and topic hold together, in any order: every two neighbouring characters of them.
    package static func list(
        _ order: Order = .publication,
        status: String? = nil,
        organisation: OrganisationID? = nil,
        words: String? = nil
    ) -> ListQuery<[UInt8]> {
        ListQuery(
            order.list,
            of: object,
            from: "policies",
            where: ListFilter("status = ?", status) { .text($0) },
            ListFilter("organisation = ?", organisation) { .uuid($0.uuid) },
            ListFilter("pairs @> character_pairs(?)", words) { .text($0) }
        )
    }

    /// Policies in force whose last day is past: up to `limit` of them.
    package static func overdue(on today: CalendarDate, limit: Int, in pool: PostgresPool) async throws -> [PolicyID] {
        try await pool.connection { db in
            let statement = "SELECT id FROM policies WHERE status = 'published' AND ends < $1::text::date ORDER BY ends LIMIT $2"
            return try db.query(statement, [.text(today.description), .int(limit)]).map { PolicyID(try $0.decode(0, as: UUID.self)) }
        }
    }
}
