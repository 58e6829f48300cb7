import Postgres
import Schema
import TestSupport
import Testing

@Suite struct `Migrations` {
    private static let first = (name: "0001_a", sql: "CREATE TABLE a (id int8)")
    private static let second = (name: "0002_b", sql: "CREATE TABLE b (id int8); INSERT INTO b VALUES (1)")

    private func withMigrators(
        _ body: (PostgresPool, @escaping @Sendable ([(name: String, sql: String)]) -> Migrator) async throws -> Void
    ) async throws {
        try await withDatabase(maximum: 8, migrated: false) { pool in
            try await body(pool) { Migrator(pool, migrations: $0, logger: .quiet) }
        }
    }

    @Test func `are applied once, in order`() async throws {
        try await withMigrators { _, migrator in
            let both = migrator([Self.first, Self.second])
            #expect(try await both.pending() == ["0001_a", "0002_b"])
            #expect(try await migrator([Self.first]).apply() == ["0001_a"])
            #expect(try await both.apply() == ["0002_b"])
            #expect(try await both.apply() == [])
            let status = try await both.status()
            #expect(status.applied.map(\.name) == ["0001_a", "0002_b"] && status.pending.isEmpty)
        }
    }

    @Test func `are applied once by eight that run at the same time`() async throws {
        try await withMigrators { pool, migrator in
            let applied = try await withThrowingTaskGroup { group in
                for _ in 0..<8 { group.addTask { try await migrator([Self.first, Self.second]).apply() } }
                return try await group.reduce(into: [String]()) { $0 += $1 }
            }
            #expect(applied.sorted() == ["0001_a", "0002_b"])
            #expect(try await pool.connection { try $0.query("SELECT FROM b").count } == 1)
        }
    }

    @Test func `leave nothing of the one that failed`() async throws {
        try await withMigrators { _, migrator in
            let broken = (name: "0002_b", sql: "CREATE TABLE b (id int8); SELECT 1/0")
            let failure = await #expect(throws: PostgresError.self) { try await migrator([Self.first, broken]).apply() }
            let text = "\(try #require(failure))"
            #expect(text.contains("0002_b") && text.contains("division by zero"))
            #expect(try await migrator([Self.first, Self.second]).apply() == ["0002_b"])
        }
    }

    @Test(
        arguments: [
            ([(name: "0001_a", sql: "SELECT 1"), second], "was edited"), ([first], "doesn't know"),
            ([first, (name: "0001_b", sql: "SELECT 1"), second], "comes before"), ([second, first], "order of their names"),
            ([first, first, second], "occurs twice"),
        ] as [([(name: String, sql: String)], String)]
    )
    func `are refused when they don't agree with those applied`(_ files: [(name: String, sql: String)], _ reason: String) async throws {
        try await withMigrators { _, migrator in
            try await migrator([Self.first, Self.second]).apply()
            for attempt in [{ try await migrator(files).status() as Any }, { try await migrator(files).apply() }]
                as [() async throws -> Any]
            {
                let failure = await #expect(throws: PostgresError.self) { _ = try await attempt() }
                let text = "\(try #require(failure))"
                #expect(text.contains(reason))
            }
        }
    }

    @Test func `of this release are all applied in a test's database`() async throws {
        try await withDatabase { pool in
            let pending = try await Migrator(pool, migrations: Schema.migrations(), logger: .quiet).pending()
            #expect(pending == [])
        }
    }
}
