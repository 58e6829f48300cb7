package import EventStore
import FoundationEssentials
package import Postgres
package import Recruiting

/// Who has asked for erasure: nothing that leads to them is shown any more, whatever table it stands in.
package enum ErasedCandidates {
    package static let projection = Projection(
        name: "erased_candidates",
        tables: ["erased_candidates"],
        key: .stream,
        fold: [
            """
            INSERT INTO erased_candidates (candidate, requested_at)
            SELECT id, min(recorded_at) FROM facts WHERE type = 'ErasureRequested' GROUP BY id
            ON CONFLICT (candidate) DO NOTHING
            """,
            """
            UPDATE erased_candidates AS e SET destroyed_at = f.recorded_at
            FROM (SELECT id, max(recorded_at) AS recorded_at FROM facts WHERE type = 'SubjectKeyDestroyed' GROUP BY id) AS f
            WHERE e.candidate = f.id
            """,
        ]
    )

    /// The rows of a table with a column `candidate`, without theirs. Queries read such a table in this way only.
    ///
    /// Each row is looked up by itself: a join would be planned with the whole table, and a page no longer found in its order. PostgreSQL
    /// takes IS NOT TRUE to hold for half of the rows; IS NULL for one in two hundred, and then sorts whole lists.
    static func absent(from table: String) -> String {
        """
        (SELECT * FROM \(table) AS whole
            WHERE (SELECT true FROM erased_candidates AS erased WHERE erased.candidate = whole.candidate) IS NOT TRUE)
        """
    }

    /// Those who asked by `moment` and whose keys aren't noted as destroyed, the first first.
    package static func undestroyed(since moment: Timestamp, limit: Int, in pool: PostgresPool) async throws -> [CandidateID] {
        try await pool.connection { db in
            try db.query(
                "SELECT candidate FROM erased_candidates WHERE destroyed_at IS NULL AND requested_at <= $1 ORDER BY requested_at LIMIT $2",
                [.timestamptz(moment.date), .int8(Int64(limit))]
            ).compactMap { CandidateID(try $0.decode(0, as: String.self)) }
        }
    }
}
