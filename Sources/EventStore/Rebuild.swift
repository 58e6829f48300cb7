package import EventSourcing
package import Postgres
import Synchronization

/// Builds a projection's tables anew beside the live ones, compares them, and puts them in their place.
///
/// The rebuild has a schema and checkpoints of its own: one that was stopped goes on where it was, in as many parts as it has. They
/// fold at the same time, each the events of some of the keys. Live folding goes on meanwhile, also while the tables are compared, and
/// only pauses for the swap. The rebuild meets the parked events again in their order: those it can fold are parked no longer, and
/// account for rows in which old and new tables differ.
///
/// Rebuilds of different projections write no table in common and may run at the same time.
package struct Rebuild: Sendable {
    package struct Progress: Sendable {
        /// How far the parts of the rebuild are in the mean.
        package let position: LogPosition
        package let end: LogPosition
        /// Events a second in this run; those of a run before it count for nothing.
        package let rate: Double

        /// The time until the end is reached at this rate.
        package var timeLeft: Duration { .seconds(Double(end.rawValue - position.rawValue) / max(rate, 1)) }
    }

    package struct Outcome: Sendable {
        /// The position at which old and new tables were compared.
        package let position: LogPosition
        /// Rows in which they differed, by table: there to be zero.
        package let differences: [String: Int]
    }

    package let projection: Projection
    /// Into how many parts a rebuild is divided that begins anew; one that goes on keeps those it has.
    let parts: Int
    private let pool: PostgresPool
    private let window: Int

    var schema: String { "rebuild_\(projection.name)" }

    /// - Parameters:
    ///   - window: events folded in one transaction.
    ///   - parts: how many fold at the same time, where the pool has as many connections.
    package init(_ projection: Projection, in pool: PostgresPool, window: Int = 50_000, parts: Int = 1) {
        self.projection = projection
        self.pool = pool
        self.window = window
        self.parts = parts
    }

    /// Rebuilds of several projections, to run at the same time and begin in this order: the one with the largest tables first and in
    /// `parts`, so that it doesn't outlast the others. Those have one part each, as every part reads all of a window.
    package static func several(_ projections: [Projection], in pool: PostgresPool, parts: Int) async throws -> [Rebuild] {
        let size = "SELECT coalesce(sum(pg_total_relation_size(t)), 0)::bigint FROM unnest($1::regclass[]) AS t"
        let sizes = try await pool.connection { db in
            try projections.map { try db.query(size, [.texts($0.tables)])[0].decode(0, as: Int64.self) }
        }
        let order = projections.indices.sorted { sizes[$0] > sizes[$1] }
        return order.map { Rebuild(projections[$0], in: pool, parts: $0 == order[0] ? parts : 1) }
    }

    /// - Parameter report: called after each window of a part.
    package func run(report: @escaping @Sendable (Progress) -> Void = { _ in }) async throws -> Outcome {
        let course = Course(from: try await prepare(), report)
        try await catchUp(course)
        let outcome = try await pool.transaction { db in try compare(course.parts, db) }
        while true {
            // Comparing and waiting took their time.
            try await catchUp(course)
            do {
                try await pool.transaction { db in try swap(course.parts, db) }
                return outcome
            } catch let error as PostgresError where error.sqlState == "55P03" {
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    /// What a crash takes back is folded again from the log: no need to make appends wait for the disk. A window is read in order, and
    /// its sorts and the rows it looks up stay in memory.
    private static let settings = """
        SET LOCAL synchronous_commit = off; SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1
        """

    /// Folds until all parts are where the live tables are.
    private func catchUp(_ course: Course) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for part in course.parts { group.addTask { try await catchUp(part, course) } }
            try await group.waitForAll()
        }
    }

    /// Over one connection all the way: whoever comes later takes over one that has nothing left to do, instead of slowing the others.
    private func catchUp(_ part: Projection.Part, _ course: Course) async throws {
        try await pool.connection { db in
            while true {
                let end = try Checkpoint.read(projection.name, in: db)
                let position = try db.transaction { db in
                    try db.execute(Self.settings)
                    return try foldOn(part, through: end, db)
                }
                course.reached(position, part, of: max(end, position))
                if position >= end { return }
            }
        }
    }

    /// Drops what an unfinished rebuild left behind.
    /// - Returns: whether there was any.
    /// - Throws: ``RebuildError`` while another process folds.
    @discardableResult
    package func discard() async throws -> Bool {
        try await pool.transaction { db in
            let own = "SELECT FROM checkpoints WHERE starts_with(projection, '\(schema)_')"
            let parts = try db.query(own).count
            guard try db.query("\(own) FOR UPDATE SKIP LOCKED").count == parts else { throw RebuildError.underWay(projection.name) }
            try db.execute(discarding)
            return parts > 0
        }
    }

    var discarding: String {
        """
        DROP SCHEMA IF EXISTS \(schema) CASCADE;
        DELETE FROM parked_events WHERE starts_with(projection, '\(schema)_');
        DELETE FROM checkpoints WHERE starts_with(projection, '\(schema)_')
        """
    }

    /// Goes on with what is there, unless it was begun with another fold or for tables of another form.
    /// - Returns: where each part begins.
    private func prepare() async throws -> [LogPosition] {
        let tables = projection.tables.map { "CREATE TABLE IF NOT EXISTS \(schema).\($0) (LIKE \($0) INCLUDING ALL);" }
        let own = "FROM checkpoints WHERE starts_with(projection, '\(schema)_')"
        return try await pool.transaction { db in
            let fingerprint = try fingerprint(db)
            let begun = "SELECT obj_description(to_regnamespace($1), 'pg_namespace') WHERE EXISTS (SELECT \(own))"
            if try db.query(begun, [.text(schema)]).first?.decodeIfPresent(0, as: String.self) != fingerprint {
                try db.execute(
                    """
                    \(discarding);
                    CREATE SCHEMA \(schema);
                    COMMENT ON SCHEMA \(schema) IS '\(fingerprint)';
                    INSERT INTO checkpoints (projection) SELECT '\(schema)_' || part FROM generate_series(1, \(parts)) AS part
                    """
                )
            }
            try db.execute(tables.joined(separator: "\n"))
            return try db.query("SELECT position \(own) ORDER BY length(projection), projection").map {
                LogPosition(try $0.decode(0, as: Int64.self))
            }
        }
    }

    /// A fingerprint of the fold's statements and the live tables' columns.
    private func fingerprint(_ db: borrowing Connection) throws -> String {
        let columns = """
            SELECT md5($1 || string_agg(concat_ws(' ', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull), ','
                ORDER BY attrelid::regclass::text, attnum))
            FROM pg_attribute WHERE attrelid = ANY ($2::regclass[]) AND attnum > 0 AND NOT attisdropped
            """
        let fold = projection.fold.joined(separator: ";")
        return try db.query(columns, [.text(fold), .texts(projection.tables)])[0].decode(0, as: String.self)
    }

    private func checkpoint(_ part: Projection.Part) -> String { "\(schema)_\(part.index + 1)" }

    /// Folds all parts up to and with `end`.
    func foldAll(_ parts: [Projection.Part], through end: LogPosition, _ db: borrowing Connection) throws {
        for part in parts {
            while try foldOn(part, through: end, db) < end {}
        }
    }

    /// Folds up to a window of events into the rebuild's own tables.
    /// - Returns: how far the part is.
    private func foldOn(_ part: Projection.Part, through end: LogPosition, _ db: borrowing Connection) throws -> LogPosition {
        let checkpoint = checkpoint(part)
        guard let after = try Checkpoint.lock(checkpoint, in: db) else { throw RebuildError.underWay(projection.name) }
        let through = min(end, after.advanced(by: window))
        guard through > after else {
            // It tells that somebody works at it.
            try Checkpoint.move(checkpoint, to: after, in: db)
            return after
        }
        let path = try db.query("SELECT current_setting('search_path')")[0].decode(0, as: String.self)
        let setPath = "SELECT set_config('search_path', $1, true)"
        _ = try db.query(setPath, [.text("\(schema), \(path)")])
        _ = try projection.fold(after: after, through: through, part, parkingAs: checkpoint, in: db)
        _ = try db.query(setPath, [.text(path)])
        try Checkpoint.move(checkpoint, to: through, in: db)
        return through
    }
}

/// How far the parts of a rebuild have come.
private final class Course: Sendable {
    let parts: [Projection.Part]
    private let positions: Mutex<[LogPosition]>
    private let start: Double
    private let time = ContinuousClock.now
    private let report: @Sendable (Rebuild.Progress) -> Void

    init(from positions: [LogPosition], _ report: @escaping @Sendable (Rebuild.Progress) -> Void) {
        parts = positions.indices.map { Projection.Part(index: $0, count: positions.count) }
        self.positions = Mutex(positions)
        self.report = report
        start = Self.mean(positions)
    }

    func reached(_ position: LogPosition, _ part: Projection.Part, of end: LogPosition) {
        let mean = positions.withLock { positions in
            positions[part.index] = position
            return Self.mean(positions)
        }
        let seconds = (ContinuousClock.now - time) / .seconds(1)
        report(Rebuild.Progress(position: LogPosition(Int64(mean)), end: end, rate: (mean - start) / max(seconds, 0.001)))
    }

    private static func mean(_ positions: [LogPosition]) -> Double {
        positions.reduce(0) { $0 + Double($1.rawValue) } / Double(positions.count)
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
