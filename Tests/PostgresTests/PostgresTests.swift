import Postgres
import TestSupport
import Testing

@Suite struct `A session` {
    @Test func `answers a query with bound values`() async throws {
        try await withDatabase { pool in
            let sum = try await pool.session { try $0.query("SELECT $1::int8 + $2::int8", [.int8(40), .int8(2)])[0].decode(0, as: Int64.self) }
            #expect(sum == 42)
        }
    }
}
