import FoundationEssentials
import Postgres
import TestSupport
import Testing

/// Each value goes to the server and back, and the server's own text form of it is compared, so that two wrongs can't make a right.
@Suite struct `A value` {
    private func check<Value: PostgresDecodable & Equatable & Sendable>(_ values: [(Parameter, Value?, String?)]) async throws {
        try await withDatabase(migrated: false) { pool in
            for (parameter, value, text) in values {
                let row = try await pool.connection { try $0.query("SELECT $1, $1::text", [parameter])[0] }
                #expect(try row.decodeIfPresent(0, as: Value.self) == value)
                #expect(try row.decodeIfPresent(1, as: String.self) == text)
            }
        }
    }

    @Test func `of integer type keeps its extremes`() async throws {
        try await check([
            (.int8(.min), Int64.min, "-9223372036854775808"), (.int8(.max), .max, "9223372036854775807"), (.int8(-1), -1, "-1"),
            (.int8(nil), nil, nil),
            (.int4(.min), Int64(Int32.min), "-2147483648"), (.int4(.max), Int64(Int32.max), "2147483647"), (.int4(nil), nil, nil),
            (.int2(.min), -32768, "-32768"), (.int2(nil), nil, nil), (.int(7), 7, "7"),
        ])
    }

    @Test func `of Boolean and floating type comes back unchanged`() async throws {
        try await check([(.bool(true), true, "true"), (.bool(false), false, "false"), (.bool(nil), nil, nil)])
        try await check([
            (.float8(-0.1), -0.1, "-0.1"), (.float8(.infinity), .infinity, "Infinity"),
            (.float8(.leastNonzeroMagnitude), .leastNonzeroMagnitude, "5e-324"),
            (.float8(.greatestFiniteMagnitude), .greatestFiniteMagnitude, "1.7976931348623157e+308"), (.float8(nil), nil, nil),
        ])
    }

    @Test func `of text keeps every character`() async throws {
        let texts = ["", "直播带岗 👩🏽‍🏭 é", "a'b\"c\\d\n\t", "{NULL,\"x\"}", String(repeating: "长", count: 40_000)]
        try await check(texts.map { (.text($0), $0, $0) } + [(.text(nil), nil, nil)])
    }

    @Test func `of bytes, UUID and JSON comes back unchanged`() async throws {
        let bytes = [UInt8](0...255)
        try await check([(.bytea([]), [], "\\x"), (.bytea([0, 255]), [0, 255] as [UInt8], "\\x00ff"), (.bytea(nil), nil, nil)])
        try await check([(.bytea(bytes), bytes, "\\x" + bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())])
        let id = UUID(uuidString: "01234567-89AB-CDEF-FEDC-BA9876543210")!
        try await check([(.uuid(id), id, "01234567-89ab-cdef-fedc-ba9876543210"), (.uuid(nil), nil, nil)])
        let json = #"{"a": [1, null, "岗"]}"#
        try await check([(.jsonb(Array(json.utf8)), Array(json.utf8), json), (.jsonb(nil), nil, nil)])
        try await check([(.jsonb(Array(json.utf8)), json, json)])
    }

    @Test func `of time keeps its microseconds, also before 2000`() async throws {
        func at(_ seconds: Double) -> Date { Date(timeIntervalSince1970: seconds) }
        try await check([
            (.timestamptz(at(946_684_800)), at(946_684_800), "2000-01-01 00:00:00+00"),
            (.timestamptz(at(0)), at(0), "1970-01-01 00:00:00+00"),
            (.timestamptz(at(-0.000001)), at(-0.000001), "1969-12-31 23:59:59.999999+00"),
            (.timestamptz(at(-86400 * 36524)), at(-86400 * 36524), "1870-01-01 00:00:00+00"),
            (.timestamptz(at(1_767_600_000.123456)), at(1_767_600_000.123456), "2026-01-05 08:00:00.123456+00"),
            (.timestamptz(nil), nil, nil),
        ])
        try await check([
            (.date(at(86399)), at(0), "1970-01-01"), (.date(at(-1)), at(-86400), "1969-12-31"),
            (.date(at(1_767_600_000)), at(1_767_571_200), "2026-01-05"),
        ])
    }

    @Test func `may be an array with NULLs`() async throws {
        try await check([(.int8s([]), [] as [Int64?], "{}"), (.int8s([1, nil, .min]), [1, nil, .min], "{1,NULL,-9223372036854775808}")])
        try await check([(.int4s([1, -1]), [1, -1] as [Int32], "{1,-1}"), (.null(.int4Array), nil, nil)])
        try await check([(.texts(["岗", nil, "", "NULL"]), ["岗", nil, "", "NULL"], "{岗,NULL,\"\",\"NULL\"}")])
        try await check([(.byteas([[1, 2], [], nil]), [[1, 2], [], nil] as [[UInt8]?], #"{"\\x0102","\\x",NULL}"#)])
        try await check([(.jsonbs([Array("{}".utf8), nil]), ["{}", nil] as [String?], #"{"{}",NULL}"#)])
        try await check(
            [(.bools([true, false]), [true, false], "{t,f}"), (.bools([nil]), nil as [Bool]?, "{NULL}")].prefix(1).map { $0 }
        )
        try await check([(.float8s([0.5]), [0.5], "{0.5}"), (.int2s([3, nil]).self, nil as [Double]?, "{3,NULL}")].prefix(1).map { $0 })
        let day = Date(timeIntervalSince1970: 0)
        try await check([
            (.timestamptzs([day, nil]), [day, nil], #"{"1970-01-01 00:00:00+00",NULL}"#), (.dates([day]), [day], "{1970-01-01}"),
        ])
        let id = UUID()
        try await check([(.uuids([id, nil]), [id, nil], "{\(id.uuidString.lowercased()),NULL}")])
    }

    @Test func `of another type than asked for is refused with the column's name`() async throws {
        try await withDatabase(migrated: false) { pool in
            let row = try await pool.connection {
                try $0.query("SELECT 'x' AS title, NULL::int8 AS count, 1.5 AS pay, 5000000000 AS big")[0]
            }
            #expect(throws: PostgresError.decoding("column 0 (title): text can't be read as Int64")) { try row.decode(0, as: Int64.self) }
            #expect(throws: PostgresError.decoding("column 1 (count): NULL where Int64 is wanted")) { try row.decode(1, as: Int64.self) }
            #expect(throws: PostgresError.decoding("column 2 (pay): numeric can't be read as Double; cast it in the statement")) {
                try row.decode(2, as: Double.self)
            }
            #expect(throws: PostgresError.decoding("column 3 (big): 5000000000 doesn't fit Int32")) { try row.decode(3, as: Int32.self) }
        }
    }

    @Test func `of an array of 100,000 texts comes back unchanged`() async throws {
        let texts = (0..<100_000).map { "岗位 \($0)" }
        try await withDatabase(migrated: false) { pool in
            let back = try await pool.connection { try $0.query("SELECT $1", [.texts(texts)])[0].decode(0, as: [String].self) }
            #expect(back == texts)
        }
    }
}
