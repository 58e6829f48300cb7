package import EventStore

/// Who is there of the staff, and what have they been granted?
package enum Accounts {
    package static let projection = Projection(
        name: "accounts",
        tables: ["accounts", "account_grants"],
        key: .stream,
        fold: [
            """
            INSERT INTO accounts (account, version) SELECT id, max(version) FROM facts WHERE stream LIKE 'account-%' GROUP BY id
            ON CONFLICT (account) DO UPDATE SET version = excluded.version
            """,
            """
            WITH joined AS (
                SELECT id, bool_or(type = 'AccountActivated') AS is_active
                FROM facts WHERE type IN ('AccountInvited', 'AccountActivated') GROUP BY id)
            UPDATE accounts AS a SET membership = CASE WHEN j.is_active OR a.membership = 'active' THEN 'active' ELSE 'invited' END
            FROM joined AS j WHERE a.account = j.id
            """,
            """
            WITH newest AS (
                SELECT DISTINCT ON (stream) id, type FROM facts WHERE type IN ('AccountSuspended', 'AccountReinstated')
                ORDER BY stream, version DESC)
            UPDATE accounts AS a SET suspended = n.type = 'AccountSuspended' FROM newest AS n WHERE a.account = n.id
            """,
            """
            WITH newest AS (SELECT id, max(recorded_at) AS at FROM facts WHERE type = 'SignedIn' GROUP BY id)
            UPDATE accounts AS a SET signed_in_at = n.at FROM newest AS n WHERE a.account = n.id
            """,
            """
            WITH newest AS (
                SELECT DISTINCT ON (stream, data->'grant') id, data->'grant' AS granted, type
                FROM facts WHERE type IN ('GrantGiven', 'GrantWithdrawn') ORDER BY stream, data->'grant', version DESC)
            DELETE FROM account_grants AS g USING newest AS n
            WHERE n.type = 'GrantWithdrawn' AND g.account = n.id AND g.granted = n.granted
            """,
            """
            WITH newest AS (
                SELECT DISTINCT ON (stream, data->'grant') id, data->'grant' AS granted, type, position
                FROM facts WHERE type IN ('GrantGiven', 'GrantWithdrawn') ORDER BY stream, data->'grant', version DESC)
            INSERT INTO account_grants (account, granted, given) SELECT id, granted, position FROM newest WHERE type = 'GrantGiven'
            ON CONFLICT (account, granted) DO UPDATE SET given = excluded.given
            """,
        ]
    )

    /// The accounts by name, each with what it has been granted.
    package static func list() -> ListQuery<[UInt8]> {
        ListQuery(
            .ascending("accounts.name", .text("a.account")),
            of: """
                jsonb_strip_nulls(jsonb_build_object('account', a.account, 'name', c.name,
                    'standing', CASE WHEN a.suspended THEN 'suspended' ELSE a.membership END,
                    'secondFactor', c.second_factor IS NOT NULL, 'signedInAt', rfc3339(a.signed_in_at),
                    'grants', (SELECT coalesce(jsonb_agg(g.granted ORDER BY g.given), '[]') FROM account_grants AS g
                        WHERE g.account = a.account)))
                """,
            from: "accounts AS a LEFT JOIN account_credentials AS c ON c.account = a.account"
        )
    }
}
