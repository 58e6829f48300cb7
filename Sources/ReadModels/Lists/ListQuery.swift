import FoundationEssentials
package import Postgres

/// A page of a list, and where the next one begins.
package struct Page<Item: Sendable>: Sendable {
    package let items: [Item]
    /// The cursor of the next page; nil on the last.
    package let next: String?
}

/// A list in one of its orders: what one statement selects, a page at a time.
///
/// A page begins behind a row, which the cursor names by its key in the order, and not at a number of rows: what is inserted meanwhile
/// moves no row to another page, and PostgreSQL finds the place by an index.
package struct ListQuery<Item: Sendable>: Sendable {
    let order: ListOrder
    /// What an item is made of.
    let columns: String
    /// The tables that are listed, joined.
    let source: String
    let filters: [ListFilter]
    let item: @Sendable (Row) throws -> Item

    /// - Parameter cursor: as the page before gave it; nil for the first page.
    /// - Throws: ``CursorRefused`` for a cursor of another order, or of no list at all.
    package func page(after cursor: String?, limit: Int, in pool: PostgresPool) async throws -> Page<Item> {
        let (statement, parameters) = try statement(after: cursor, limit: limit)
        return try await pool.connection { db in
            let rows = try db.queryPlannedAnew(statement, parameters)
            let shown = rows.prefix(limit)
            let end = rows.count > limit ? try shown.last?.decode(0, as: [String].self) : nil
            return Page(items: try shown.map(item), next: end.map { Cursor(order: order.name, key: $0).text })
        }
    }

    /// How PostgreSQL would find a page, as EXPLAIN tells it in JSON.
    package func plan(after cursor: String? = nil, limit: Int, in db: borrowing Connection) throws -> String {
        let (statement, parameters) = try statement(after: cursor, limit: limit)
        return try db.query("EXPLAIN (FORMAT JSON) \(statement)", parameters)[0].decode(0, as: String.self)
    }

    /// Selects one row more than `limit`, which tells whether there is a next page. An item's columns stand behind the row's key.
    private func statement(after cursor: String?, limit: Int) throws(CursorRefused) -> (String, [Parameter]) {
        var parameters: [Parameter] = []
        var conditions: [String] = []
        for filter in filters {
            conditions.append(filter.condition(number: parameters.count + 1))
            parameters += [filter.parameter].compactMap(\.self)
        }
        if let cursor {
            conditions.append(order.condition(firstNumber: parameters.count + 1))
            parameters += try order.parameters(of: cursor)
        }
        let condition = conditions.isEmpty ? "" : "WHERE \(conditions.joined(separator: " AND "))"
        let statement = """
            SELECT \(order.key), \(columns) FROM \(source) \(condition) ORDER BY \(order.clause) LIMIT $\(parameters.count + 1)
            """
        return (statement, parameters + [.int8(Int64(limit) + 1)])
    }
}

extension ListQuery where Item == [UInt8] {
    /// A list of JSON objects in UTF-8, made by PostgreSQL in the shape in which clients get them.
    package init(_ order: ListOrder, of object: String, from source: String, where filters: ListFilter?...) {
        self.init(order: order, columns: object, source: source, filters: filters.compactMap(\.self)) { try $0.decode(1, as: [UInt8].self) }
    }
}

/// What rows of a list must be.
package struct ListFilter: Sendable {
    private let sql: String
    let parameter: Parameter?

    /// - Parameter sql: a condition of SQL, in which `?` stands for the parameter.
    package init(_ sql: String, _ parameter: Parameter? = nil) {
        self.sql = sql
        self.parameter = parameter
    }

    /// A filter by `value`; nil, which filters nothing, when none was asked for.
    package init?<Value>(_ sql: String, _ value: Value?, _ parameter: (Value) -> Parameter) {
        guard let value else { return nil }
        self.init(sql, parameter(value))
    }

    func condition(number: Int) -> String { "(\(sql.replacing("?", with: "$\(number)")))" }
}

extension PostgresPool {
    /// The one object that `statement` selects, if any.
    func object(_ statement: String, _ parameters: [Parameter]) async throws -> [UInt8]? {
        try await connection { db in
            try db.query(statement, parameters).first?.decode(0, as: [UInt8].self)
        }
    }
}
