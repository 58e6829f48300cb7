import FoundationEssentials

extension JSONDocument {
    /// What the text says as a `Decodable` value, as Foundation's `JSONDecoder` with its default strategies makes it, in a third of its
    /// time: reading the log typed is mostly this, as a replay or a report decodes millions of events, each by itself.
    /// - Throws: `DecodingError` where a value is wanted of which the text has less or something else.
    package func decode<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value {
        try JSONValue(self, 0).decode(type)
    }
}

/// One value of a text, as what decodes it and as the container of a value that stands alone.
struct JSONValue: Decoder {
    private let document: JSONDocument
    private let place: Int

    init(_ document: JSONDocument, _ place: Int) {
        self.document = document
        self.place = place
    }

    private var kind: JSONDocument.Kind { document.values[place].kind }

    var codingPath: [any CodingKey] { document.path(to: place) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

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
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "is \(kind.title) where \(wanted) is wanted")
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
        guard kind == .string || kind == .escapedString else { throw mismatch(type) }
        return document.string(at: place)
    }

    func decode(_ type: Double.Type) throws -> Double {
        try requireNumber(type)
        return document.number(at: place)
    }

    func decode(_ type: Float.Type) throws -> Float {
        try requireNumber(type)
        // In one step, as a rounded number rounded again may be another.
        guard let value = Float(document.text(at: place)), value.isFinite else { throw misfit(type) }
        return value
    }

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
            throw DecodingError.dataCorruptedError(in: self, debugDescription: "is no Base64")
        }
        return data as! Value
    }

    private func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        try requireNumber(type)
        guard let value = document.integer(at: place, as: type) else { throw misfit(type) }
        return value
    }

    private func requireNumber(_ type: Any.Type) throws {
        guard kind == .whole || kind == .number else { throw mismatch(type) }
    }

    private func misfit(_ type: Any.Type) -> DecodingError {
        .dataCorruptedError(in: self, debugDescription: "\(document.text(at: place)) doesn't fit \(type)")
    }
}

extension JSONDocument.Kind {
    fileprivate var title: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string, .escapedString: "a string"
        case .whole, .number: "a number"
        case .true, .false: "a Boolean"
        case .null: "null"
        }
    }
}
