import EventSourcing
import Postgres
import TestSupport
import Testing

@testable import EventStore

@Suite(.timeLimit(.minutes(10))) struct `While a snapshot is held` {
    @Test func `an append looks at a few pages of the head, however many of its versions are kept`() async throws {
        try await withLog { _, pool in
            let hold = try await Hold("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT 1", pool)
            let (pages, looked) = try await pool.connection { db -> (Int64, Int64) in
                try db.execute("SET synchronous_commit = off")
                for number in 0..<2_000 { try append("a-\(number)", db) }
                // The counts of a transaction reach back to when they were last reported.
                try db.execute("BEGIN")
                let before = try reads(db)
                try append("b-1", db)
                let after = try reads(db)
                try db.execute("COMMIT; RESET synchronous_commit")
                return (after.pages, after.count - before.count)
            }
            #expect(pages > 20)
            #expect(looked < 12)
            hold.release()
        }
    }

    @Test func `the head remains one row`() async throws {
        try await withLog { _, pool in
            for statement in ["INSERT INTO log_head DEFAULT VALUES", "DELETE FROM log_head", "TRUNCATE log_head"] {
                await #expect(throws: PostgresError.self) { try await pool.connection { try $0.execute(statement) } }
            }
        }
    }
}

private func append(_ stream: String, _ db: borrowing Connection) throws {
    _ = try db.query(AppendBatch.statement, AppendBatch([Append.noted(stream)]).parameters)
}

/// Pages of the head, and how often one of them or of its index was looked at.
private func reads(_ db: borrowing Connection) throws -> (pages: Int64, count: Int64) {
    let row = try db.query(
        """
        SELECT pg_relation_size('log_head') / current_setting('block_size')::integer,
            pg_stat_get_xact_blocks_fetched('log_head'::regclass) + pg_stat_get_xact_blocks_fetched('log_head_newest'::regclass)
        """
    )[0]
    return (try row.decode(0, as: Int64.self), try row.decode(1, as: Int64.self))
}
