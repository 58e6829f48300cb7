package import EventStore
import Postgres
package import Recruiting

/// Who has signed in, or tried to, who was granted what by whom, and who has opened whose personal data?
package enum Audit {
    package static let projection = Projection(
        name: "audit",
        tables: ["account_events"],
        key: .stream,
        fold: [
            """
            INSERT INTO account_events (position, account, type, recorded_at, actor_kind, actor_id, data)
            SELECT position, id, type, recorded_at, actor_kind, actor_id, data FROM facts WHERE stream LIKE 'account-%'
            """
        ]
    )

    /// What became of accounts, the newest first: of all, or of one, or of one kind.
    package static func list(of account: Subject?, type: String?) -> ListQuery<[UInt8]> {
        ListQuery(
            .descending("audit.newest", .number("position")),
            of: """
                jsonb_strip_nulls(jsonb_build_object('position', position, 'time', rfc3339(recorded_at), 'account', account, 'type', type,
                    'actorKind', actor_kind, 'actor', nullif(actor_id, ''), 'data', data))
                """,
            from: "account_events",
            where: ListFilter("account = ?", account) { .text($0.description) },
            ListFilter("type = ?", type) { .text($0) }
        )
    }
}
