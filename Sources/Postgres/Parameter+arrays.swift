import CLibpq
package import FoundationEssentials

extension Parameter {
    package static func bools(_ values: [Bool]) -> Parameter { Parameter(values, .bool) }
    package static func int2s(_ values: [Int16]) -> Parameter { Parameter(values, .int2) }
    package static func int4s(_ values: [Int32]) -> Parameter { Parameter(values, .int4) }
    package static func int8s(_ values: [Int64]) -> Parameter { Parameter(values, .int8) }
    package static func float8s(_ values: [Double]) -> Parameter { Parameter(values, .float8) }
    package static func texts(_ values: [String]) -> Parameter { Parameter(values, .text) }
    package static func byteas(_ values: [[UInt8]]) -> Parameter { Parameter(values, .bytea) }
    package static func uuids(_ values: [UUID]) -> Parameter { Parameter(values, .uuid) }
    package static func timestamptzs(_ values: [Date]) -> Parameter { Parameter(values, .timestamptz) }
    package static func dates(_ values: [Date]) -> Parameter { Parameter(values, .date) }
    package static func jsonbs(_ values: [[UInt8]]) -> Parameter { Parameter(values, .jsonb) }
}

/// The same with NULLs among the elements.
extension Parameter {
    @_disfavoredOverload package static func bools(_ values: [Bool?]) -> Parameter { Parameter(optionals: values, .bool) }
    @_disfavoredOverload package static func int2s(_ values: [Int16?]) -> Parameter { Parameter(optionals: values, .int2) }
    @_disfavoredOverload package static func int4s(_ values: [Int32?]) -> Parameter { Parameter(optionals: values, .int4) }
    @_disfavoredOverload package static func int8s(_ values: [Int64?]) -> Parameter { Parameter(optionals: values, .int8) }
    @_disfavoredOverload package static func float8s(_ values: [Double?]) -> Parameter { Parameter(optionals: values, .float8) }
    @_disfavoredOverload package static func texts(_ values: [String?]) -> Parameter { Parameter(optionals: values, .text) }
    @_disfavoredOverload package static func byteas(_ values: [[UInt8]?]) -> Parameter { Parameter(optionals: values, .bytea) }
    @_disfavoredOverload package static func uuids(_ values: [UUID?]) -> Parameter { Parameter(optionals: values, .uuid) }
    @_disfavoredOverload package static func timestamptzs(_ values: [Date?]) -> Parameter { Parameter(optionals: values, .timestamptz) }
    @_disfavoredOverload package static func dates(_ values: [Date?]) -> Parameter { Parameter(optionals: values, .date) }
    @_disfavoredOverload package static func jsonbs(_ values: [[UInt8]?]) -> Parameter { Parameter(optionals: values, .jsonb) }
}

/// How an array's elements are written.
struct ElementForm<Element>: Sendable {
    let array: ColumnType
    let type: ColumnType
    /// The size of an element in bytes.
    let size: @Sendable (Element) -> Int
    let write: @Sendable (Element, inout ByteWriter) -> Void
}

extension ElementForm<Bool> {
    static let bool = ElementForm(array: .boolArray, type: .bool, size: { _ in 1 }, write: { $1.put($0 ? 1 : 0 as UInt8) })
}

extension ElementForm<Int16> {
    static let int2 = ElementForm(array: .int2Array, type: .int2, size: { _ in 2 }, write: { $1.put($0) })
}

extension ElementForm<Int32> {
    static let int4 = ElementForm(array: .int4Array, type: .int4, size: { _ in 4 }, write: { $1.put($0) })
}

extension ElementForm<Int64> {
    static let int8 = ElementForm(array: .int8Array, type: .int8, size: { _ in 8 }, write: { $1.put($0) })
}

extension ElementForm<Double> {
    static let float8 = ElementForm(array: .float8Array, type: .float8, size: { _ in 8 }, write: { $1.put($0.bitPattern) })
}

extension ElementForm<String> {
    static let text = ElementForm(array: .textArray, type: .text, size: { $0.utf8.count }, write: { $1.put($0) })
}

extension ElementForm<[UInt8]> {
    static let bytea = ElementForm(array: .byteaArray, type: .bytea, size: { $0.count }, write: { $1.put($0) })
    static let jsonb = ElementForm(array: .jsonbArray, type: .jsonb, size: { $0.count + 1 }, write: { $1.putJSONB($0) })
}

extension ElementForm<UUID> {
    static let uuid = ElementForm(array: .uuidArray, type: .uuid, size: { _ in 16 }, write: { $1.put($0) })
}

extension ElementForm<Date> {
    static let timestamptz = ElementForm(
        array: .timestamptzArray,
        type: .timestamptz,
        size: { _ in 8 },
        write: { $1.put($0.postgresMicroseconds) }
    )
    static let date = ElementForm(array: .dateArray, type: .date, size: { _ in 4 }, write: { $1.put($0.postgresDays) })
}

extension Parameter {
    /// Dimensions, whether there are NULLs, element type, length and lower bound: five 32-bit words (src/backend/utils/adt/arrayfuncs.c, array_recv).
    private static let headerSize = 20

    fileprivate init<Element>(_ values: [Element], _ form: ElementForm<Element>) {
        let size = values.reduce(Self.headerSize + 4 * values.count) { $0 + form.size($1) }
        let bytes = Self.array(size: size, count: values.count, element: form.type, hasNulls: false) { writer in
            for value in values {
                writer.put(Int32(form.size(value)))
                form.write(value, &writer)
            }
        }
        self.init(form.array, .bytes(bytes))
    }

    fileprivate init<Element>(optionals values: [Element?], _ form: ElementForm<Element>) {
        let size = values.reduce(Self.headerSize + 4 * values.count) { $0 + ($1.map(form.size) ?? 0) }
        let bytes = Self.array(size: size, count: values.count, element: form.type, hasNulls: true) { writer in
            for value in values {
                if let value {
                    writer.put(Int32(form.size(value)))
                    form.write(value, &writer)
                } else {
                    writer.put(-1 as Int32)
                }
            }
        }
        self.init(form.array, .bytes(bytes))
    }

    private static func array(
        size: Int,
        count: Int,
        element: ColumnType,
        hasNulls: Bool,
        _ elements: (inout ByteWriter) -> Void
    ) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: size) { buffer, written in
            guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
            var writer = ByteWriter(at: start)
            writer.put(1 as Int32)
            writer.put(hasNulls ? 1 : 0 as Int32)
            writer.put(element.rawValue)
            writer.put(Int32(count))
            writer.put(1 as Int32)
            elements(&writer)
            written = size
        }
    }
}
