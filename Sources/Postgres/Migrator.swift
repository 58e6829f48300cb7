package import FoundationEssentials
package import Logging

/// Brings a database's tables up to date: each file once, in the order of their names, each in a transaction of its own.
///
/// Any number of processes may call `apply` at once: they take turns under an advisory lock, and all but the first find nothing left to do.
package struct Migrator: Sendable {
    /// Where a database stands.
    package struct Status: Sendable, Equatable {
        package struct Applied: Sendable, Equatable {
            package let name: String
            package let at: Date
        }

        package var applied: [Applied]
        /// The names of those not applied yet, in the order in which they would be.
        package var pending: [String]
    }

    /// ASCII "jobcast" as a number: the advisory lock's key.
    private static let lock: Int64 = 0x6a_6f_62_63_61_73_74

    private let pool: PostgresPool
    private let migrations: [(name: String, sql: String)]
    private let logger: Logger

    package init(_ pool: PostgresPool, migrations: [(name: String, sql: String)], logger: Logger) {
        self.pool = pool
        self.migrations = migrations
        self.logger = logger
    }

    /// Reads only.
    /// - Throws: `PostgresError.migration` when the database and this program don't agree.
    package func status() async throws -> Status {
        try await pool.connection { [self] db in try status(in: db) }
    }

    package func pending() async throws -> [String] {
        try await status().pending
    }

    /// Applies what is pending; a failure leaves the files before it applied.
    /// - Returns: the names of those applied by this call.
    /// - Throws: `PostgresError.migration` when the database and this program don't agree, or with the file in which a statement failed.
    @discardableResult
    package func apply() async throws -> [String] {
        try await pool.connection { [self] db in
            try db.query("SELECT pg_advisory_lock($1)", [.int8(Self.lock)])
            defer { _ = try? db.query("SELECT pg_advisory_unlock($1)", [.int8(Self.lock)]) }
            try db.execute(
                """
                CREATE TABLE IF NOT EXISTS schema_migrations (
                    name text PRIMARY KEY,
                    checksum bytea NOT NULL,
                    applied_at timestamptz NOT NULL DEFAULT now()
                )
                """
            )
            let pending = try Set(status(in: db).pending)
            for migration in migrations where pending.contains(migration.name) { try apply(migration, in: db) }
            return migrations.map(\.name).filter(pending.contains)
        }
    }

    private func apply(_ migration: (name: String, sql: String), in db: borrowing Connection) throws {
        logger.info("applying migration \(migration.name)")
        do {
            try db.transaction { db in
                try db.execute(migration.sql)
                try db.query(
                    "INSERT INTO schema_migrations (name, checksum) VALUES ($1, sha256(convert_to($2, 'UTF8')))",
                    [.text(migration.name), .text(migration.sql)]
                )
            }
        } catch let error as PostgresError {
            if error == .cancelled || error.isUnavailable || error.sqlState == "57014" { throw error }
            throw PostgresError.migration("migration \(migration.name) failed and was undone: \(error)")
        }
    }
}

extension Migrator {
    private func status(in db: borrowing Connection) throws -> Status {
        guard migrations.map(\.name) == Set(migrations.map(\.name)).sorted() else {
            throw PostgresError.migration("the migrations of this program are not in the order of their names, or a name occurs twice")
        }
        guard try db.query("SELECT to_regclass('schema_migrations') IS NOT NULL")[0].decode(0) else {
            return Status(applied: [], pending: migrations.map(\.name))
        }
        let rows = try db.query(
            """
            SELECT coalesce(a.name, m.name), a.applied_at, m.name IS NOT NULL, a.checksum = sha256(convert_to(m.sql, 'UTF8'))
            FROM schema_migrations a
            FULL JOIN unnest($1::text[], $2::text[]) AS m(name, sql) ON m.name = a.name
            ORDER BY coalesce(a.name, m.name) COLLATE "C"
            """,
            [.texts(migrations.map(\.name)), .texts(migrations.map(\.sql))]
        )
        var status = Status(applied: [], pending: [])
        for row in rows { try add(row, to: &status) }
        return status
    }

    private func add(_ row: Row, to status: inout Status) throws {
        let name = try row.decode(0, as: String.self)
        guard let at = try row.decodeIfPresent(1, as: Date.self) else { return status.pending.append(name) }
        guard try row.decode(2) else {
            throw PostgresError.migration(
                "the database has the migration \(name), which this program doesn't know: a newer jobcast has upgraded it; run that one"
            )
        }
        guard try row.decode(3) else {
            throw PostgresError.migration(
                "the migration \(name) was edited after it had been applied: restore the file and put the change in a new one"
            )
        }
        if let late = status.pending.first {
            throw PostgresError.migration("the migration \(late) comes before \(name), which is applied already: give it a later name")
        }
        status.applied.append(Status.Applied(name: name, at: at))
    }
}
