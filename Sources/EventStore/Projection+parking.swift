import EventSourcing
import Postgres

extension Projection {
    /// Folds what the part takes of the window of positions past `after`, up to and with `through`, but for the events that can't be
    /// folded: those are parked under `name`, with the reason. They are found by halving the window under savepoints, so that it all
    /// remains one transaction and no other event is taken for one of them.
    ///
    /// - Returns: what was parked.
    /// - Throws: what is no event's fault. The transaction is then to be rolled back.
    func fold(
        after: LogPosition,
        through: LogPosition,
        _ part: Part = .whole,
        parkingAs name: String,
        in db: borrowing Connection
    ) throws(PostgresError) -> [LogPosition] {
        try db.execute("SAVEPOINT fold")
        do throws(PostgresError) {
            try apply(after: after, through: through, part, in: db)
            try db.execute("RELEASE SAVEPOINT fold")
            return []
        } catch {
            guard error.isFaultOfEvent else { throw error }
            try db.execute("ROLLBACK TO SAVEPOINT fold; RELEASE SAVEPOINT fold")
            let count = Int(through.rawValue - after.rawValue)
            guard count > 1 else {
                try Checkpoint.park(through, of: name, because: error, in: db)
                return [through]
            }
            let middle = after.advanced(by: count / 2)
            let first = try fold(after: after, through: middle, part, parkingAs: name, in: db)
            return first + (try fold(after: middle, through: through, part, parkingAs: name, in: db))
        }
    }
}

extension PostgresError {
    /// The statements met a value that they can't take: a cast, a constraint, a limit. Anything else (a table that is missing, a
    /// right that isn't granted, a server that is away) would be no better without the event.
    /// Classes of SQLSTATE: PostgreSQL manual, Appendix A.
    fileprivate var isFaultOfEvent: Bool {
        sqlState.map { ["21", "22", "23", "54", "P0"].contains($0.prefix(2)) } ?? false
    }
}
