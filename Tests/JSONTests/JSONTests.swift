import Testing

@testable import JSON

@Suite struct JSONTests {
    @Test func `a text of every kind of value is read`() throws {
        let text = #" {"a":[null,true,false,0,-7,1.5e2,5.0,0.5,"\u4e2d\ud83d\ude00\n"],"b":{}} "#
        let tree = try JSON(parsing: Array(text.utf8))
        #expect(
            tree["a"]?.items == [
                .null, .bool(true), .bool(false), .integer(0), .integer(-7), .integer(150), .integer(5), .number(0.5), .string("中😀\n"),
            ]
        )
        #expect(tree["b"] == .object([:]))
    }

    @Test(arguments: [
        ("", 1, 1), ("{", 1, 2), ("{\"a\" 1}", 1, 6), ("[1,]", 1, 4), ("01", 1, 1), ("1.", 1, 3), ("nul", 1, 1), ("\"a\nb\"", 1, 3),
        ("{\n\"a\":1,\n\"a\":2}", 3, 1), ("\"\\x\"", 1, 2), ("\"\\ud800x\"", 1, 2), ("\"\\u0000\"", 1, 2), ("1 2", 1, 3), ("1e999", 1, 1),
        ("'a'", 1, 1), ("\u{FEFF}{}", 1, 1),
        ("\"\\u+123\"", 1, 2), ("-", 1, 2), ("{\"a\":1,\"\\u0061\":2}", 1, 8), ("{\"é\":1,\"e\u{301}\":2}", 1, 9),
        (" ", 1, 2), ("tru", 1, 1), (".5", 1, 1), ("+1", 1, 1), ("{,}", 1, 2), ("{\"a\":}", 1, 6), ("{1:2}", 1, 2), ("[1 2]", 1, 4),
        ("\"\\u12g4\"", 1, 2), ("\"\\udc00\"", 1, 2), ("\"\\ud800\\u0041\"", 1, 2), ("[}", 1, 2), ("{]", 1, 2), ("NaN", 1, 1),
        ("\"a\\", 1, 3), ("-01", 1, 1), ("[-1e400]", 1, 2),
    ])
    func `what is no JSON is refused with its line and column`(_ text: String, _ line: Int, _ column: Int) {
        let error = #expect(throws: JSON.Malformed.self) { try JSON(parsing: Array(text.utf8)) }
        #expect(error?.line == line)
        #expect(error?.column == column)
    }

    @Test(
        arguments: [[0x22, 0xC0, 0x80, 0x22], [0x22, 0xFF, 0x22], [0x22, 0xE5, 0xB2, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]]
    )
    func `bytes that are no UTF-8 are refused`(text: [UInt8]) {
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: text) }
    }

    @Test func `64 containers in each other are read, and no more`() throws {
        func nested(_ count: Int) -> [UInt8] { Array((String(repeating: "[", count: count) + String(repeating: "]", count: count)).utf8) }
        _ = try JSON(parsing: nested(64))
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: nested(65)) }
    }

    @Test(arguments: [2, 20, 200]) func `a name is refused twice, among few names and among many`(count: Int) {
        let members = (0..<count).map { "\"name\($0)\":\($0)" }
        func text(_ members: [String]) -> [UInt8] { Array("{\(members.joined(separator: ","))}".utf8) }
        #expect(throws: Never.self) { try JSON(parsing: text(members)) }
        #expect(throws: JSON.Malformed.self) { try JSON(parsing: text(members + ["\"name0\":0"])) }
    }

    @Test func `every cut of a valid text is refused`() throws {
        let text = Array(#"{"title":"专场","list":[1,2.5,true,null],"x":{"y":"\u00e9"}}"#.utf8)
        for end in text.indices { #expect(throws: JSON.Malformed.self) { try JSON(parsing: Array(text[..<end])) } }
    }
}
