import FoundationEssentials
import TestSupport
import Testing

@testable import Postgres

@Suite struct `A connection` {
    @Test(arguments: ["serializable", "repeatable read"])
    func `sees what was committed before each statement, whatever the database's default is`(level: String) async throws {
        try await withDatabase(migrated: false) { pool, settings in
            let name = try await pool.connection { db in
                let name = try db.query("SELECT current_database()")[0].decode(0, as: String.self)
                try db.execute("ALTER DATABASE \(name) SET default_transaction_isolation = '\(level)'")
                return name
            }
            let fresh = PostgresPool(settings.with(database: name), maximum: 1, logger: .quiet)
            let levels = try await fresh.connection { db in
                let outside = try db.query("SELECT current_setting('transaction_isolation')")[0].decode(0, as: String.self)
                let inside = try db.transaction { db in
                    try db.query("SHOW transaction_isolation")[0].decode(0, as: String.self)
                }
                return [outside, inside]
            }
            await fresh.close()
            #expect(levels == ["read committed", "read committed"])
        }
    }

    @Test func `compiles no statement, whatever the database's default is`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool, settings in
            let name = try await pool.connection { db in
                let name = try db.query("SELECT current_database()")[0].decode(0, as: String.self)
                try db.execute("ALTER DATABASE \(name) SET jit = on")
                return name
            }
            let fresh = PostgresPool(settings.with(database: name), maximum: 1, logger: .quiet)
            let jit = try await fresh.connection { try $0.query("SHOW jit")[0].decode(0, as: String.self) }
            await fresh.close()
            #expect(jit == "off")
        }
    }

    @Test(arguments: ["LATIN1", "SQL_ASCII"])
    func `to a database that isn't in UTF-8 is refused with the remedy`(encoding: String) async throws {
        try await withDatabase(migrated: false) { pool, settings in
            let name = "test_" + UUID().uuidString.prefix(8).lowercased()
            let locale = "ENCODING '\(encoding)' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
            try await pool.connection { try $0.execute("CREATE DATABASE \(name) \(locale)") }
            let other = PostgresPool(settings.with(database: name), maximum: 1, logger: .quiet)
            let failure = await #expect(throws: PostgresError.self) {
                try await Migrator(other, migrations: [("0001_x", "CREATE TABLE x ()")], logger: .quiet).apply()
            }
            await other.close()
            try await pool.connection { try $0.execute("DROP DATABASE \(name)") }
            let text = "\(try #require(failure))"
            #expect(text.contains("is \(encoding) and must be UTF8") && text.contains("createdb") && failure?.isUnavailable == false)
        }
    }

    @Test func `whose statements another client has prepared names the pooler that lets that happen`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool, _ in
            let taken = await #expect(throws: PostgresError.self) {
                try await pool.connection { db in
                    try db.execute("PREPARE s1 AS SELECT 1; PREPARE s2 AS SELECT 1")
                    try db.query("SELECT 2")
                }
            }
            let text = "\(try #require(taken))"
            #expect(text.contains("PgBouncer"))
        }
    }
}
