/// The escapes of strings (RFC 8259, section 7).
enum JSONEscape {
    /// What stands after a backslash at the beginning of `rest`, which is taken from it.
    /// - Throws: the sentence that says what is wrong with it.
    static func take(from rest: inout ArraySlice<UInt8>) throws(Fault) -> Unicode.Scalar {
        switch rest.popFirst() {
        case UInt8(ascii: "\""): "\""
        case UInt8(ascii: "\\"): "\\"
        case UInt8(ascii: "/"): "/"
        case UInt8(ascii: "b"): "\u{8}"
        case UInt8(ascii: "t"): "\t"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "f"): "\u{C}"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "u"): try scalar(from: &rest)
        case nil: throw Fault("the text ends inside a string")
        default: throw Fault("no such escape")
        }
    }

    struct Fault: Error {
        let detail: String

        init(_ detail: String) { self.detail = detail }
    }

    /// The text of a string whose escapes the reader has found to be whole.
    static func removed(from slice: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text: ArraySlice<UInt8> = []
        text.reserveCapacity(slice.count)
        var rest = slice
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "\\"), let scalar = try? take(from: &rest) {
                text.append(contentsOf: UTF8.encode(scalar)!)
            } else {
                text.append(byte)
            }
        }
        return text
    }

    private static func scalar(from rest: inout ArraySlice<UInt8>) throws(Fault) -> Unicode.Scalar {
        let unit = try unit(from: &rest)
        // PostgreSQL's jsonb cannot hold it, and no text of people has it.
        guard unit != 0 else { throw Fault("U+0000 is not allowed") }
        if let scalar = Unicode.Scalar(unit) { return scalar }
        guard UTF16.isLeadSurrogate(unit), rest.popFirst() == UInt8(ascii: "\\"), rest.popFirst() == UInt8(ascii: "u") else {
            throw Fault("half of a surrogate pair")
        }
        let second = try self.unit(from: &rest)
        guard UTF16.isTrailSurrogate(second) else { throw Fault("half of a surrogate pair") }
        return UTF16.decode(UTF16.EncodedScalar([unit, second]))
    }

    private static func unit(from rest: inout ArraySlice<UInt8>) throws(Fault) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = rest.popFirst().flatMap(value) else { throw Fault("four hexadecimal digits should follow") }
            unit = unit << 4 | digit
        }
        return unit
    }

    private static func value(ofDigit byte: UInt8) -> UInt16? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(byte & 15)
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(byte & 7) + 9
        default: nil
        }
    }
}
