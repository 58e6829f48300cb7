package import CLibpq
package import FoundationEssentials

/// A value in PostgreSQL's binary form, valid only while it is being decoded.
package struct Field {
    package let type: Oid
    /// The bytes of the value; nil is NULL.
    package let bytes: UnsafeRawBufferPointer?
}

/// A Swift type that columns can be read as.
package protocol PostgresDecodable {
    init(field: Field) throws(PostgresError)
    /// An array of this type; `UInt8` alone reads something else than a PostgreSQL array.
    static func array(field: Field) throws(PostgresError) -> [Self]
}

extension PostgresDecodable {
    package static func array(field: Field) throws(PostgresError) -> [Self] {
        let bytes = try field.present(as: [Self].self)
        guard bytes.count >= 12 else { throw field.mismatch([Self].self) }
        let dimensions = bytes.bigEndian(at: 0, as: Int32.self)
        if dimensions == 0 { return [] }
        guard dimensions == 1, bytes.count >= 20 else { throw .decoding("an array of \(dimensions) dimensions") }
        let element = bytes.bigEndian(at: 8, as: UInt32.self)
        let count = Int(bytes.bigEndian(at: 12, as: Int32.self))
        var values: [Self] = []
        values.reserveCapacity(count)
        var offset = 20
        for _ in 0..<count {
            let length = Int(bytes.bigEndian(at: offset, as: Int32.self))
            offset += 4
            let value = length < 0 ? nil : UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + length])
            values.append(try Self(field: Field(type: element, bytes: value)))
            offset += max(length, 0)
        }
        return values
    }
}

extension Field {
    func present<Value>(as type: Value.Type) throws(PostgresError) -> UnsafeRawBufferPointer {
        guard let bytes else { throw .decoding("NULL where \(type) is wanted") }
        return bytes
    }

    func mismatch<Value>(_ wanted: Value.Type) -> PostgresError {
        .decoding("\(typeName(type)) can't be read as \(wanted)\(type == ColumnType.numeric.rawValue ? "; cast it in the statement" : "")")
    }

    fileprivate func integer<Value: FixedWidthInteger>(as wanted: Value.Type) throws(PostgresError) -> Value {
        let bytes = try present(as: wanted)
        let value: Int64
        switch ColumnType(rawValue: type) {
        case .int8: value = bytes.bigEndian(at: 0, as: Int64.self)
        case .int4: value = Int64(bytes.bigEndian(at: 0, as: Int32.self))
        case .int2: value = Int64(bytes.bigEndian(at: 0, as: Int16.self))
        case .oid: value = Int64(bytes.bigEndian(at: 0, as: UInt32.self))
        default: throw mismatch(wanted)
        }
        guard let fitting = Value(exactly: value) else { throw .decoding("\(value) doesn't fit \(wanted)") }
        return fitting
    }
}

extension UnsafeRawBufferPointer {
    func bigEndian<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type) -> Value {
        Value(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
    }
}

extension Int16: PostgresDecodable {
    package init(field: Field) throws(PostgresError) { self = try field.integer(as: Int16.self) }
}

extension Int32: PostgresDecodable {
    package init(field: Field) throws(PostgresError) { self = try field.integer(as: Int32.self) }
}

extension Int64: PostgresDecodable {
    package init(field: Field) throws(PostgresError) { self = try field.integer(as: Int64.self) }
}

extension Int: PostgresDecodable {
    package init(field: Field) throws(PostgresError) { self = try field.integer(as: Int.self) }
}

extension Bool: PostgresDecodable {
    package init(field: Field) throws(PostgresError) {
        let bytes = try field.present(as: Bool.self)
        guard field.type == ColumnType.bool.rawValue else { throw field.mismatch(Bool.self) }
        self = bytes[0] != 0
    }
}

extension Double: PostgresDecodable {
    package init(field: Field) throws(PostgresError) {
        let bytes = try field.present(as: Double.self)
        switch ColumnType(rawValue: field.type) {
        case .float8: self = Double(bitPattern: bytes.bigEndian(at: 0, as: UInt64.self))
        case .float4: self = Double(Float(bitPattern: bytes.bigEndian(at: 0, as: UInt32.self)))
        default: throw field.mismatch(Double.self)
        }
    }
}

extension String: PostgresDecodable {
    package init(field: Field) throws(PostgresError) {
        var bytes = try field.present(as: String.self)
        switch ColumnType(rawValue: field.type) {
        case .text, .varchar, .bpchar, .name, .json, .unknown, .char: break
        case .jsonb: bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        case nil where field.type >= 16_384: break  // a type of the database's own: enumerations are sent as text
        default: throw field.mismatch(String.self)
        }
        self = String(decoding: bytes, as: UTF8.self)
    }
}

extension UUID: PostgresDecodable {
    package init(field: Field) throws(PostgresError) {
        let bytes = try field.present(as: UUID.self)
        guard field.type == ColumnType.uuid.rawValue, bytes.count == 16 else { throw field.mismatch(UUID.self) }
        self.init(uuid: bytes.loadUnaligned(as: uuid_t.self))
    }
}

/// A `timestamptz` is read as a date, and a `date` as that day's midnight in UTC.
extension Date: PostgresDecodable {
    package init(field: Field) throws(PostgresError) {
        let bytes = try field.present(as: Date.self)
        switch ColumnType(rawValue: field.type) {
        case .timestamptz:
            let value = bytes.bigEndian(at: 0, as: Int64.self)
            guard value != .max, value != .min else { throw .decoding("an infinite time has no Date") }
            self.init(postgresMicroseconds: value)
        case .date:
            let value = bytes.bigEndian(at: 0, as: Int32.self)
            guard value != .max, value != .min else { throw .decoding("an infinite date has no Date") }
            self.init(postgresDays: value)
        default: throw field.mismatch(Date.self)
        }
    }
}

/// `[UInt8]` gives the bytes of any one value, for jsonb without the version in front.
extension UInt8: PostgresDecodable {
    package init(field: Field) throws(PostgresError) {
        let bytes = try field.present(as: UInt8.self)
        guard field.type == ColumnType.char.rawValue else { throw field.mismatch(UInt8.self) }
        self = bytes[0]
    }

    package static func array(field: Field) throws(PostgresError) -> [UInt8] {
        let bytes = try field.present(as: [UInt8].self)
        return field.type == ColumnType.jsonb.rawValue ? Array(bytes.dropFirst()) : Array(bytes)
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package init(field: Field) throws(PostgresError) { self = try Element.array(field: field) }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package init(field: Field) throws(PostgresError) {
        if field.bytes == nil { self = nil } else { self = try Wrapped(field: field) }
    }
}
