package import EventStore

/// Which companies are registered, and do they stand verified?
package enum Companies {
    package static let projection = Projection(
        name: "companies",
        tables: ["companies"],
        fold: [
            """
            INSERT INTO companies (id, name, uscc, region, status, version, registered)
            SELECT substr(stream, 9)::uuid, data->>'name', data->>'uscc', data->>'region', 'registered', version, position
            FROM batch WHERE type = 'CompanyRegistered'
            """,
            """
            WITH newest AS (
                SELECT DISTINCT ON (stream) substr(stream, 9)::uuid AS id, version, data,
                    CASE type WHEN 'CompanyVerified' THEN 'verified' WHEN 'CompanyRejected' THEN 'rejected' ELSE 'suspended' END AS status
                FROM batch WHERE type IN ('CompanyVerified', 'CompanyRejected', 'CompanySuspended')
                ORDER BY stream, version DESC)
            UPDATE companies AS c SET status = n.status, version = n.version, checks = n.data->'checks',
                findings = n.data->'findings', reverify_by = (n.data->>'reverifyBy')::date
            FROM newest AS n WHERE c.id = n.id
            """,
        ]
    )
}
