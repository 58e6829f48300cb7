/// A JSON text as a tree, read strictly (RFC 8259): valid UTF-8, no name twice in an object, no U+0000, at most 64 levels deep.
package enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// The tree of `bytes`.
    /// - Throws: ``Malformed`` with the place at which the text stops being JSON.
    package init(parsing bytes: [UInt8]) throws(Malformed) {
        var reader = Reader(bytes: bytes)
        self = try reader.document()
    }

    package struct Malformed: Error, Equatable {
        /// The place of the fault, lines and columns counted from 1; a column is a byte.
        package let line: Int
        package let column: Int
        package let detail: String
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

extension JSON {
    private struct Reader {
        let bytes: [UInt8]
        var index = 0
        var depth = 0

        /// A limit of our own: no body of this API nests deeper than 8.
        static let deepest = 64

        mutating func document() throws(Malformed) -> JSON {
            guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { throw fail("a byte order mark (BOM): send UTF-8 without one") }
            skipSpace()
            let value = try value()
            skipSpace()
            guard index == bytes.count else { throw fail("more text after the end of the JSON value") }
            return value
        }

        mutating func value() throws(Malformed) -> JSON {
            switch peek {
            case UInt8(ascii: "{"): return try nested { reader throws(Malformed) in try reader.object() }
            case UInt8(ascii: "["): return try nested { reader throws(Malformed) in try reader.array() }
            case UInt8(ascii: "\""): return .string(try string())
            case UInt8(ascii: "t"): return try word("true", .bool(true))
            case UInt8(ascii: "f"): return try word("false", .bool(false))
            case UInt8(ascii: "n"): return try word("null", .null)
            case UInt8(ascii: "-"): return try number()
            case let digit? where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit): return try number()
            case nil: throw fail("the text ends where a value should stand")
            default: throw fail("a value should stand here")
            }
        }

        mutating func nested(_ read: (inout Reader) throws(Malformed) -> JSON) throws(Malformed) -> JSON {
            guard depth < Self.deepest else { throw fail("nested more than \(Self.deepest) levels deep") }
            depth += 1
            defer { depth -= 1 }
            index += 1
            return try read(&self)
        }

        mutating func object() throws(Malformed) -> JSON {
            var members: [String: JSON] = [:]
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            while true {
                skipSpace()
                guard peek == UInt8(ascii: "\"") else { throw fail("a name in double quotes should stand here") }
                let start = index
                let name = try string()
                skipSpace()
                guard take(UInt8(ascii: ":")) else { throw fail("a colon should stand here") }
                skipSpace()
                guard members.updateValue(try value(), forKey: name) == nil else {
                    throw fail("the name \"\(name)\" stands here twice", at: start)
                }
                skipSpace()
                if take(UInt8(ascii: "}")) { return .object(members) }
                guard take(UInt8(ascii: ",")) else { throw fail("a comma or a closing brace should stand here") }
            }
        }

        mutating func array() throws(Malformed) -> JSON {
            var items: [JSON] = []
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(items) }
            while true {
                skipSpace()
                items.append(try value())
                skipSpace()
                if take(UInt8(ascii: "]")) { return .array(items) }
                guard take(UInt8(ascii: ",")) else { throw fail("a comma or a closing bracket should stand here") }
            }
        }

        mutating func string() throws(Malformed) -> String {
            let start = index
            index += 1
            var text: [UInt8] = []
            while let byte = peek {
                switch byte {
                case UInt8(ascii: "\""):
                    index += 1
                    guard let string = String(validating: text, as: UTF8.self) else { throw fail("the text is not valid UTF-8", at: start) }
                    return string
                case UInt8(ascii: "\\"):
                    try escape(into: &text)
                case 0..<0x20:
                    throw fail("a control character must be escaped")
                default:
                    text.append(byte)
                    index += 1
                }
            }
            throw fail("the text ends inside a string", at: start)
        }

        mutating func escape(into text: inout [UInt8]) throws(Malformed) {
            let start = index
            index += 1
            guard let byte = peek else { throw fail("the text ends inside a string", at: start) }
            index += 1
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
            case UInt8(ascii: "b"): text.append(0x08)
            case UInt8(ascii: "f"): text.append(0x0C)
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "u"): text.append(contentsOf: UTF8.encode(try scalar(from: start))!)
            default: throw fail("no such escape", at: start)
            }
        }

        mutating func scalar(from start: Int) throws(Malformed) -> Unicode.Scalar {
            let unit = try fourDigits(from: start)
            // PostgreSQL's jsonb cannot hold it, and no text of people has it.
            guard unit != 0 else { throw fail("U+0000 is not allowed", at: start) }
            guard UTF16.isLeadSurrogate(unit) else {
                guard let scalar = Unicode.Scalar(unit) else { throw fail("half of a surrogate pair", at: start) }
                return scalar
            }
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw fail("half of a surrogate pair", at: start) }
            let second = try fourDigits(from: start)
            guard UTF16.isTrailSurrogate(second) else { throw fail("half of a surrogate pair", at: start) }
            return UTF16.decode(UTF16.EncodedScalar([unit, second]))
        }

        mutating func fourDigits(from start: Int) throws(Malformed) -> UInt16 {
            guard index + 4 <= bytes.count, let digits = String(validating: bytes[index..<index + 4], as: UTF8.self),
                digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }), let unit = UInt16(digits, radix: 16)
            else { throw fail("four hexadecimal digits should follow", at: start) }
            index += 4
            return unit
        }

        mutating func number() throws(Malformed) -> JSON {
            let start = index
            var whole = true
            _ = take(UInt8(ascii: "-"))
            let leadingZero = peek == UInt8(ascii: "0")
            let digits = try digits()
            if leadingZero, digits > 1 { throw fail("a number does not start with 0", at: start) }
            if take(UInt8(ascii: ".")) {
                whole = false
                _ = try self.digits()
            }
            if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
                whole = false
                if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
                _ = try self.digits()
            }
            let text = String(decoding: bytes[start..<index], as: UTF8.self)
            if whole, let value = Int(text) { return .integer(value) }
            guard let value = Double(text), value.isFinite else { throw fail("the number is too large", at: start) }
            // What has no fraction is an integer, however it is written (JSON Schema 2020-12, core, section 4.2.1).
            return whole ? .number(value) : Int(exactly: value).map(JSON.integer) ?? .number(value)
        }

        mutating func digits() throws(Malformed) -> Int {
            let start = index
            while let byte = peek, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { index += 1 }
            guard index > start else { throw fail("a digit should stand here") }
            return index - start
        }

        mutating func word(_ word: StaticString, _ value: JSON) throws(Malformed) -> JSON {
            let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
            guard bytes[index...].starts(with: expected) else { throw fail("a value should stand here") }
            index += expected.count
            return value
        }

        var peek: UInt8? { index < bytes.count ? bytes[index] : nil }

        mutating func take(_ byte: UInt8) -> Bool {
            guard peek == byte else { return false }
            index += 1
            return true
        }

        mutating func skipSpace() {
            while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { index += 1 }
        }

        func fail(_ detail: String, at place: Int? = nil) -> Malformed {
            let before = bytes[..<(place ?? index)]
            let line = before.count { $0 == 0x0A } + 1
            let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
            return Malformed(line: line, column: column, detail: detail)
        }
    }
}
