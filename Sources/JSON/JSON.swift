/// A JSON text as a tree.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// A number without a fraction, however it is written (JSON Schema 2020-12, core, section 4.2.1), that `Int` holds.
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The tree of `bytes`.
    /// - Throws: ``Malformed`` with the place at which the text stops being JSON.
    package init(parsing bytes: [UInt8]) throws(Malformed) {
        self.init(try JSONDocument(bytes))
    }

    package init(_ document: JSONDocument) {
        self.init(document, 0)
    }

    /// No deeper than the reader lets a text nest.
    private init(_ document: JSONDocument, _ place: Int) {
        switch document.values[place].kind {
        case .null: self = .null
        case .true: self = .bool(true)
        case .false: self = .bool(false)
        case .whole, .number: self = document.integer(at: place).map(JSON.integer) ?? .number(document.number(at: place))
        case .string, .escapedString: self = .string(document.string(at: place))
        case .array: self = .array(document.elements(of: place).map { JSON(document, $0) })
        case .object:
            let members = document.elements(of: place).map { (document.string(at: $0 - 1), JSON(document, $0)) }
            self = .object(Dictionary(uniqueKeysWithValues: members))
        }
    }

    package struct Malformed: Error, Equatable, CustomStringConvertible {
        /// The place of the fault, lines and columns counted from 1; a column is a byte.
        package let line: Int
        package let column: Int
        package let detail: String

        package var description: String { "line \(line), column \(column): \(detail)" }
    }

    package subscript(name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members[name]
    }

    package var text: String? {
        guard case .string(let value) = self else { return nil }
        return value
    }

    package var integer: Int? {
        guard case .integer(let value) = self else { return nil }
        return value
    }

    package var items: [JSON]? {
        guard case .array(let value) = self else { return nil }
        return value
    }

    package var members: [String: JSON]? {
        guard case .object(let value) = self else { return nil }
        return value
    }
}
