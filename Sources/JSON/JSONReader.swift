/// Goes once over the bytes of a text, without recursion. What is done for each value is inlined by order, for a tenth of the time.
struct JSONReader {
    private let bytes: [UInt8]
    private var offset = 0
    private var values: [JSONDocument.Value] = []
    /// The innermost container that is open, if any. While a container is open its `next` is the one around it, and an object's `end`
    /// the place of its last name: `none` before the first, `unordered` once a name was not greater than the one before.
    private var container = none
    private var depth = 0

    private static let none: Int32 = -1
    private static let unordered: Int32 = -2

    /// A limit of our own: no body of this API nests deeper than 8.
    private static let deepest = 64

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func read() throws(JSON.Malformed) -> [JSONDocument.Value] {
        guard bytes.count < Int(Int32.max) else { throw malformed("the text has 2 GiB or more") }
        guard !bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { throw malformed("a byte order mark (BOM): send UTF-8 without one") }
        do { _ = try UTF8Span(validating: bytes.span) } catch {
            throw malformed("the text is not valid UTF-8", at: error.byteOffsets.lowerBound)
        }
        values.reserveCapacity(bytes.count / 8 + 2)
        repeat {
            try readValue()
        } while try readOn()
        guard skipSpace() == nil else { throw malformed("more text after the end of the JSON value") }
        return values
    }

    /// A value, or the beginning of a container that holds one.
    private mutating func readValue() throws(JSON.Malformed) {
        while true {
            guard let byte = skipSpace() else { throw malformed("the text ends where a value should stand") }
            switch byte {
            case UInt8(ascii: "{"):
                try begin(.object)
                if skipSpace() == UInt8(ascii: "}") { return }
                try readKey()
            case UInt8(ascii: "["):
                try begin(.array)
                if skipSpace() == UInt8(ascii: "]") { return }
            case UInt8(ascii: "\""): return try readString()
            case UInt8(ascii: "t"): return try readWord("true", .true)
            case UInt8(ascii: "f"): return try readWord("false", .false)
            case UInt8(ascii: "n"): return try readWord("null", .null)
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
            default: throw malformed("a value should stand here")
            }
        }
    }

    private mutating func begin(_ kind: JSONDocument.Kind) throws(JSON.Malformed) {
        guard depth < Self.deepest else { throw malformed("nested more than \(Self.deepest) levels deep") }
        depth += 1
        values.append(JSONDocument.Value(kind: kind, start: Int32(offset), end: Self.none, next: container))
        container = Int32(values.count - 1)
        offset += 1
    }

    /// What follows a value: ends of containers, then a comma.
    /// - Returns: whether another value is to come.
    @inline(__always) private mutating func readOn() throws(JSON.Malformed) -> Bool {
        while container != Self.none {
            let isObject = values[Int(container)].kind == .object
            switch skipSpace() {
            case UInt8(ascii: ","):
                offset += 1
                if isObject { try readKey() }
                return true
            case isObject ? UInt8(ascii: "}") : UInt8(ascii: "]"):
                offset += 1
                try end(Int(container))
            default: throw malformed("a comma or a closing \(isObject ? "brace" : "bracket") should stand here")
            }
        }
        return false
    }

    private mutating func end(_ place: Int) throws(JSON.Malformed) {
        if values[place].end == Self.unordered { try checkNames(of: place) }
        container = values[place].next
        depth -= 1
        values[place].end = Int32(offset)
        values[place].next = Int32(values.count)
    }

    private mutating func readKey() throws(JSON.Malformed) {
        guard skipSpace() == UInt8(ascii: "\"") else { throw malformed("a name in double quotes should stand here") }
        let (object, name) = (Int(container), values.count)
        try readString()
        if values[object].end != Self.unordered {
            values[object].end = isAscending(from: values[object].end, to: name) ? Int32(name) : Self.unordered
        }
        guard skipSpace() == UInt8(ascii: ":") else { throw malformed("a colon should stand here") }
        offset += 1
    }

    private mutating func readString() throws(JSON.Malformed) {
        let start = offset + 1
        var (kind, end) = (JSONDocument.Kind.string, start)
        while end < bytes.count {
            let byte = bytes[end]
            if byte == UInt8(ascii: "\"") {
                offset = end
                add(kind, from: start)
                offset += 1
                return
            }
            if byte >= 0x20, byte != UInt8(ascii: "\\") {
                end += 1
                continue
            }
            offset = end
            guard byte == UInt8(ascii: "\\") else { throw malformed("a control character must be escaped") }
            kind = .escapedString
            try skipEscape()
            end = offset
        }
        throw malformed("the text ends inside a string", at: start - 1)
    }

    private mutating func skipEscape() throws(JSON.Malformed) {
        var rest = bytes[(offset + 1)...]
        do throws(JSONEscape.Fault) { _ = try JSONEscape.take(from: &rest) } catch { throw malformed(error.detail) }
        offset = rest.startIndex
    }

    private mutating func readWord(_ word: StaticString, _ kind: JSONDocument.Kind) throws(JSON.Malformed) {
        let start = offset
        guard offset + word.utf8CodeUnitCount <= bytes.count,
            (0..<word.utf8CodeUnitCount).allSatisfy({ bytes[start + $0] == word.utf8Start[$0] })
        else { throw malformed("a value should stand here") }
        offset += word.utf8CodeUnitCount
        add(kind, from: start)
    }

    /// A number (RFC 8259, section 6).
    private mutating func readNumber() throws(JSON.Malformed) {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        let first = offset
        try takeDigits()
        guard bytes[first] != UInt8(ascii: "0") || offset == first + 1 else { throw malformed("a number does not start with 0", at: start) }
        var kind = JSONDocument.Kind.whole
        if take(UInt8(ascii: ".")) {
            kind = .number
            try takeDigits()
        }
        let isScaled = take(UInt8(ascii: "e")) || take(UInt8(ascii: "E"))
        if isScaled {
            kind = .number
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try takeDigits()
        }
        // With no exponent and so few digits a number is below 10^300, which Double holds.
        if isScaled || offset - start > 300 {
            let isFinite = Double(String(decoding: bytes[start..<offset], as: UTF8.self))?.isFinite ?? false
            guard isFinite else { throw malformed("the number is too large", at: start) }
        }
        add(kind, from: start)
    }

    private mutating func takeDigits() throws(JSON.Malformed) {
        let start = offset
        while offset < bytes.count, UInt8(ascii: "0") <= bytes[offset], bytes[offset] <= UInt8(ascii: "9") { offset += 1 }
        guard offset > start else { throw malformed("a digit should stand here") }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// - Returns: the first byte that is no white space; nil at the end.
    @inline(__always) private mutating func skipSpace() -> UInt8? {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            case let byte: return byte
            }
        }
        return nil
    }

    @inline(__always) private mutating func add(_ kind: JSONDocument.Kind, from start: Int) {
        values.append(JSONDocument.Value(kind: kind, start: Int32(start), end: Int32(offset), next: Int32(values.count + 1)))
    }

    private func malformed(_ detail: String, at place: Int? = nil) -> JSON.Malformed {
        let before = bytes[..<(place ?? offset)]
        let line = before.count { $0 == 0x0A } + 1
        let column = before.count - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
        return JSON.Malformed(line: line, column: column, detail: detail)
    }
}

extension JSONReader {
    /// Whether a name is greater than the one before it, by length and then by its bytes, as jsonb has them. Names that ascend are not
    /// looked at again, so that events cost no more. What isn't ASCII may be equal to something else (Unicode, canonical equivalence).
    @inline(__always) private func isAscending(from earlier: Int32, to place: Int) -> Bool {
        let name = values[place]
        guard name.kind == .string else { return false }
        for offset in Int(name.start)..<Int(name.end) where bytes[offset] >= 0x80 { return false }
        guard earlier != Self.none else { return true }
        let other = values[Int(earlier)]
        let (length, otherLength) = (name.end - name.start, other.end - other.start)
        guard length == otherLength else { return length > otherLength }
        for offset in 0..<Int(length) {
            let (byte, otherByte) = (bytes[Int(name.start) + offset], bytes[Int(other.start) + offset])
            guard byte == otherByte else { return byte > otherByte }
        }
        return false
    }

    private func checkNames(of object: Int) throws(JSON.Malformed) {
        var names: Set<String> = []
        var place = object + 1
        while place < values.count {
            guard names.insert(text(values[place])).inserted else { throw repeated(values[place]) }
            place = Int(values[place + 1].next)
        }
    }

    private func text(_ name: JSONDocument.Value) -> String {
        let slice = bytes[Int(name.start)..<Int(name.end)]
        return String(decoding: name.kind == .escapedString ? JSONEscape.removed(from: slice) : slice, as: UTF8.self)
    }

    private func repeated(_ name: JSONDocument.Value) -> JSON.Malformed {
        malformed("the name \"\(text(name))\" stands here twice", at: Int(name.start) - 1)
    }
}
