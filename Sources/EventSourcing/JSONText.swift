/// A JSON text (RFC 8259) as a flat list of its values in the order in which they stand, made in one pass.
///
/// Nothing is converted yet: a value is where it stands in the bytes. A decoder that wants few of them converts few.
struct JSONText {
    enum Kind: UInt8 {
        case object, array, string, escapedString, number, `true`, `false`, null
    }

    struct Value {
        var kind: Kind
        /// The bytes of the value; those of a string without its quotes.
        var start: Int32
        var end: Int32
        /// The place after the value and all that it holds.
        var next: Int32
    }

    /// Says where a text isn't JSON, and why.
    struct Malformed: Error, CustomStringConvertible {
        let offset: Int
        let reason: String

        var description: String { "\(reason) at byte \(offset)" }
    }

    let bytes: [UInt8]
    /// An object is followed by a key, its value, the next key and so on; an array by its elements.
    private(set) var values: [Value] = []

    /// Containers in containers, at most: what Foundation takes.
    private static let deepest = 512

    init(_ bytes: [UInt8]) throws(Malformed) {
        self.bytes = bytes
        guard bytes.count < Int(Int32.max) else { throw Malformed(offset: 0, reason: "a text of 2 GiB or more") }
        do { _ = try UTF8Span(validating: bytes.span) } catch { throw Malformed(offset: error.byteOffsets.lowerBound, reason: "no UTF-8") }
        values.reserveCapacity(bytes.count / 8 + 2)
        var reader = Reader(bytes)
        try reader.readText(into: &values, deepest: Self.deepest)
    }
}

extension JSONText {
    /// The places of the container's elements, in an object those of its members' values: each follows its key.
    func elements(of container: Int) -> [Int] {
        let stride = values[container].kind == .object ? 1 : 0
        var elements: [Int] = []
        var place = container + 1
        while place < Int(values[container].next) {
            elements.append(place + stride)
            place = Int(values[place + stride].next)
        }
        return elements
    }

    /// The place of the object's value with this key.
    func value(of key: String, in object: Int) -> Int? {
        var key = key
        return key.withUTF8 { key in
            var place = object + 1
            let end = Int(values[object].next)
            while place < end {
                if isKey(place, key) { return place + 1 }
                place = Int(values[place + 1].next)
            }
            return nil
        }
    }

    private func isKey(_ place: Int, _ key: UnsafeBufferPointer<UInt8>) -> Bool {
        let value = values[place]
        if value.kind == .escapedString { return string(at: place)?.utf8.elementsEqual(key) ?? false }
        guard Int(value.end - value.start) == key.count else { return false }
        for offset in 0..<key.count where bytes[Int(value.start) + offset] != key[offset] { return false }
        return true
    }

    /// The bytes of the value as they stand.
    func slice(at place: Int) -> ArraySlice<UInt8> {
        bytes[Int(values[place].start)..<Int(values[place].end)]
    }

    /// The text of a string; nil for what is no string.
    func string(at place: Int) -> String? {
        switch values[place].kind {
        case .string: String(decoding: slice(at: place), as: UTF8.self)
        case .escapedString: String(decoding: unescaped(slice(at: place)), as: UTF8.self)
        default: nil
        }
    }

    /// The reader has seen to it that each escape is whole, and each pair of surrogates.
    private func unescaped(_ slice: ArraySlice<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(slice.count)
        var rest = slice
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let escape = rest.popFirst() else {
                text.append(byte)
                continue
            }
            switch escape {
            case UInt8(ascii: "b"): text.append(8)
            case UInt8(ascii: "t"): text.append(9)
            case UInt8(ascii: "n"): text.append(10)
            case UInt8(ascii: "f"): text.append(12)
            case UInt8(ascii: "r"): text.append(13)
            case UInt8(ascii: "u"): text.append(contentsOf: UTF8.encode(Self.scalar(&rest))!)
            default: text.append(escape)
            }
        }
        return text
    }

    /// The scalar of the digits after `\u`, and of a second escape where the first is the first half of a pair.
    private static func scalar(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar {
        let first = UInt32(hexadecimal: rest.prefix(4))
        rest = rest.dropFirst(4)
        if let scalar = Unicode.Scalar(first) { return scalar }
        let second = UInt32(hexadecimal: rest.dropFirst(2).prefix(4))
        rest = rest.dropFirst(6)
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))!
    }
}

extension UInt32 {
    /// The value of text that is hexadecimal digits and nothing else.
    init(hexadecimal digits: ArraySlice<UInt8>) {
        self = digits.reduce(0) { $0 << 4 | UInt32($1 < 0x40 ? $1 & 15 : $1 & 7 + 9) }
    }
}
