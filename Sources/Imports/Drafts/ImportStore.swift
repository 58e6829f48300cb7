package import FoundationEssentials
package import Postgres
package import Recruiting
import Tables

/// Imports that are being prepared, in the database: whatever node is asked for one, before and after a restart.
package struct ImportStore: Sendable {
    package let pool: PostgresPool

    package init(pool: PostgresPool) {
        self.pool = pool
    }

    /// Whose an import is, and what file it came with.
    package struct Origin: Sendable {
        package let owner: Subject
        package let organisation: OrganisationID?
        package let name: String
        package let digest: [UInt8]

        package init(owner: Subject, organisation: OrganisationID?, name: String, digest: [UInt8]) {
            (self.owner, self.organisation, self.name, self.digest) = (owner, organisation, name, digest)
        }
    }

    /// What came of the wish to begin an import.
    package enum Beginning: Sendable {
        /// It is to be read, by whoever holds this.
        case begun(UUID)
        /// The same file was read already.
        case known
        /// The name stands for another file, or is another's.
        case taken
    }

    package func begin(_ id: BatchID, _ origin: Origin) async throws -> Beginning {
        let attempt = UUID()
        let parameters: [Parameter] = [
            .uuid(id.uuid), .text(origin.owner.description), .uuid(origin.organisation?.uuid), .text(origin.name), .bytea(origin.digest),
            .uuid(attempt),
        ]
        return try await pool.connection { db in
            if try !db.query(Self.begin, parameters).isEmpty { return .begun(attempt) }
            let isKnown = try !db.query(
                "SELECT FROM imports WHERE id = $1 AND owner = $2 AND digest = $3 AND expires_at > now()",
                [parameters[0], parameters[1], parameters[4]]
            ).isEmpty
            return isKnown ? .known : .taken
        }
    }

    /// One that was not read and checked to its end, since its reader is gone, is read anew: it has no summary yet.
    private static let begin = """
        INSERT INTO imports (id, owner, organisation, name, digest, attempt, state) VALUES ($1, $2, $3, $4, $5, $6, 'reading')
        ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, state = 'reading', done = 0
            WHERE imports.summary IS NULL AND imports.owner = excluded.owner AND imports.digest = excluded.digest
        RETURNING id
        """

    /// Takes over an import that is to be checked anew.
    /// - Returns: nil when it isn't one that can be: it is gone, being read, or posted.
    package func begin(checking id: BatchID) async throws -> UUID? {
        let attempt = UUID()
        return try await pool.connection { db in
            let rows = try db.query(
                "UPDATE imports SET attempt = $2, state = 'checking', done = 0 WHERE id = $1 AND state IN ('ready', 'checking') RETURNING id",
                [.uuid(id.uuid), .uuid(attempt)]
            )
            return rows.isEmpty ? nil : attempt
        }
    }

    package func tell(_ id: BatchID, _ attempt: UUID, state: String, done: Int) async throws {
        _ = try await pool.connection { db in
            try db.query(
                "UPDATE imports SET state = $3, done = $4 WHERE id = $1 AND attempt = $2 AND state IN ('reading', 'checking')",
                [.uuid(id.uuid), .uuid(attempt), .text(state), .int4(Int32(clamping: done))]
            )
        }
    }

    /// Forgets an import that can't be read.
    package func drop(_ id: BatchID, _ attempt: UUID) async throws {
        _ = try await pool.connection { db in
            try db.query("DELETE FROM imports WHERE id = $1 AND attempt = $2", [.uuid(id.uuid), .uuid(attempt)])
        }
    }

    /// Forgets an import that waits to be posted.
    /// - Returns: false when it is being read or checked, or is posted.
    package func discard(_ id: BatchID) async throws -> Bool {
        try await pool.connection { db in
            try db.query("DELETE FROM imports WHERE id = $1 AND state = 'ready'", [.uuid(id.uuid)]).affected > 0
        }
    }

    /// Forgets what is older than a day.
    /// - Returns: how many imports there were.
    package func dropExpired() async throws -> Int {
        try await pool.connection { db in try db.query("DELETE FROM imports WHERE expires_at <= now()").affected }
    }

    package func markPosted(_ id: BatchID, result: [UInt8]) async throws {
        _ = try await pool.connection { db in
            try db.query(
                "UPDATE imports SET state = 'posted', result = coalesce(result, $2) WHERE id = $1",
                [.uuid(id.uuid), .jsonb(result)]
            )
        }
    }
}
