extension JSONText {
    /// Goes once over the bytes; containers that are open are on a stack of its own, so that depth costs no recursion.
    struct Reader {
        private let bytes: [UInt8]
        private var offset = 0
        /// Places of the containers not closed yet, the innermost last.
        private var open: [Int] = []

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }
    }
}

extension JSONText.Reader {
    mutating func readText(into values: inout [JSONText.Value], deepest: Int) throws(JSONText.Malformed) {
        repeat {
            try readValue(into: &values, deepest: deepest)
        } while try readOn(into: &values)
        guard skipSpace() == nil else { throw malformed("more than one value") }
    }

    /// A value, or the beginning of a container that holds one.
    private mutating func readValue(into values: inout [JSONText.Value], deepest: Int) throws(JSONText.Malformed) {
        while true {
            guard let byte = skipSpace() else { throw malformed("a value is missing") }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard open.count < deepest else { throw malformed("more than \(deepest) containers in each other") }
                let isObject = byte == UInt8(ascii: "{")
                open.append(values.count)
                values.append(JSONText.Value(kind: isObject ? .object : .array, start: Int32(offset), end: 0, next: 0))
                offset += 1
                if skipSpace() == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) { return }
                if isObject { try readKey(into: &values) }
            case UInt8(ascii: "\""): return try readString(into: &values)
            case UInt8(ascii: "t"): return try readWord("true", .true, into: &values)
            case UInt8(ascii: "f"): return try readWord("false", .false, into: &values)
            case UInt8(ascii: "n"): return try readWord("null", .null, into: &values)
            default: return try readNumber(into: &values)
            }
        }
    }

    /// What follows a value: ends of containers, then a comma.
    /// - Returns: whether another value is to come.
    private mutating func readOn(into values: inout [JSONText.Value]) throws(JSONText.Malformed) -> Bool {
        while let container = open.last {
            let isObject = values[container].kind == .object
            switch skipSpace() {
            case UInt8(ascii: ","):
                offset += 1
                if isObject { try readKey(into: &values) }
                return true
            case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                offset += 1
                values[container].end = Int32(offset)
                values[container].next = Int32(values.count)
                open.removeLast()
            default: throw malformed("neither a comma nor the end of \(isObject ? "an object" : "an array")")
            }
        }
        return false
    }

    private mutating func readKey(into values: inout [JSONText.Value]) throws(JSONText.Malformed) {
        guard skipSpace() == UInt8(ascii: "\"") else { throw malformed("a key is missing") }
        try readString(into: &values)
        guard skipSpace() == UInt8(ascii: ":") else { throw malformed("a colon is missing") }
        offset += 1
    }

    private mutating func readString(into values: inout [JSONText.Value]) throws(JSONText.Malformed) {
        offset += 1
        let start = offset
        var kind = JSONText.Kind.string
        while offset < bytes.count {
            let byte = bytes[offset]
            if byte == UInt8(ascii: "\"") {
                add(kind, from: start, to: &values)
                offset += 1
                return
            }
            guard byte >= 0x20 else { throw malformed("a control character in a string") }
            offset += 1
            if byte == UInt8(ascii: "\\") {
                kind = .escapedString
                try readEscape()
            }
        }
        throw malformed("a string without end")
    }

    private mutating func readEscape() throws(JSONText.Malformed) {
        guard offset < bytes.count else { throw malformed("an escape without end") }
        let letter = bytes[offset]
        offset += 1
        if letter == UInt8(ascii: "u") {
            let unit = try readCodeUnit()
            guard UTF16.isSurrogate(unit) else { return }
            guard UTF16.isLeadSurrogate(unit), take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")),
                UTF16.isTrailSurrogate(try readCodeUnit())
            else { throw malformed("half of a surrogate pair") }
        } else if !#""\/bfnrt"#.utf8.contains(letter) {
            throw malformed("an unknown escape")
        }
    }

    private mutating func readCodeUnit() throws(JSONText.Malformed) -> UInt16 {
        let digits = bytes[offset..<min(offset + 4, bytes.count)]
        guard digits.count == 4, digits.allSatisfy(\.isHexadecimal) else { throw malformed("an escape without its four digits") }
        offset += 4
        return UInt16(UInt32(hexadecimal: digits))
    }

    private mutating func readWord(
        _ word: StaticString,
        _ kind: JSONText.Kind,
        into values: inout [JSONText.Value]
    ) throws(JSONText.Malformed) {
        let start = offset
        guard offset + word.utf8CodeUnitCount <= bytes.count,
            (0..<word.utf8CodeUnitCount).allSatisfy({ bytes[start + $0] == word.utf8Start[$0] })
        else { throw malformed("no value") }
        offset += word.utf8CodeUnitCount
        add(kind, from: start, to: &values)
    }

    /// RFC 8259, section 6.
    private mutating func readNumber(into values: inout [JSONText.Value]) throws(JSONText.Malformed) {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        let first = offset
        guard takeDigits() else { throw malformed("no value") }
        guard bytes[first] != UInt8(ascii: "0") || offset == first + 1 else { throw malformed("a number that begins with 0") }
        if take(UInt8(ascii: ".")), !takeDigits() { throw malformed("a fraction without digits") }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard takeDigits() else { throw malformed("an exponent without digits") }
        }
        add(.number, from: start, to: &values)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    private mutating func takeDigits() -> Bool {
        let start = offset
        while offset < bytes.count, UInt8(ascii: "0") <= bytes[offset], bytes[offset] <= UInt8(ascii: "9") { offset += 1 }
        return offset > start
    }

    /// - Returns: the first byte that is no white space.
    private mutating func skipSpace() -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case let byte: return byte
            }
        }
        return nil
    }

    private func add(_ kind: JSONText.Kind, from start: Int, to values: inout [JSONText.Value]) {
        values.append(JSONText.Value(kind: kind, start: Int32(start), end: Int32(offset), next: Int32(values.count + 1)))
    }

    private func malformed(_ reason: String) -> JSONText.Malformed {
        JSONText.Malformed(offset: offset, reason: reason)
    }
}

extension UInt8 {
    fileprivate var isHexadecimal: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): true
        default: false
        }
    }
}
