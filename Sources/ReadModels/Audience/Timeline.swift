import FoundationEssentials
package import Postgres
package import Recruiting

/// By how much each counter of a session changed in each second in which it did. Seconds are those of the log's clock, so that what was
/// counted up to a second is what was counted up to the last position in it.
///
/// Its tables are the counters' projection's, whose fold writes them (``LiveCounters``): they are made of the same observations and
/// facts, and stand at the same position.
package enum Timeline {
    package static let facts = Table(name: "session_timeline", counted: ["cards", "applied", "withdrawn", "asked", "answered"])
    /// `entered` and `gone` count who enters that was on no node, and who is on none any more.
    package static let audience = Table(name: "audience_timeline", counted: ["entered", "gone", "opened", "saved", "shared"])
    static let tables = [facts.name, audience.name]

    /// The second of Unix time in which a moment lies.
    static func second(_ moment: String) -> String { "floor(date_part('epoch', \(moment)))::bigint" }

    /// A row holds ten seconds, as arrays with a place for each second in which something was counted: a row for each second took a seventh
    /// of the fold to write. Each fold writes the current row anew, so it holds no more than that. Seconds ascend: a row is the same
    /// whatever the windows of the fold, and a rebuild can be compared with it.
    package struct Table: Sendable {
        let name: String
        let counted: [String]

        private var columns: String { counted.joined(separator: ", ") }
        private func each(_ column: (String) -> String) -> String { counted.map(column).joined(separator: ", ") }

        /// Adds what the relation `timed` has by session and second.
        func adding(_ timed: String) -> String {
            """
            INSERT INTO \(name) AS t (session, at, seconds, \(columns))
            SELECT session, to_timestamp(second / 10 * 10), array_agg((second % 10)::smallint), \(each { "array_agg(\($0))" })
            FROM (SELECT * FROM \(timed) ORDER BY session, second) AS s GROUP BY session, second / 10
            ON CONFLICT (session, at) DO UPDATE SET (seconds, \(columns)) = (
                SELECT array_agg(second ORDER BY second), \(each { "array_agg(\($0) ORDER BY second)" })
                FROM (SELECT second, \(each { "sum(\($0))::integer AS \($0)" })
                    FROM unnest(t.seconds || excluded.seconds, \(each { "t.\($0) || excluded.\($0)" })) AS u (second, \(columns))
                    GROUP BY second) AS merged)
            """
        }

        /// A relation with a row for each second of `session`, which is an expression.
        package func seconds(of session: String) -> String {
            """
            (SELECT at + second * interval '1 second' AS at, \(each { "u.\($0)" })
            FROM \(name) AS t CROSS JOIN LATERAL unnest(seconds, \(each { "t.\($0)" })) AS u (second, \(columns)) WHERE session = \(session))
            """
        }
    }
}

extension Timeline {
    /// The seconds in which observations were counted, in their order.
    static func audience(of id: SessionID, in db: borrowing Connection) throws -> [AudienceSummarised.Second] {
        let statement = "SELECT at, entered, gone, opened, saved, shared FROM \(audience.seconds(of: "$1")) AS a ORDER BY at"
        return try db.query(statement, [.uuid(id.uuid)]).map { row in
            let amounts = try (1...5).map { try row.decode($0, as: Int.self) }
            return AudienceSummarised.Second(
                at: Timestamp(try row.decode(0, as: Date.self)),
                entered: amounts[0],
                left: amounts[1],
                opened: amounts[2],
                saved: amounts[3],
                shared: amounts[4]
            )
        }
    }

    /// The session's whole timeline as a JSON object of parallel arrays, with a place for each second in which something changed.
    package static func find(_ id: SessionID, in pool: PostgresPool) async throws -> [UInt8]? {
        let kinds = ["entered", "opened", "saved", "shared", "cards", "applied", "withdrawn", "asked", "answered"]
        let arrays = (kinds.map { ($0, $0) } + [("left", "gone")]).map { name, column in
            "'\(name)', coalesce(jsonb_agg(coalesce(\(column), 0) ORDER BY at), '[]')"
        }
        return try await pool.object(
            """
            SELECT jsonb_strip_nulls(jsonb_build_object('began', rfc3339(min(began)),
                'second', coalesce(jsonb_agg(extract(epoch FROM at - began)::integer ORDER BY at), '[]'), \(arrays.joined(separator: ", ")),
                'position', (SELECT position FROM checkpoints WHERE projection = 'live_counters')))
            FROM (
                SELECT *, min(at) OVER () AS began
                FROM \(facts.seconds(of: "$1")) AS f FULL JOIN \(audience.seconds(of: "$1")) AS a USING (at)) AS t
            """,
            [.uuid(id.uuid)]
        )
    }
}
