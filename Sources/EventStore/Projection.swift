import EventSourcing
package import Postgres

/// Tables that are a function of the log.
///
/// A fold is a few set-based statements, each over the relation `batch`: the events of a window of positions, with the columns
/// of `events`. They run in order, in one transaction with the checkpoint. Names of tables are written without a schema: the
/// same statements fill the live tables, those of a rebuild, and a state as of a position.
package struct Projection: Sendable {
    package let name: String
    /// Every table the fold writes; none of another projection's.
    package let tables: [String]
    package let fold: [String]

    package init(name: String, tables: [String], fold: [String]) {
        self.name = name
        self.tables = tables
        self.fold = fold
    }

    /// Folds the events that `source` selects into the tables found first on the search path.
    package func apply(_ source: String, _ parameters: [Parameter], in session: borrowing Session) throws(PostgresError) {
        for statement in fold {
            let own = statement.hasPrefix("WITH ") ? ", " + statement.dropFirst(5) : " " + statement
            _ = try session.query("WITH batch AS (\(source))\(own)", parameters)
        }
    }

    /// Folds the window of positions past `after`, up to and with `through`.
    func apply(after: LogPosition, through: LogPosition, in session: borrowing Session) throws(PostgresError) {
        try apply(
            "SELECT * FROM events WHERE position > $1 AND position <= $2",
            [.int8(after.rawValue), .int8(through.rawValue)],
            in: session
        )
    }
}
