import FoundationEssentials
import JSON
import Postgres
package import ReadModels
package import Recruiting
package import Tables

/// An import as it is kept.
package struct StoredImport: Sendable {
    package let id: BatchID
    package let owner: Subject
    package let organisation: OrganisationID?
    package let state: String
    /// Nil until it has been read.
    package let summary: ImportSummary?
    /// As clients get it.
    package let object: [UInt8]
}

extension ImportStore {
    private static let object = """
        jsonb_strip_nulls(jsonb_build_object('id', id, 'organisation', organisation, 'name', name, 'state', state, 'done', done,
            'createdAt', to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
            'expiresAt', to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'result', result)
            || coalesce(shown, '{}'))
        """

    package func find(_ id: BatchID) async throws -> StoredImport? {
        try await pool.connection { db in
            try db.query(
                "SELECT id, owner, organisation, state, summary, \(Self.object) FROM imports WHERE id = $1 AND expires_at > now()",
                [.uuid(id.uuid)]
            ).first.map(Self.stored)
        }
    }

    /// The newest imports of an account.
    package func list(of owner: Subject) async throws -> [[UInt8]] {
        try await pool.connection { db in
            try db.query(
                "SELECT \(Self.object) FROM imports WHERE owner = $1 AND expires_at > now() ORDER BY created_at DESC LIMIT 50",
                [.text(owner.description)]
            ).map { try $0.decode(0, as: [UInt8].self) }
        }
    }

    private static func stored(_ row: Row) throws -> StoredImport {
        return StoredImport(
            id: BatchID(try row.decode(0, as: UUID.self)),
            owner: try Subject(try row.decode(1, as: String.self)),
            organisation: try row.decodeIfPresent(2, as: UUID.self).map { OrganisationID($0) },
            state: try row.decode(3, as: String.self),
            summary: try row.decodeIfPresent(4, as: [UInt8].self).map { try JSONDocument($0).decode() },
            object: try row.decode(5, as: [UInt8].self)
        )
    }

    /// The table as it was read.
    package func table(of stored: StoredImport) async throws -> Table {
        var table = Table(origin: .text(.utf8, separator: ","))
        var last = -1
        while true {
            let after = last
            let rows = try await pool.connection { db in
                try db.query(
                    "SELECT number, cells, shared FROM import_rows WHERE import = $1 AND number > $2 ORDER BY number LIMIT $3",
                    [.uuid(stored.id.uuid), .int(after), .int(Self.chunk)]
                ).map(Self.row)
            }
            guard let end = rows.last else { return table }
            table.append(rows)
            last = end.number
        }
    }

    private static func row(_ row: Row) throws -> Table.Row {
        Table.Row(
            number: Int(try row.decode(0, as: Int32.self)),
            cells: try JSONDocument(try row.decode(1, as: [UInt8].self)).decode(),
            shared: try JSONDocument(try row.decode(2, as: [UInt8].self)).decode()
        )
    }

    /// The jobs of good rows, in their order.
    package func postings(of id: BatchID) async throws -> [(number: Int, job: JobID, posting: JobPosted)] {
        try await pool.connection { db in
            try db.query(
                "SELECT number, job, posting FROM import_rows WHERE import = $1 AND status = 'good' ORDER BY number",
                [.uuid(id.uuid)]
            ).map { row in
                (
                    Int(try row.decode(0, as: Int32.self)), JobID(try row.decode(1, as: UUID.self)),
                    try JobPosted(json: row.decode(2, as: [UInt8].self))
                )
            }
        }
    }

    /// What is wrong with a row, for a file of corrections.
    package struct Correction: Sendable {
        package let cells: [String]
        package let faults: [Fault]
        package let repeats: Int?
        package let status: String

        package struct Fault: Decodable, Sendable {
            package let place: Int?
            package let column: JobColumn
            package let code: String
            package let values: [String: String]?
            package let detail: String
        }
    }

    /// The rows below the header that name a job, with what is wrong with each.
    /// - Parameter onlyFaulty: without those in which nothing is wrong.
    package func corrections(of id: BatchID, onlyFaulty: Bool, _ body: (Correction) throws -> Void) async throws {
        var last = -1
        while true {
            let after = last
            let rows = try await pool.connection { db in
                try db.query(
                    """
                    SELECT number, cells, faults, repeats, status FROM import_rows
                    WHERE import = $1 AND number > $2 AND status = ANY($3) ORDER BY number LIMIT $4
                    """,
                    [
                        .uuid(id.uuid), .int(after), .texts(onlyFaulty ? ["faulty"] : ["good", "faulty", "repeated", "known"]),
                        .int(Self.chunk),
                    ]
                ).map { row in (Int(try row.decode(0, as: Int32.self)), try Self.correction(row)) }
            }
            guard let end = rows.last else { return }
            for (_, correction) in rows { try body(correction) }
            last = end.0
        }
    }

    private static func correction(_ row: Row) throws -> Correction {
        Correction(
            cells: try JSONDocument(try row.decode(1, as: [UInt8].self)).decode(),
            faults: try row.decodeIfPresent(2, as: [UInt8].self).map { try JSONDocument($0).decode() } ?? [],
            repeats: try row.decodeIfPresent(3, as: Int32.self).map { Int($0) },
            status: try row.decode(4, as: String.self)
        )
    }
}

extension ImportStore {
    private static let item = """
        jsonb_strip_nulls(jsonb_build_object('number', number, 'cells', cells, 'status', status, 'faults', faults, 'findings', findings,
            'repeats', repeats, 'job', job, 'posting', posting))
        """

    /// The rows of an import, in their order.
    package static func rows(of id: BatchID, status: String?) -> ListQuery<[UInt8]> {
        ListQuery(
            .ascending("imports.rows", .number("number")),
            of: item,
            from: "import_rows",
            where: ListFilter("import = ?", id) { .uuid($0.uuid) },
            ListFilter("status = ?", status) { .text($0) }
        )
    }
}
