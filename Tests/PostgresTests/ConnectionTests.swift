import Postgres
import TestSupport
import Testing

@Suite struct `A connection of a pool` {
    @Test func `reports a refusal with SQLSTATE, constraint and detail`() async throws {
        try await withDatabase(migrated: false) { pool in
            let failure = await #expect(throws: PostgresError.self) {
                try await pool.connection { db in
                    try db.execute("CREATE TABLE t (id int8 CONSTRAINT one_id PRIMARY KEY)")
                    for _ in 1...2 { try db.query("INSERT INTO t VALUES ($1)", [.int8(1)]) }
                }
            }
            #expect(failure?.sqlState == "23505" && failure?.constraint == "one_id")
            guard case .server(let error) = failure else { return }
            #expect(error.detail == "Key (id)=(1) already exists." && error.table == "t")
        }
    }

    @Test func `counts the rows a statement changed`() async throws {
        try await withDatabase(migrated: false) { pool in
            let counts = try await pool.connection { db in
                try db.execute("CREATE TABLE t (id int8)")
                let inserted = try db.query("INSERT INTO t SELECT generate_series(1, 5)").affected
                return try [
                    inserted, db.query("DELETE FROM t WHERE id > $1", [.int8(3)]).affected, db.query("SELECT FROM t").count,
                ]
            }
            #expect(counts == [5, 2, 3])
        }
    }

    @Test func `commits a transaction whose body returns, and rolls back one whose body throws`() async throws {
        struct Refusal: Error {}
        try await withDatabase(migrated: false) { pool in
            try await pool.connection { try $0.execute("CREATE TABLE t (id int8)") }
            try await pool.transaction { _ = try $0.query("INSERT INTO t VALUES (1)") }
            await #expect(throws: Refusal.self) {
                try await pool.transaction { db in
                    try db.query("INSERT INTO t VALUES (2)")
                    throw Refusal()
                }
            }
            let ids = try await pool.connection { try $0.query("SELECT id FROM t").map { try $0.decode(0, as: Int.self) } }
            #expect(ids == [1])
        }
    }

    @Test func `doesn't take a transaction for committed whose failure the body hid`() async throws {
        try await withDatabase(migrated: false) { pool in
            await #expect(throws: PostgresError.self) {
                try await pool.transaction { db in _ = try? db.execute("SELECT 1/0") }
            }
            let count = try await pool.connection { try $0.query("SELECT 1").count }
            #expect(count == 1)
        }
    }

    @Test func `refuses to be given back inside a transaction, and is clean afterwards`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool in
            await #expect(throws: PostgresError.misuse("the connection was given back inside a transaction, which was rolled back")) {
                try await pool.connection { try $0.execute("BEGIN; CREATE TABLE t (id int8)") }
            }
            let exists = try await pool.connection { try $0.query("SELECT to_regclass('t') IS NOT NULL")[0].decode(0, as: Bool.self) }
            #expect(!exists)
        }
    }

    @Test func `prepares a statement anew when its table changed or the server forgot it`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool in
            try await pool.connection { db in
                try db.execute("CREATE TABLE t (id int8); INSERT INTO t VALUES (1)")
                #expect(try db.query("SELECT * FROM t").columnNames == ["id"])
                try db.execute("ALTER TABLE t ADD title text")
                #expect(try db.query("SELECT * FROM t").columnNames == ["id", "title"])
                try db.execute("DEALLOCATE ALL")
                #expect(try db.query("SELECT * FROM t").count == 1)
                try db.execute("ALTER TABLE t DROP title")
                #expect(try db.query("SELECT * FROM t").columnNames == ["id"])
            }
        }
    }

    @Test func `takes the same text with parameters of other types`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool in
            try await pool.connection { db in
                for _ in 1...2 {
                    let number = try db.query("SELECT $1", [.int8(1)])[0].decode(0, as: Int64.self)
                    let text = try db.query("SELECT $1", [.text("1")])[0].decode(0, as: String.self)
                    #expect(number == 1 && text == "1")
                }
            }
        }
    }
}

@Suite struct `COPY` {
    @Test func `takes binary rows with NULLs and gives them back as text`() async throws {
        try await withDatabase(migrated: false) { pool in
            try await pool.connection { db in
                try db.execute("CREATE TABLE t (id int8, title text)")
                let written = try db.copyIn("COPY t FROM STDIN (FORMAT binary)") { writer in
                    for id in 0..<10_000 as Range<Int64> { try writer.row([.int8(id), id == 1 ? .text(nil) : .text("岗位 \(id)")]) }
                }
                #expect(written == 10_000)
                var lines: [String] = []
                try db.copyOut("COPY (SELECT * FROM t ORDER BY id) TO STDOUT") { lines.append(String(decoding: $0, as: UTF8.self)) }
                #expect(lines.count == 10_000 && lines[1] == "1\t\\N\n" && lines[9_999] == "9999\t岗位 9999\n")
            }
        }
    }

    @Test func `keeps no row when its writer gives up`() async throws {
        struct GivenUp: Error {}
        try await withDatabase(maximum: 1, migrated: false) { pool in
            try await pool.connection { db in
                try db.execute("CREATE TABLE t (id int8)")
                #expect(throws: GivenUp.self) {
                    try db.copyIn("COPY t FROM STDIN") { writer in
                        try writer.write("1\n2\n")
                        throw GivenUp()
                    }
                }
                #expect(try db.query("SELECT FROM t").isEmpty)
            }
        }
    }

    @Test func `reports the line that the server refuses`() async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool in
            try await pool.connection { db in
                try db.execute("CREATE TABLE t (id int8)")
                let failure = #expect(throws: PostgresError.self) { try db.copyIn("COPY t FROM STDIN") { try $0.write("1\nx\n") } }
                #expect(failure?.sqlState == "22P02")
                #expect(try db.query("SELECT FROM t").isEmpty)
            }
        }
    }

    @Test func `ends early when its reader throws, and the connection stays usable`() async throws {
        struct Enough: Error {}
        try await withDatabase(maximum: 1, migrated: false) { pool in
            try await pool.connection { db in
                #expect(throws: Enough.self) {
                    try db.copyOut("COPY (SELECT generate_series(1, 100000000)) TO STDOUT") { _ in throw Enough() }
                }
                let rows = try db.query("SELECT 1")
                #expect(rows.count == 1)
            }
        }
    }

    @Test(arguments: ["COPY t FROM STDIN", "COPY t TO STDOUT"])
    func `sent as a plain statement is refused, and the connection stays usable`(_ sql: String) async throws {
        try await withDatabase(maximum: 1, migrated: false) { pool in
            try await pool.connection { db in
                try db.execute("CREATE TABLE t (id int8); INSERT INTO t VALUES (1)")
                #expect(throws: PostgresError.self) { try db.execute(sql) }
                #expect(throws: PostgresError.self) { try db.query(sql) }
                #expect(try db.query("SELECT FROM t").count == 1)
            }
        }
    }
}
