/// A JSON text (RFC 8259), read strictly: valid UTF-8 without a byte order mark, no name twice in an object, no U+0000, no number that
/// `Double` can't hold, at most 64 levels deep and less than 2 GiB.
///
/// The text is a flat list of its values in the order in which they stand. Nothing is converted yet: a value is where it stands in
/// the bytes, so that a decoder pays for the values that it wants and for no others. ``JSON`` is the same as a tree.
package final class JSONDocument: Sendable {
    enum Kind: UInt8, Sendable {
        case object, array, string, escapedString
        /// A number of digits alone, and any other number.
        case whole, number
        case `true`, `false`, null
    }

    struct Value: Sendable {
        var kind: Kind
        /// The bytes of the value; those of a string without its quotes.
        var start: Int32
        var end: Int32
        /// The place after the value and all that it holds.
        var next: Int32
    }

    let bytes: [UInt8]
    /// An object is followed by a key, its value, the next key and so on; an array by its elements. The outermost value is at 0.
    let values: [Value]

    /// - Throws: `JSON.Malformed` with the place at which the text stops being JSON.
    package init(_ bytes: [UInt8]) throws(JSON.Malformed) {
        self.bytes = bytes
        var reader = JSONReader(bytes)
        values = try reader.read()
    }
}

extension JSONDocument {
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
        if value.kind == .escapedString { return string(at: place).utf8.elementsEqual(key) }
        guard Int(value.end - value.start) == key.count else { return false }
        for offset in 0..<key.count where bytes[Int(value.start) + offset] != key[offset] { return false }
        return true
    }

    /// The text of a string.
    func string(at place: Int) -> String {
        guard values[place].kind == .escapedString else { return text(at: place) }
        return String(decoding: JSONEscape.removed(from: slice(at: place)), as: UTF8.self)
    }

    /// The bytes of a value as they stand.
    func text(at place: Int) -> String {
        let value = values[place]
        return bytes.withUnsafeBufferPointer { bytes in
            String(decoding: UnsafeBufferPointer(rebasing: bytes[Int(value.start)..<Int(value.end)]), as: UTF8.self)
        }
    }

    /// A number without a fraction that the type can hold, however it is written: 3.0 and 3e0 are 3.
    func integer<Value: FixedWidthInteger>(at place: Int, as _: Value.Type = Int.self) -> Value? {
        let digits = text(at: place)
        return values[place].kind == .whole ? Value(digits) : Value(exactly: Double(digits)!)
    }

    /// Any number, rounded to the nearest that `Double` has. The reader has seen to it that there is one.
    func number(at place: Int) -> Double { Double(text(at: place))! }

    private func slice(at place: Int) -> ArraySlice<UInt8> {
        bytes[Int(values[place].start)..<Int(values[place].end)]
    }

    /// The way from the outermost value to the one at `place`; only who fails pays for it.
    func path(to place: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var container = 0
        while container != place {
            let elements = elements(of: container)
            guard let index = elements.lastIndex(where: { $0 <= place }) else { break }
            let isObject = values[container].kind == .object
            container = elements[index]
            path.append(isObject ? PathKey(string(at: container - 1)) : PathKey(index))
        }
        return path
    }
}

/// A key of an object, or a place in an array, in the path that an error names.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) { self.init(stringValue) }
    init(intValue: Int) { self.init(intValue) }

    init(_ key: String) {
        stringValue = key
        intValue = nil
    }

    init(_ index: Int) {
        stringValue = "Index \(index)"
        intValue = index
    }
}
