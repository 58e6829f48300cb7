import FoundationEssentials
import JSON
import Postgres

/// An order of a list, by columns of which the last tells any two rows apart. All of them ascend, or all descend, so that an index over
/// them serves the order and its reverse.
package struct ListOrder: Sendable {
    package enum Column: Sendable {
        case number(String)
        /// A moment, to the microsecond.
        case moment(String)
        case day(String)
        case text(String)
        case id(String)
    }

    /// The name of list and order, as in `sessions.soonest`: a cursor holds in its own order of its own list alone.
    let name: String
    let columns: [Column]
    let isDescending: Bool

    package static func ascending(_ name: String, _ columns: Column...) -> ListOrder {
        ListOrder(name: name, columns: columns, isDescending: false)
    }

    package static func descending(_ name: String, _ columns: Column...) -> ListOrder {
        ListOrder(name: name, columns: columns, isDescending: true)
    }

    var clause: String { columns.map { isDescending ? "\($0.sql) DESC" : $0.sql }.joined(separator: ", ") }

    /// The row's key, as texts that a cursor holds.
    var key: String { "ARRAY[\(columns.map(\.selected).joined(separator: ", "))]" }

    /// What comes behind the row whose key the parameters hold, the first of which has this number.
    func condition(firstNumber: Int) -> String {
        let values = columns.enumerated().map { place, column in column.value(number: firstNumber + place) }.joined(separator: ", ")
        return "(\(columns.map(\.sql).joined(separator: ", "))) \(isDescending ? "<" : ">") (\(values))"
    }

    func parameters(of cursor: String) throws(CursorRefused) -> [Parameter] {
        guard let cursor = Cursor(cursor), cursor.order == name, cursor.key.count == columns.count else { throw CursorRefused() }
        let parameters = zip(columns, cursor.key).compactMap { column, text in column.parameter(text) }
        guard parameters.count == columns.count else { throw CursorRefused() }
        return parameters
    }
}

extension ListOrder.Column {
    var sql: String {
        switch self {
        case .number(let sql), .moment(let sql), .day(let sql), .text(let sql), .id(let sql): sql
        }
    }

    var selected: String {
        switch self {
        case .number(let sql), .id(let sql): "(\(sql))::text"
        case .moment(let sql): "(extract(epoch FROM \(sql)) * 1000000)::bigint::text"
        case .day(let sql): "(\(sql) - date 'epoch')::text"
        case .text(let sql): sql
        }
    }

    func value(number: Int) -> String {
        switch self {
        case .number: "$\(number)::bigint"
        case .moment: "'epoch'::timestamptz + $\(number)::bigint * interval '1 microsecond'"
        case .day: "date 'epoch' + $\(number)::bigint::integer"
        case .text: "$\(number)::text"
        case .id: "$\(number)::uuid"
        }
    }

    /// Microseconds since 1970 that a moment can have: those that a floating-point number tells apart, to the year 2255.
    private static let moments = 0...Int64(1) << 53

    /// Days since 1970 that a date can have in PostgreSQL, and more than any of ours.
    private static let days = Int64(0)...1_000_000

    /// The text as a parameter; nil when it is no value of the column.
    func parameter(_ text: String) -> Parameter? {
        switch self {
        case .number: Int64(text).map { .int8($0) }
        case .moment: Int64(text).flatMap { Self.moments.contains($0) ? .int8($0) : nil }
        case .day: Int64(text).flatMap { Self.days.contains($0) ? .int8($0) : nil }
        case .text: text.utf8.contains(0) ? nil : .text(text)
        case .id: UUID(uuidString: text).map { .uuid($0) }
        }
    }
}

/// Where a page of a list begins: behind the row with this key. For clients it is a text that tells nothing.
struct Cursor: Sendable, Hashable {
    /// The name of the order in which it holds.
    let order: String
    let key: [String]

    init(order: String, key: [String]) {
        self.order = order
        self.key = key
    }

    /// The cursor that `text` was made of; nil when it was made of none.
    init?(_ text: String) {
        let base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - base64.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: base64 + padding), let parts = try? JSONDocument([UInt8](data)).decode([String].self),
            let order = parts.first
        else { return nil }
        self.init(order: order, key: Array(parts.dropFirst()))
    }

    /// The cursor as clients send it back: base64url without padding (RFC 4648 §5).
    var text: String {
        // Texts can always be written as JSON.
        let data = try! JSONEncoder().encode([order] + key)
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// The list gave no such cursor, or gave it in another order.
package struct CursorRefused: Error {}
