import CLibpq
package import FoundationEssentials

/// A value for `$1`, `$2`, …: sent in PostgreSQL's binary form with its type named, so that the server never guesses.
package struct Parameter: Sendable {
    enum Value: Sendable {
        case null
        /// The low `width` bytes are sent, most significant first.
        case word(UInt64, width: Int)
        case uuid(UUID)
        case text(String)
        /// The bytes are in PostgreSQL's binary form already.
        case bytes([UInt8])
        case jsonb([UInt8])
    }

    let type: Oid
    let value: Value

    init(_ type: ColumnType, _ value: Value?) {
        self.type = type.rawValue
        self.value = value ?? .null
    }
}

extension Parameter {
    package static func bool(_ value: Bool?) -> Parameter {
        Parameter(.bool, value.map { .word($0 ? 1 : 0, width: 1) })
    }

    package static func int2(_ value: Int16?) -> Parameter {
        Parameter(.int2, value.map { .word(UInt64(UInt16(bitPattern: $0)), width: 2) })
    }

    package static func int4(_ value: Int32?) -> Parameter {
        Parameter(.int4, value.map { .word(UInt64(UInt32(bitPattern: $0)), width: 4) })
    }

    package static func int8(_ value: Int64?) -> Parameter {
        Parameter(.int8, value.map { .word(UInt64(bitPattern: $0), width: 8) })
    }

    /// An `int8`, too.
    package static func int(_ value: Int?) -> Parameter {
        .int8(value.map { Int64($0) })
    }

    package static func float8(_ value: Double?) -> Parameter {
        Parameter(.float8, value.map { .word($0.bitPattern, width: 8) })
    }

    /// Must hold no U+0000: PostgreSQL refuses it (22021).
    package static func text(_ value: String?) -> Parameter {
        Parameter(.text, value.map { .text($0) })
    }

    package static func bytea(_ value: [UInt8]?) -> Parameter {
        Parameter(.bytea, value.map { .bytes($0) })
    }

    package static func uuid(_ value: UUID?) -> Parameter {
        Parameter(.uuid, value.map { .uuid($0) })
    }

    /// Rounded to the nearest microsecond.
    package static func timestamptz(_ value: Date?) -> Parameter {
        Parameter(.timestamptz, value.map { .word(UInt64(bitPattern: $0.postgresMicroseconds), width: 8) })
    }

    /// The day of `value` in UTC.
    package static func date(_ value: Date?) -> Parameter {
        Parameter(.date, value.map { .word(UInt64(UInt32(bitPattern: $0.postgresDays)), width: 4) })
    }

    /// JSON text in UTF-8; the server checks it (22P02).
    package static func jsonb(_ value: [UInt8]?) -> Parameter {
        Parameter(.jsonb, value.map { .jsonb($0) })
    }

    /// NULL of a type that the other functions don't make, such as `.null(.int8Array)`.
    package static func null(_ type: ColumnType) -> Parameter {
        Parameter(type, nil)
    }
}

extension Parameter {
    /// The number of bytes that `write` adds.
    var byteCount: Int {
        switch value {
        case .null: 0
        case .word(_, let width): width
        case .uuid: 16
        case .text(let text): text.utf8.count
        case .bytes(let bytes): bytes.count
        case .jsonb(let bytes): bytes.count + 1
        }
    }

    var isNull: Bool {
        if case .null = value { true } else { false }
    }

    func write(to writer: inout ByteWriter) {
        switch value {
        case .null: break
        case .word(let word, let width): writer.put(word, width: width)
        case .uuid(let uuid): writer.put(uuid)
        case .text(let text): writer.put(text)
        case .bytes(let bytes): writer.put(bytes)
        case .jsonb(let bytes): writer.putJSONB(bytes)
        }
    }
}

extension Date {
    /// 2001-01-01, the reference date of `Date`, in microseconds since 2000-01-01, PostgreSQL's.
    static let microsecondsBetweenEpochs: Int64 = 366 * 86_400 * 1_000_000

    var postgresMicroseconds: Int64 {
        Int64(Self.storable(timeIntervalSinceReferenceDate * 1_000_000).rounded()) + Self.microsecondsBetweenEpochs
    }

    var postgresDays: Int32 {
        Int32((Self.storable(timeIntervalSinceReferenceDate * 1_000_000) / 86_400_000_000).rounded(.down)) + 366
    }

    /// The nearest moment from the year -4640 to 202000: within 4713 BC to 294276, which PostgreSQL stores (manual, 8.5).
    private static func storable(_ microseconds: Double) -> Double {
        max(-209_600_000_000_000_000, min(microseconds, 6_311_520_000_000_000_000))
    }

    init(postgresMicroseconds: Int64) {
        self.init(timeIntervalSinceReferenceDate: Double(postgresMicroseconds &- Self.microsecondsBetweenEpochs) / 1_000_000)
    }

    init(postgresDays: Int32) {
        self.init(timeIntervalSinceReferenceDate: Double(Int(postgresDays) - 366) * 86_400)
    }
}
