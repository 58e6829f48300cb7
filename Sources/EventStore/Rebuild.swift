package import EventSourcing
package import Postgres

/// Builds a projection's tables anew beside the live ones, compares them, and puts them in their place.
///
/// The rebuild has a schema and a checkpoint of its own: one that was stopped goes on where it was. Live folding goes on
/// meanwhile, also while the tables are compared, and only pauses for the swap. It meets the parked events again in their order:
/// those it can fold are parked no longer, and account for rows in which old and new tables differ.
///
/// Rebuilds of different projections write no table in common and may run at the same time.
package struct Rebuild: Sendable {
    package struct Progress: Sendable {
        package let position: LogPosition
        package let end: LogPosition
        /// Events a second in this run; those of a run before it count for nothing.
        package let rate: Double

        /// At that rate.
        package var timeLeft: Duration { .seconds(Double(end.rawValue - position.rawValue) / max(rate, 1)) }
    }

    package struct Outcome: Sendable {
        /// The position at which old and new tables were compared.
        package let position: LogPosition
        /// Rows in which they differed, by table: there to be zero.
        package let differences: [String: Int]
    }

    private let projection: Projection
    private let pool: PostgresPool
    private let window: Int

    private var schema: String { "rebuild_\(projection.name)" }

    /// - Parameter window: events folded in one transaction.
    package init(_ projection: Projection, in pool: PostgresPool, window: Int = 100_000) {
        self.projection = projection
        self.pool = pool
        self.window = window
    }

    /// - Parameter report: called after each window.
    package func run(report: @Sendable (Progress) -> Void = { _ in }) async throws -> Outcome {
        let start = (position: try await prepare(), time: ContinuousClock.now)
        try await catchUp(from: start, report)
        let outcome = try await pool.transaction { session in try compare(session) }
        while true {
            // Comparing and waiting took their time.
            try await catchUp(from: start, report)
            do {
                try await pool.transaction { session in try swap(session) }
                return outcome
            } catch let error as PostgresError where error.sqlState == "55P03" {
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// Folds until it is where the live tables are.
    private func catchUp(from start: (position: LogPosition, time: ContinuousClock.Instant), _ report: (Progress) -> Void) async throws {
        while true {
            try Task.checkCancellation()
            let end = try await Checkpoint.read(projection.name, in: pool)
            let position = try await pool.transaction { session in
                // What a crash takes back here is folded again from the log: no need to make appends wait for the disk.
                try session.execute("SET LOCAL synchronous_commit = off")
                return try foldOn(through: end, session)
            }
            let seconds = (ContinuousClock.now - start.time) / .seconds(1)
            let folded = Double(position.rawValue - start.position.rawValue)
            report(Progress(position: position, end: max(end, position), rate: folded / max(seconds, 0.001)))
            if position >= end { return }
        }
    }

    /// Drops what an unfinished rebuild left behind.
    package func discard() async throws {
        let schema = schema
        try await pool.transaction { session in
            try session.execute(Self.discard(schema))
        }
    }

    private static func discard(_ schema: String) -> String {
        """
        DROP SCHEMA IF EXISTS \(schema) CASCADE;
        DELETE FROM parked_events WHERE projection = '\(schema)';
        DELETE FROM checkpoints WHERE projection = '\(schema)'
        """
    }

    /// Goes on with what is there, unless it was begun with another fold or for tables of another form.
    /// - Returns: where it begins.
    private func prepare() async throws -> LogPosition {
        let schema = schema
        let tables = projection.tables.map { "CREATE TABLE IF NOT EXISTS \(schema).\($0) (LIKE \($0) INCLUDING ALL);" }
        return try await pool.transaction { session in
            let fingerprint = try fingerprint(session)
            let found = try session.query("SELECT obj_description(to_regnamespace($1), 'pg_namespace')", [.text(schema)])
            if try found[0].decodeIfPresent(0, as: String.self) != fingerprint { try session.execute(Self.discard(schema)) }
            try session.execute(
                """
                CREATE SCHEMA IF NOT EXISTS \(schema);
                COMMENT ON SCHEMA \(schema) IS '\(fingerprint)';
                \(tables.joined(separator: "\n"))
                INSERT INTO checkpoints (projection) VALUES ('\(schema)') ON CONFLICT DO NOTHING;
                """
            )
            return try Checkpoint.read(schema, in: session)
        }
    }

    /// Of the fold's statements and the live tables' columns.
    private func fingerprint(_ session: borrowing Session) throws -> String {
        let columns = """
            SELECT md5($1 || string_agg(concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull), ','
                ORDER BY attrelid::regclass::text, attnum))
            FROM pg_attribute WHERE attrelid = ANY ($2::regclass[]) AND attnum > 0 AND NOT attisdropped
            """
        let fold = projection.fold.joined(separator: ";")
        return try session.query(columns, [.text(fold), .texts(projection.tables)])[0].decode(0, as: String.self)
    }

    /// Folds up to a window of events into the rebuild's own tables.
    /// - Returns: how far they are.
    private func foldOn(through end: LogPosition, _ session: borrowing Session) throws -> LogPosition {
        guard let after = try Checkpoint.lock(schema, in: session) else { throw RebuildError.underWay(projection.name) }
        let through = min(end, after.advanced(by: window))
        guard through > after else { return after }
        let path = try session.query("SELECT current_setting('search_path')")[0].decode(0, as: String.self)
        let setPath = "SELECT set_config('search_path', $1, true)"
        _ = try session.query(setPath, [.text("\(schema), \(path)")])
        _ = try projection.fold(after: after, through: through, parkingAs: schema, in: session)
        _ = try session.query(setPath, [.text(path)])
        try Checkpoint.move(schema, to: through, in: session)
        return through
    }

    /// In one snapshot: there the live tables stand still at their checkpoint, whoever folds on meanwhile, and the rebuild is brought
    /// to the same position in the same transaction.
    private func compare(_ session: borrowing Session) throws -> Outcome {
        try session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        let live = try Checkpoint.read(projection.name, in: session)
        while try foldOn(through: live, session) < live {}
        var differences: [String: Int] = [:]
        for table in projection.tables {
            let count =
                "SELECT count(*) FROM ((TABLE \(table) EXCEPT ALL TABLE \(schema).\(table)) UNION ALL (TABLE \(schema).\(table) EXCEPT ALL TABLE \(table))) AS d"
            differences[table] = Int(try session.query(count)[0].decode(0, as: Int64.self))
        }
        return Outcome(position: live, differences: differences)
    }

    /// With the live checkpoint held, so that both sides stand at the same position.
    /// - Throws: 55P03 when somebody reads a table for longer than others may be kept waiting behind this.
    private func swap(_ session: borrowing Session) throws {
        try session.execute("SET LOCAL lock_timeout = '1s'")
        let live = try Checkpoint.lockWaiting(projection.name, in: session)
        while try foldOn(through: live, session) < live {}
        for table in projection.tables {
            _ = try session.query("SELECT replace_table($1, $2)", [.text(schema), .text(table)])
        }
        try session.execute(
            """
            DELETE FROM parked_events WHERE projection = '\(projection.name)';
            UPDATE parked_events SET projection = '\(projection.name)' WHERE projection = '\(schema)';
            \(Self.discard(schema))
            """
        )
    }
}

package enum RebuildError: Error, CustomStringConvertible {
    case underWay(String)

    package var description: String {
        switch self {
        case .underWay(let projection): "Another process is rebuilding \(projection) right now."
        }
    }
}
