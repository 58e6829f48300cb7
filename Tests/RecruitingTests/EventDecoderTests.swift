import EventSourcing
import FoundationEssentials
import TestSupport
import Testing

@Suite struct EventDecoderTests {
    /// Any JSON value, decoded the way a type without a plan would.
    enum Anything: Decodable, Equatable {
        case null
        case bool(Bool)
        case number(Double)
        case string(String)
        case array([Anything])
        case object([String: Anything])

        init(from decoder: any Decoder) throws {
            if let members = try? decoder.container(keyedBy: AnyKey.self) {
                self = .object(
                    Dictionary(
                        uniqueKeysWithValues: try members.allKeys.map { ($0.stringValue, try members.decode(Anything.self, forKey: $0)) }
                    )
                )
            } else if var elements = try? decoder.unkeyedContainer() {
                var array: [Anything] = []
                while !elements.isAtEnd { array.append(try elements.decode(Anything.self)) }
                self = .array(array)
            } else {
                self = try Self.scalar(decoder.singleValueContainer())
            }
        }

        private static func scalar(_ value: any SingleValueDecodingContainer) throws -> Anything {
            if value.decodeNil() { return .null }
            if let bool = try? value.decode(Bool.self) { return .bool(bool) }
            if let number = try? value.decode(Double.self) { return .number(number) }
            return .string(try value.decode(String.self))
        }
    }

    struct AnyKey: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private func ours(_ text: [UInt8]) -> Anything? { try? EventDecoder.decode(Anything.self, from: text) }
    private func foundations(_ text: [UInt8]) -> Anything? { try? JSONDecoder().decode(Anything.self, from: Data(text)) }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `reads what Foundation reads, and nothing that it refuses`(seed: UInt64) throws {
        var random = JSONGenerator(seed: seed)
        let text = random.text()
        #expect(ours(text) == foundations(text))
        #expect(ours(text) != nil)
        for _ in 0..<20 {
            let broken = random.broken(text)
            // Foundation lets a comma pass that nothing follows, and refuses 0e1.
            if let read = ours(broken), read != .number(0) {
                #expect(read == foundations(broken), "\(String(decoding: broken, as: UTF8.self))")
            }
        }
    }

    @Test(arguments: [
        "", " ", "{", "[1", "\"a", "tru", "nul", "01", "-", "1.", "1e", ".5", "+1", "[1,]", "{,}", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#,
        "{1:2}",
        "[1 2]", "1 2", #""\x""#, #""\u12g4""#, #""\ud800""#, #""\udc00""#, #""\ud800\u0041""#, #"{"\udc00":1}"#, "\"\u{1}\"", "[}", "{]",
        "'a'", "NaN", "1e999",
    ])
    func `refuses what is no JSON`(text: String) {
        #expect(throws: DecodingError.self) { try EventDecoder.decode(Anything.self, from: Array(text.utf8)) }
    }

    @Test(arguments: [[0x22, 0xFF, 0x22], [0x22, 0xE5, 0xB2, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22]] as [[UInt8]])
    func `refuses what is no UTF-8`(text: [UInt8]) {
        #expect(throws: DecodingError.self) { try EventDecoder.decode(String.self, from: text) }
    }

    @Test func `takes 512 containers in each other and no more`() throws {
        _ = try EventDecoder.decode(
            Anything.self,
            from: Array((String(repeating: "[", count: 512) + String(repeating: "]", count: 512)).utf8)
        )
        #expect(throws: DecodingError.self) {
            try EventDecoder.decode(
                Anything.self,
                from: Array((String(repeating: "[", count: 513) + String(repeating: "]", count: 513)).utf8)
            )
        }
    }

    @Test(arguments: ["3", "3.0", "3e0", "0.3e1"]) func `a whole number is an integer however it is written`(text: String) throws {
        #expect(try EventDecoder.decode(Int.self, from: Array(text.utf8)) == 3)
    }

    @Test(arguments: ["300", "-1", "1.5"]) func `a number that doesn't fit its type is refused`(text: String) {
        #expect(throws: DecodingError.self) { try EventDecoder.decode(UInt8.self, from: Array(text.utf8)) }
    }

    @Test func `an error names the way to the value`() {
        struct Outer: Decodable {
            struct Inner: Decodable { let count: Int }
            let list: [Inner]
        }
        let text = #"{"other":[{"count":1}],"list":[{"count":1},{"count":"x"}]}"#
        let error = #expect(throws: DecodingError.self) { try EventDecoder.decode(Outer.self, from: Array(text.utf8)) }
        guard case .typeMismatch(_, let context) = error else { return #expect(error == nil, "not a mismatch") }
        #expect(context.codingPath.map(\.stringValue) == ["list", "Index 1", "count"])
    }
}

/// Texts of every form that JSON has, and texts broken in a few bytes.
struct JSONGenerator {
    private var random: Seed

    init(seed: UInt64) { random = Seed(seed) }

    private mutating func next(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &random) }

    mutating func text() -> [UInt8] { Array(value(depth: 0).utf8) }

    mutating func broken(_ text: [UInt8]) -> [UInt8] {
        var text = text
        for _ in 0...next(2) {
            let place = next(text.count + 1)
            let byte = Array(#"{}[]",:\u01-+.eE tfn"#.utf8)[next(20)]
            switch next(3) {
            case 0 where place < text.count: text[place] = byte
            case 1 where place < text.count: text.remove(at: place)
            default: text.insert(byte, at: place)
            }
        }
        return text
    }

    private mutating func value(depth: Int) -> String {
        switch next(depth > 4 ? 5 : 7) {
        case 0: ["null", "true", "false"][next(3)]
        case 1: "\(next(2_000_000) - 1_000_000)"
        case 2: ["0", "-0.5", "1.25e3", "1E+2", "12345678901234567890", "0.1", "-7e2"][next(7)]
        case 3, 4: string()
        case 5: "[" + space() + (0..<next(4)).map { _ in value(depth: depth + 1) + space() }.joined(separator: ",") + "]"
        default:
            "{" + space()
                + (0..<next(4)).map { "\"\($0)\(string().dropFirst())\(space()):\(space())\(value(depth: depth + 1))\(space())" }
                .joined(separator: ",") + "}"
        }
    }

    private mutating func space() -> String { ["", " ", "\n\t", "\r "][next(4)] }

    private mutating func string() -> String {
        let pieces = [
            "a", "数控技工", "é", "😀", #"\""#, #"\\"#, #"\/"#, #"\b\f\n\r\t"#, #"\u00e9"#, #"\uD83D\uDE00"#, #"\u5c97"#, " ", "{", "]",
        ]
        return "\"" + (0..<next(5)).map { _ in pieces[next(pieces.count)] }.joined() + "\""
    }
}
