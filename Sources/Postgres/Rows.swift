import CLibpq

/// What a statement gave back; lives as long as anyone holds it or one of its rows.
package struct Rows: RandomAccessCollection, Sendable {
    let result: ResultHandle
    package let count: Int

    init(_ result: ResultHandle) {
        self.result = result
        self.count = Int(PQntuples(result.pointer))
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { count }

    package subscript(index: Int) -> Row {
        precondition(index >= 0 && index < count, "row \(index) of \(count)")
        return Row(result: result, index: Int32(index))
    }

    /// How many rows the statement read, inserted, changed or deleted.
    package var affected: Int {
        Int(String(cString: PQcmdTuples(result.pointer))) ?? 0
    }

    package var columnNames: [String] {
        (0..<PQnfields(result.pointer)).map { String(cString: PQfname(result.pointer, $0)) }
    }
}

/// One row; columns are counted from 0.
package struct Row: Sendable {
    let result: ResultHandle
    let index: Int32

    /// The column's value.
    /// - Throws: `PostgresError.decoding` when it is NULL or of a type that doesn't become `Value`.
    package func decode<Value: PostgresDecodable>(_ column: Int, as type: Value.Type = Value.self) throws(PostgresError) -> Value {
        defer { extendLifetime(result) }
        do {
            return try Value(field: field(column))
        } catch .decoding(let reason) {
            throw .decoding("column \(column) (\(String(cString: PQfname(result.pointer, Int32(column))))): \(reason)")
        }
    }

    /// The column's value, or nil for NULL.
    package func decodeIfPresent<Value: PostgresDecodable>(
        _ column: Int,
        as type: Value.Type = Value.self
    ) throws(PostgresError) -> Value? {
        try decode(column, as: Value?.self)
    }

    private func field(_ column: Int) -> Field {
        precondition(column >= 0 && column < Int(PQnfields(result.pointer)), "no column \(column)")
        let column = Int32(column)
        let type = PQftype(result.pointer, column)
        if PQgetisnull(result.pointer, index, column) == 1 { return Field(type: type, bytes: nil) }
        let start = PQgetvalue(result.pointer, index, column)
        return Field(type: type, bytes: UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(result.pointer, index, column))))
    }
}

/// Owns a PGresult.
/// @unchecked: libpq never changes a result after it gave it out; only reading functions are called until `deinit` frees it.
final class ResultHandle: @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) {
        self.pointer = pointer
    }

    deinit {
        PQclear(pointer)
    }
}
