import EventSourcing
package import Postgres

/// Tables that are a function of the log.
///
/// A fold is a few set-based statements over the relations `facts` and `audience`: what each lane of the log has in a window of
/// positions, with the columns of `events`, and `id`, which is what stands after the category
/// in the stream's name. They run in order, in one transaction with the checkpoint. Names of tables are written
/// without a schema: the same statements fill the live tables, those of a rebuild, and a state as of a position.
package struct Projection: Sendable {
    /// What tells which rows an event concerns: events with different keys write no row in common.
    package enum Key: Sendable {
        case stream, correlation

        fileprivate var hash: String {
            switch self {
            case .stream: "hashtext(stream)"
            case .correlation: "coalesce(uuid_hash(correlation), 0)"
            }
        }
    }

    /// The keys that one of several folds at once takes.
    struct Part: Sendable {
        static let whole = Part(index: 0, count: 1)

        let index: Int
        let count: Int
    }

    package let name: String
    /// Every table the fold writes; none of another projection's.
    package let tables: [String]
    package let key: Key
    package let fold: [String]

    package init(name: String, tables: [String], key: Key, fold: [String]) {
        self.name = name
        self.tables = tables
        self.key = key
        self.fold = fold
    }

    /// Folds the events for which `condition` holds into the tables found first on the search path.
    package func apply(where condition: String, _ parameters: [Parameter], in db: borrowing Connection) throws(PostgresError) {
        let id = "substr(stream, strpos(stream, '-') + 1)"
        let lanes = """
            WITH facts AS (SELECT *, \(id) AS id FROM events WHERE lane = 0 AND \(condition)),
            audience AS (SELECT *, \(id) AS id FROM events WHERE lane = 1 AND \(condition))
            """
        for statement in fold {
            let own = statement.hasPrefix("WITH ") ? ", " + statement.dropFirst(5) : " " + statement
            _ = try db.query(lanes + own, parameters)
        }
    }

    /// Folds what the part takes of the window of positions past `after`, up to and with `through`.
    func apply(after: LogPosition, through: LogPosition, _ part: Part = .whole, in db: borrowing Connection) throws(PostgresError) {
        let window = "position > $1 AND position <= $2"
        let keys = part.count == 1 ? "" : " AND (\(key.hash) & 2147483647) % \(part.count) = \(part.index)"
        try apply(where: window + keys, [.int8(after.rawValue), .int8(through.rawValue)], in: db)
    }
}
