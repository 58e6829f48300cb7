import EventSourcing
import Postgres

extension Rebuild {
    /// Works in one snapshot: there the live tables stand still at their checkpoint, whoever folds on meanwhile, and the rebuild is brought
    /// to the same position in the same transaction.
    func compare(_ parts: [Projection.Part], _ db: borrowing Connection) throws -> Outcome {
        try db.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        let live = try Checkpoint.read(projection.name, in: db)
        try foldAll(parts, through: live, db)
        var differences: [String: Int] = [:]
        for table in projection.tables { differences[table] = try difference(table, db) }
        return Outcome(position: live, differences: differences)
    }

    /// Rows in which old and new tables differ. Whether there are any is told by sums of the rows' hashes, which need no sorting.
    private func difference(_ table: String, _ db: borrowing Connection) throws -> Int {
        let digest = "SELECT sum(hash_record_extended(t, 0)) FROM"
        let equal = "SELECT (\(digest) \(table) AS t) IS NOT DISTINCT FROM (\(digest) \(schema).\(table) AS t)"
        if try db.query(equal)[0].decode(0, as: Bool.self) { return 0 }
        let sides = ["\(table)", "\(schema).\(table)"]
        let rows = "(TABLE \(sides[0]) EXCEPT ALL TABLE \(sides[1])) UNION ALL (TABLE \(sides[1]) EXCEPT ALL TABLE \(sides[0]))"
        return try db.query("SELECT count(*) FROM (\(rows)) AS d")[0].decode(0, as: Int.self)
    }

    /// Runs with the live checkpoint held, so that both sides stand at the same position.
    /// - Throws: 55P03 when somebody reads a table for longer than others may be kept waiting behind this.
    func swap(_ parts: [Projection.Part], _ db: borrowing Connection) throws {
        try db.execute("SET LOCAL lock_timeout = '1s'")
        try foldAll(parts, through: try Checkpoint.lockWaiting(projection.name, in: db), db)
        for table in projection.tables {
            _ = try db.query("SELECT replace_table($1, $2)", [.text(schema), .text(table)])
        }
        try db.execute(
            """
            DELETE FROM parked_events WHERE projection = '\(projection.name)';
            UPDATE parked_events SET projection = '\(projection.name)' WHERE starts_with(projection, '\(schema)_');
            \(discarding)
            """
        )
    }
}
