package import EventStore
import FoundationEssentials
package import Postgres
package import Recruiting

/// Which companies are registered, and do they stand verified?
package enum Companies {
    package static let projection = Projection(
        name: "companies",
        tables: ["companies"],
        key: .stream,
        fold: [
            """
            INSERT INTO companies (id, name, uscc, region, status, version, registered)
            SELECT id::uuid, data->>'name', data->>'uscc', data->>'region', 'registered', version, position
            FROM facts WHERE type = 'CompanyRegistered'
            """,
            """
            WITH newest AS (
                SELECT DISTINCT ON (stream) id::uuid AS id, version, (data->>'reverifyBy')::date AS reverify_by,
                    CASE type WHEN 'CompanyVerified' THEN 'verified' WHEN 'CompanyRejected' THEN 'rejected' ELSE 'suspended' END AS status
                FROM facts WHERE type IN ('CompanyVerified', 'CompanyRejected', 'CompanySuspended')
                ORDER BY stream, version DESC)
            UPDATE companies AS c SET status = n.status, version = n.version, reverify_by = n.reverify_by
            FROM newest AS n WHERE c.id = n.id
            """,
        ]
    )
}

extension Companies {
    private static let object = """
        jsonb_strip_nulls(jsonb_build_object('id', id, 'name', name, 'uscc', uscc, 'region', region, 'status', status,
            'reverifyBy', reverify_by, 'version', version))
        """

    package static func find(_ id: CompanyID, in pool: PostgresPool) async throws -> [UInt8]? {
        try await pool.object("SELECT \(object) FROM companies WHERE id = $1", [.uuid(id.uuid)])
    }

    /// The names of those companies that are registered.
    package static func names(of ids: [CompanyID], in pool: PostgresPool) async throws -> [CompanyID: String] {
        try await pool.connection { db in
            let rows = try db.query("SELECT id, name FROM companies WHERE id = ANY ($1)", [.uuids(ids.map(\.uuid))])
            return try Dictionary(
                uniqueKeysWithValues: rows.map { (CompanyID(try $0.decode(0, as: UUID.self)), try $0.decode(1, as: String.self)) }
            )
        }
    }

    /// In which order companies are listed: by their registration, or by name in the order of Unicode's code points.
    package enum Order: String, Sendable, CaseIterable {
        case registration, name

        fileprivate var list: ListOrder {
            switch self {
            case .registration: .ascending("companies.registration", .number("registered"))
            case .name: .ascending("companies.name", .text("name"), .number("registered"))
            }
        }
    }

    package static func list(_ order: Order = .registration) -> ListQuery<[UInt8]> {
        ListQuery(order.list, of: object, from: "companies")
    }
}
