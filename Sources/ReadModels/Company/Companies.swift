package import EventStore

/// Which companies are registered, do they stand verified, what is on file of them, and which codes are on the blacklist?
package enum Companies {
    package static let projection = Projection(
        name: "companies",
        tables: ["companies", "filed_documents", "blacklist"],
        key: .stream,
        fold: [registered, revised, judged, suspended, blacklistings, versions, filed, withdrawn, listed, cleared]
    )

    /// The day on China's calendars on which an event was recorded.
    private static let chinaDate = "((recorded_at AT TIME ZONE 'UTC') + interval '8 hours')::date"

    private static let registered = """
        INSERT INTO companies (id, name, uscc, region, kind, licence, standing, since, version, registered)
        SELECT id::uuid, data->>'name', data->>'uscc', data->>'region', data->>'kind', data->>'licence', 'unverified', \(chinaDate),
            version, position
        FROM facts WHERE type = 'CompanyRegistered'
        """

    private static let revised = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data FROM facts WHERE type = 'CompanyRevised' ORDER BY stream, version DESC)
        UPDATE companies AS c SET name = n.data->>'name', region = n.data->>'region', kind = n.data->>'kind', licence = n.data->>'licence'
        FROM newest AS n WHERE c.id = n.id
        """

    /// A revision takes back what was found before.
    private static let judged = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, type, data, \(chinaDate) AS day
            FROM facts WHERE type IN ('CompanyVerified', 'CompanyRejected', 'CompanyRevised') ORDER BY stream, version DESC)
        UPDATE companies AS c SET since = n.day, reverify_by = (n.data->>'reverifyBy')::date,
            judgement = CASE WHEN n.type <> 'CompanyRevised' THEN n.data END,
            standing = CASE n.type WHEN 'CompanyVerified' THEN 'verified' WHEN 'CompanyRejected' THEN 'rejected' ELSE 'unverified' END
        FROM newest AS n WHERE c.id = n.id
        """

    private static let suspended = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, type, data, \(chinaDate) AS day
            FROM facts WHERE type IN ('CompanySuspended', 'CompanyReinstated') ORDER BY stream, version DESC)
        UPDATE companies AS c SET suspended = CASE n.type WHEN 'CompanySuspended' THEN n.day END,
            suspension = CASE n.type WHEN 'CompanySuspended' THEN n.data END
        FROM newest AS n WHERE c.id = n.id
        """

    private static let blacklistings = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, type, \(chinaDate) AS day
            FROM facts WHERE type IN ('CompanyBlacklisted', 'CompanyCleared') ORDER BY stream, version DESC)
        UPDATE companies AS c SET blacklisted = CASE n.type WHEN 'CompanyBlacklisted' THEN n.day END
        FROM newest AS n WHERE c.id = n.id
        """

    private static let versions = """
        WITH newest AS (
            SELECT id::uuid AS id, max(version) AS version FROM facts WHERE stream LIKE 'company-%' GROUP BY id)
        UPDATE companies AS c SET version = n.version FROM newest AS n WHERE c.id = n.id
        """

    private static let filed = """
        INSERT INTO filed_documents (id, company, kind, digest, size, form, valid_until, filed_by, filed_at, withdrawn, filed)
        SELECT (data->>'document')::uuid, id::uuid, data->>'kind', data->>'digest', (data->>'size')::integer, data->>'form',
            (data->>'validUntil')::date, data->>'by', recorded_at, false, position
        FROM facts WHERE type = 'DocumentFiled'
        """

    /// A document is filed once and withdrawn once.
    private static let withdrawn = """
        UPDATE filed_documents AS d SET withdrawn = true
        FROM facts AS f WHERE f.type = 'DocumentWithdrawn' AND d.id = (f.data->>'document')::uuid
        """

    private static let listed = """
        WITH newest AS (
            SELECT DISTINCT ON (stream) id::uuid AS id, data, recorded_at, position
            FROM facts WHERE type = 'CompanyBlacklisted' ORDER BY stream, version DESC)
        INSERT INTO blacklist (id, uscc, reason, listed_by, listed_at, listed)
        SELECT id, data->>'uscc', data->>'reason', data->>'by', recorded_at, position FROM newest
        ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, listed_by = excluded.listed_by, listed_at = excluded.listed_at,
            listed = excluded.listed
        """

    private static let cleared = """
        WITH newest AS (
            SELECT id::uuid AS id, max(position) AS at FROM facts WHERE type = 'CompanyCleared' GROUP BY id)
        DELETE FROM blacklist AS b USING newest AS n WHERE b.id = n.id AND n.at > b.listed
        """
}
