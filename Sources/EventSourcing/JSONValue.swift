import FoundationEssentials

/// One value of a text, as what decodes it and as the container of a value that stands alone.
struct JSONValue: Decoder {
    private let document: JSONDocument
    private let place: Int

    init(_ document: JSONDocument, _ place: Int) {
        self.document = document
        self.place = place
    }

    var codingPath: [any CodingKey] { document.path(to: place) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    private var kind: JSONText.Kind { document.text.values[place].kind }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard kind == .object else { throw mismatch([String: Any].self) }
        return KeyedDecodingContainer(JSONObject(document, place))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard kind == .array else { throw mismatch([Any].self) }
        return JSONArray(document, place)
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    private func mismatch(_ wanted: Any.Type) -> DecodingError {
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "\(wanted) is wanted where \(kind) is")
        return kind == .null ? .valueNotFound(wanted, context) : .typeMismatch(wanted, context)
    }
}

extension JSONValue: SingleValueDecodingContainer {
    func decodeNil() -> Bool { kind == .null }

    func decode(_ type: Bool.Type) throws -> Bool {
        switch kind {
        case .true: true
        case .false: false
        default: throw mismatch(type)
        }
    }

    func decode(_ type: String.Type) throws -> String {
        guard let text = document.text.string(at: place) else { throw mismatch(type) }
        return text
    }

    func decode(_ type: Double.Type) throws -> Double { try number(type) }
    func decode(_ type: Float.Type) throws -> Float { try number(type) }
    func decode(_ type: Int.Type) throws -> Int { try integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        guard type == Data.self else { return try Value(from: self) }
        guard let data = Data(base64Encoded: try decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: self, debugDescription: "the string is no Base64")
        }
        return data as! Value
    }

    private func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        guard kind == .number else { throw mismatch(type) }
        let digits = String(decoding: document.text.slice(at: place), as: UTF8.self)
        // As JSON has it, 3.0 and 3e0 are 3.
        if let value = Value(digits) ?? Double(digits).flatMap({ Value(exactly: $0) }) { return value }
        throw DecodingError.dataCorruptedError(in: self, debugDescription: "\(digits) doesn't fit \(type)")
    }

    private func number<Value: BinaryFloatingPoint & LosslessStringConvertible>(_ type: Value.Type) throws -> Value {
        guard kind == .number else { throw mismatch(type) }
        let digits = String(decoding: document.text.slice(at: place), as: UTF8.self)
        if let value = Value(digits), value.isFinite { return value }
        throw DecodingError.dataCorruptedError(in: self, debugDescription: "\(digits) doesn't fit \(type)")
    }
}
