import Postgres

/// Rows of an answer as JSON objects in UTF-8, made by PostgreSQL in the shape in which clients get them.
package struct Page: Sendable {
    package let items: [[UInt8]]
    /// Where the next page begins; nil on the last.
    package let next: Int64?
}

extension PostgresPool {
    /// The page that `statement` selects as (cursor, object) in the order of the cursor.
    ///
    /// Its last parameter is the limit: one row more than `limit` is asked for, which tells whether there is a next page.
    func page(_ statement: String, _ parameters: [Parameter], limit: Int) async throws -> Page {
        try await connection { db in
            let rows = try db.query(statement, parameters + [.int8(Int64(limit) + 1)])
            let shown = rows.prefix(limit)
            return Page(
                items: try shown.map { try $0.decode(1, as: [UInt8].self) },
                next: rows.count > limit ? try shown.last?.decode(0, as: Int64.self) : nil
            )
        }
    }

    /// The one object that `statement` selects, if any.
    func object(_ statement: String, _ parameters: [Parameter]) async throws -> [UInt8]? {
        try await connection { db in
            try db.query(statement, parameters).first?.decode(0, as: [UInt8].self)
        }
    }
}
