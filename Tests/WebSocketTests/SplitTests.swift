import Testing
import WebSocket

/// However the network splits a stream, the parser says the same.
@Suite struct `Split streams` {
    /// A stream with every kind of frame, all three length forms and a violation or a close at its end.
    static func stream(seed: UInt64) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let count = [0, 1, 3, 125, 126, 300].randomElement(using: &random)!
            let text = String(repeating: ["a", "é", "岗", "👩"].randomElement(using: &random)!, count: count)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes += masked(.ping, text.utf8.prefix(125))
            case 1: bytes += masked(.pong, [])
            case 2: bytes += masked(.binary, text.utf8)
            case 3:
                let cut = Int.random(in: 0...text.utf8.count, using: &random)
                bytes += masked(.text, text.utf8.prefix(cut), isFinal: false) + masked(.ping, "x")
                bytes += masked(.continuation, text.utf8.dropFirst(cut))
            default: bytes += masked(.text, text.utf8)
            }
        }
        let ends: [[UInt8]] = [
            [], masked(.close, [0x03, 0xE8, 0x21]), [0x83], [0x81, 0x01], masked(.text, [0xFF]), masked(.close, [1]), [0x81, 0xFE, 0, 1],
        ]
        return bytes + ends.randomElement(using: &random)!
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `every split in two gives what the whole gives`(seed: UInt64) {
        let bytes = Self.stream(seed: seed)
        let whole = parse(bytes)
        let differing = (0...bytes.count).filter { parse([Array(bytes[..<$0]), Array(bytes[$0...])]) != whole }
        #expect(differing.isEmpty)
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `byte by byte gives what the whole gives`(seed: UInt64) {
        let bytes = Self.stream(seed: seed)
        #expect(parse(bytes.map { [$0] }) == parse(bytes))
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func `any split gives what the whole gives`(seed: UInt64) {
        var random = SeededGenerator(seed: seed &+ 1000)
        let bytes = Self.stream(seed: seed)
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            pieces.append(Array(rest.prefix(Int.random(in: 0...40, using: &random))))
            rest = rest.dropFirst(pieces.last!.count)
        }
        #expect(parse(pieces) == parse(bytes))
    }

    @Test(arguments: 0..<20 as Range<UInt64>) func `random bytes and broken streams never stop the parser from ending`(seed: UInt64) {
        var random = SeededGenerator(seed: seed &+ 5000)
        for _ in 0..<200 {
            var bytes = Self.stream(seed: random.next())
            for _ in 0..<3 { bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random) }
            #expect(parse(bytes.map { [$0] }, limits: narrow) == parse(bytes, limits: narrow))
        }
    }
}
