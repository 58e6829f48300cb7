import EventSourcing
import EventStore
import Postgres

/// A projection as small as one can be: how many events each stream has, and the sum of their numbers.
enum Totals {
    static let projection = Projection(
        name: "totals",
        tables: ["totals"],
        key: .stream,
        fold: [
            """
            INSERT INTO totals (stream, events, sum)
            SELECT stream, count(*), sum((data->>'number')::bigint) FROM facts WHERE type = 'Noted' GROUP BY stream
            ON CONFLICT (stream) DO UPDATE SET events = totals.events + excluded.events, sum = totals.sum + excluded.sum
            """
        ]
    )

    /// The same with a number that can't be read counted as 0.
    static let lenient = Projection(
        name: "totals",
        tables: ["totals"],
        key: .stream,
        fold: [
            """
            INSERT INTO totals (stream, events, sum)
            SELECT stream, count(*), coalesce(sum((substring(data->>'number' FROM '^[0-9]+$'))::bigint), 0)
            FROM facts WHERE type = 'Noted' GROUP BY stream
            ON CONFLICT (stream) DO UPDATE SET events = totals.events + excluded.events, sum = totals.sum + excluded.sum
            """
        ]
    )

    static func prepare(_ pool: PostgresPool) async throws {
        try await pool.connection { db in
            try db.execute(
                """
                CREATE TABLE totals (stream text PRIMARY KEY, events bigint NOT NULL, sum bigint NOT NULL);
                INSERT INTO checkpoints (projection) VALUES ('totals')
                """
            )
        }
    }

    /// Appends `count` events, of which those at `poison` can't be folded.
    static func fill(_ log: EventLog, _ count: Int64, poison: Set<Int64>) async throws {
        for first in stride(from: 1, through: count, by: 100) {
            let positions = first...min(first + 99, count)
            let events = positions.map { position in
                let number = poison.contains(position) ? #""seven""# : "\(position)"
                return NewEvent(stream: StreamName("t-\(position)"), type: "Noted", data: Array(#"{"number": \#(number)}"#.utf8))
            }
            let expected = Dictionary(uniqueKeysWithValues: events.map { ($0.stream, 0) })
            _ = try await log.append(Append(events, expected: expected, origin: .recruiter))
        }
    }

    /// As if nothing had been folded yet.
    static func reset(_ pool: PostgresPool) async throws {
        try await pool.connection { try $0.execute("TRUNCATE totals, parked_events; UPDATE checkpoints SET position = 0") }
    }

    /// Rows that differ from what the log up to `position` says they must be; events that are no numbers left out, or counted as 0.
    static func faults(in pool: PostgresPool, through position: Int64 = .max, isLenient: Bool = false) async throws -> Int {
        try await steadily(pool) { db in
            let rows = try db.query(
                """
                WITH wanted AS (
                    SELECT stream, count(*), coalesce(sum((substring(data->>'number' FROM '^[0-9]+$'))::bigint), 0)::bigint FROM events
                    WHERE position <= $2 AND type = 'Noted' AND ($1 OR data->>'number' ~ '^[0-9]+$') GROUP BY stream)
                SELECT count(*) FROM ((TABLE wanted EXCEPT ALL TABLE totals) UNION ALL (TABLE totals EXCEPT ALL TABLE wanted)) AS d
                """,
                [.bool(isLenient), .int8(position)]
            )
            return try rows[0].decode(0, as: Int.self)
        }
    }

    static func parked(in pool: PostgresPool) async throws -> [Int64] {
        try await steadily(pool) { db in
            try db.query("SELECT position FROM parked_events WHERE projection = 'totals' ORDER BY position")
                .map { try $0.decode(0, as: Int64.self) }
        }
    }

    static func checkpoint(in pool: PostgresPool) async throws -> (position: Int64, error: String?) {
        try await steadily(pool) { db in
            let row = try db.query("SELECT position, error FROM checkpoints WHERE projection = 'totals'")[0]
            return (try row.decode(0, as: Int64.self), try row.decodeIfPresent(1, as: String.self))
        }
    }
}

/// Runs `body` with a log of `count` events, of which those at `poison` can't be folded, and a table for ``Totals``.
func withTotals(
    _ count: Int64,
    poison: Set<Int64> = [],
    _ body: @escaping @Sendable (EventLog, PostgresPool) async throws -> Void
) async throws {
    try await withLog { log, pool in
        try await Totals.prepare(pool)
        try await Totals.fill(log, count, poison: poison)
        try await body(log, pool)
    }
}

/// Ends the connections that fold just now.
func cutFolds(_ pool: PostgresPool) async throws {
    _ = try await steadily(pool) { db in
        try db.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'WITH facts%' AND state <> 'idle'
            """
        )
    }
}

/// Again when the connection was one that folded a moment ago, and was cut for it.
private func steadily<Result: Sendable>(
    _ pool: PostgresPool,
    _ body: @escaping @Sendable (borrowing Connection) throws -> Result
) async throws -> Result {
    while true {
        do { return try await pool.connection(body) } catch let error as PostgresError where error.isUnavailable {}
    }
}
