import FoundationEssentials
import JSON
import Testing

@Suite struct JSONDecodingTests {
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

    private func decoded(_ text: [UInt8]) -> Anything? { try? JSONDocument(text).decode(Anything.self) }
    private func tree(_ text: [UInt8]) -> Anything? { (try? JSON(parsing: text)).map(Anything.init) }
    private func foundations(_ text: [UInt8]) -> Anything? { try? JSONDecoder().decode(Anything.self, from: Data(text)) }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `tree and decoder read what Foundation reads, and nothing that it refuses`(seed: UInt64) throws {
        var random = JSONGenerator(seed: seed)
        let text = random.text()
        #expect(decoded(text) != nil)
        #expect(decoded(text) == foundations(text))
        #expect(decoded(text) == tree(text))
        for _ in 0..<20 {
            let broken = random.broken(text)
            let read = decoded(broken)
            #expect(read == tree(broken), "\(String(decoding: broken, as: UTF8.self))")
            // Foundation lets a comma pass that nothing follows, and refuses 0e1.
            if read != nil, read != .number(0) { #expect(read == foundations(broken), "\(String(decoding: broken, as: UTF8.self))") }
        }
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `whatever the bytes, they are read or refused`(seed: UInt64) throws {
        var random = JSONGenerator(seed: seed)
        let text = random.text()
        for _ in 0..<50 {
            let odd = random.odd(text)
            #expect(tree(odd) == decoded(odd), "\(odd)")
        }
    }

    @Test(arguments: ["3", "3.0", "3e0", "0.3e1"]) func `a whole number is an integer however it is written`(text: String) throws {
        #expect(try JSONDocument(Array(text.utf8)).decode(Int.self) == 3)
    }

    @Test(arguments: ["300", "-1", "1.5"]) func `a number that doesn't fit its type is refused`(text: String) {
        #expect(throws: DecodingError.self) { try JSONDocument(Array(text.utf8)).decode(UInt8.self) }
    }

    @Test func `an integer is read exactly or not at all`() throws {
        func read(_ text: String) throws -> Int64 { try JSONDocument(Array(text.utf8)).decode() }
        #expect(try read("9007199254740993") == 9_007_199_254_740_993)
        #expect(try read("-9223372036854775808") == .min)
        for text in ["9223372036854775808", "-9223372036854775809", "1e19"] {
            #expect(throws: DecodingError.self) { try read(text) }
            #expect(try JSON(parsing: Array(text.utf8)).integer == nil)
        }
    }

    @Test func `an error names the way to the value`() {
        struct Outer: Decodable {
            struct Inner: Decodable { let count: Int }
            let list: [Inner]
        }
        let text = #"{"other":[{"count":1}],"list":[{"count":1},{"count":"x"}]}"#
        let error = #expect(throws: DecodingError.self) { try JSONDocument(Array(text.utf8)).decode(Outer.self) }
        guard case .typeMismatch(_, let context) = error else { return #expect(error == nil, "not a mismatch") }
        #expect(context.codingPath.map(\.stringValue) == ["list", "Index 1", "count"])
        #expect(context.debugDescription == "is a string where Int is wanted")
    }
}

extension JSONDecodingTests.Anything {
    fileprivate init(_ tree: JSON) {
        switch tree {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .number(Double(value))
        case .number(let value): self = .number(value)
        case .string(let value): self = .string(value)
        case .array(let items): self = .array(items.map(Self.init))
        case .object(let members): self = .object(members.mapValues(Self.init))
        }
    }
}
