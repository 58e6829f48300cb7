package import Postgres
package import Recruiting

extension LiveSessions {
    private static let question = """
        jsonb_strip_nulls(jsonb_build_object('id', id, 'by', asked_by, 'text', text, 'status', status,
            'job', job, 'answer', answer, 'into', merged_into))
        """

    /// A page of a session's questions in the order of asking; those that were hidden or merged are for the host only.
    package static func questions(
        in id: SessionID,
        withHidden: Bool,
        after cursor: Int64,
        limit: Int,
        in pool: PostgresPool
    ) async throws -> Page {
        try await pool.page(
            """
            SELECT asked, \(question) FROM session_questions
            WHERE session = $1 AND asked > $2 AND ($3 OR status IN ('asked', 'answered')) ORDER BY asked LIMIT $4
            """,
            [.uuid(id.uuid), .int8(cursor), .bool(withHidden)],
            limit: limit
        )
    }

    /// A page of the questions that wait for an answer, in the order of asking.
    package static func openQuestions(in id: SessionID, after cursor: Int64, limit: Int, in pool: PostgresPool) async throws -> Page {
        try await pool.page(
            """
            SELECT asked, \(question) FROM session_questions
            WHERE session = $1 AND status = 'asked' AND asked > $2 ORDER BY asked LIMIT $3
            """,
            [.uuid(id.uuid), .int8(cursor)],
            limit: limit
        )
    }

    /// A page of the questions that were answered, the newest answer first.
    package static func answeredQuestions(in id: SessionID, before cursor: Int64, limit: Int, in pool: PostgresPool) async throws -> Page {
        try await pool.page(
            """
            SELECT settled, \(question) FROM session_questions
            WHERE session = $1 AND status = 'answered' AND settled < $2 ORDER BY settled DESC LIMIT $3
            """,
            [.uuid(id.uuid), .int8(cursor)],
            limit: limit
        )
    }

    /// What one viewer asked, in the order of asking; of one status, where asked for, else unless hidden or merged.
    package static func questions(
        by asker: Pseudonym,
        in id: SessionID,
        status: String?,
        after cursor: Int64,
        limit: Int,
        in pool: PostgresPool
    ) async throws -> Page {
        try await pool.page(
            """
            SELECT asked, \(question) FROM session_questions
            WHERE session = $1 AND asked_by = $2 AND asked > $3 AND status IN ('asked', 'answered') AND status = coalesce($4, status)
            ORDER BY asked LIMIT $5
            """,
            [.uuid(id.uuid), .text(asker.description), .int8(cursor), .text(status)],
            limit: limit
        )
    }
}
