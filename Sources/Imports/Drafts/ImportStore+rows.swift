package import FoundationEssentials
import JSON
import Postgres
package import Recruiting
package import Tables

extension ImportStore {
    /// A row as it is kept.
    struct StoredRow: Encodable {
        let number: Int
        let cells: [String]
        let shared: [Int]
        var status = "beside"
        var faults: [StoredFault]?
        var findings: [JobLint.Finding]?
        var repeats: Int?
        var job: JobID?
        var posting: JobPosted?
    }

    struct StoredFault: Encodable {
        let place: Int?
        let column: JobColumn
        let code: String
        let values: [String: String]?
        let detail: String

        init(_ fault: CellFault) {
            (place, column, code) = (fault.place, fault.column, fault.reason.code)
            values = fault.reason.values.isEmpty ? nil : fault.reason.values
            detail = fault.reason.description
        }
    }

    /// Rows that go to the database, or come from it, at a time.
    static let chunk = 1_000

    /// Checks the rows of a table and keeps what they come to, all of it or nothing.
    /// - Parameter advanced: hears how many rows have been checked; what it throws ends the work.
    /// - Throws: ``ImportSuperseded`` when somebody else has begun anew meanwhile.
    package func keep(
        _ table: Table,
        _ summary: ImportSummary,
        by reader: JobRowReader,
        of id: BatchID,
        _ attempt: UUID,
        _ advanced: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        try await pool.transaction { db in
            // One writes the rows of an import at a time; its row in `imports` stays free for whoever tells how far this is.
            _ = try db.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 14))", [.text(id.description)])
            _ = try db.query("DELETE FROM import_rows WHERE import = $1", [.uuid(id.uuid)])
            var (summary, reader, lines) = (summary, reader, [JobID: Int]())
            for start in stride(from: 0, to: table.rows.count, by: Self.chunk) {
                let rows = table.rows[start..<min(start + Self.chunk, table.rows.count)].map { reader.read($0) }
                let known = try Self.known(rows, in: db)
                let stored = rows.map { Self.stored($0, known, &lines, &summary.counts) }
                _ = try db.query(Self.insert, [.uuid(id.uuid), .jsonb(Self.json(stored))])
                try advanced(start + rows.count)
            }
            let kept = try db.query(
                "UPDATE imports SET state = 'ready', done = $3, summary = $4, shown = $5 WHERE id = $1 AND attempt = $2 RETURNING id",
                [
                    .uuid(id.uuid), .uuid(attempt), .int4(Int32(table.rows.count)), .jsonb(Self.json(summary)),
                    .jsonb(Self.json(summary.shown)),
                ]
            )
            guard !kept.isEmpty else { throw ImportSuperseded() }
        }
    }

    private static let insert = """
        INSERT INTO import_rows (import, number, cells, shared, status, faults, findings, repeats, job, posting)
        SELECT $1, number, cells, shared, status, faults, findings, repeats, job, posting FROM jsonb_to_recordset($2)
            AS row(number integer, cells jsonb, shared jsonb, status text, faults jsonb, findings jsonb, repeats integer, job uuid, posting jsonb)
        """

    /// Which of the rows' jobs are posted, as far as that has been folded.
    private static func known(_ rows: [JobRow], in db: borrowing Connection) throws -> Set<JobID> {
        let ids = rows.compactMap { if case .posting(_, let id, _) = $0.outcome { id.uuid } else { nil } }
        let found = try db.query("SELECT id FROM jobs WHERE id = ANY($1)", [.uuids(ids)])
        return Set(try found.map { JobID(try $0.decode(0, as: UUID.self)) })
    }

    private static func stored(
        _ row: JobRow,
        _ known: Set<JobID>,
        _ lines: inout [JobID: Int],
        _ counts: inout ImportSummary.Counts
    ) -> StoredRow {
        var stored = StoredRow(number: row.row.number, cells: row.row.cells, shared: row.row.shared)
        switch row.outcome {
        case .beside: counts.beside += 1
        case .faulty(let faults):
            (stored.status, stored.faults) = ("faulty", faults.map(StoredFault.init))
            counts.faulty += 1
        case .posting(let posting, let id, let findings):
            (stored.job, stored.posting) = (id, posting)
            if !findings.isEmpty { stored.findings = findings }
            if let line = lines[id] {
                (stored.status, stored.repeats) = ("repeated", line)
                counts.repeated += 1
            } else if known.contains(id) {
                stored.status = "known"
                counts.known += 1
            } else {
                stored.status = "good"
                counts.good += 1
                if !findings.isEmpty { counts.flagged += 1 }
            }
            lines[id] = lines[id] ?? row.row.number
        }
        return stored
    }

    static func json(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}

/// Somebody else has begun the same work anew.
package struct ImportSuperseded: Error {}
