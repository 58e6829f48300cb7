import Testing
import WebSocket

/// However the network splits a stream, the parser says the same, and says it as soon as it can.
@Suite struct `Split streams` {
    /// A stream with every kind of frame, lengths of 7 and 16 bits, and at its end nothing, a Close frame or a violation of any kind.
    static func stream(seed: UInt64, from sender: FrameParser.Sender = .client) -> [UInt8] {
        var random = SeededGenerator(seed: seed)
        func frame(_ opcode: Opcode, _ payload: some Collection<UInt8>, isFinal: Bool = true) -> [UInt8] {
            sender == .client ? masked(opcode, payload, isFinal: isFinal) : unmasked(opcode, payload, isFinal: isFinal)
        }
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let count = [0, 1, 3, 125, 126, 300].randomElement(using: &random)!
            let text = String(repeating: ["a", "é", "岗", "👩"].randomElement(using: &random)!, count: count).utf8
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes += frame(.ping, text.prefix(125))
            case 1: bytes += frame(.pong, [])
            case 2: bytes += frame(.binary, text)
            case 3:
                let cut = Int.random(in: 0...text.count, using: &random)
                let opcode: Opcode = Bool.random(using: &random) ? .text : .binary
                bytes += frame(opcode, text.prefix(cut), isFinal: false) + frame(.ping, [7]) + frame(.continuation, [], isFinal: false)
                bytes += frame(.continuation, text.dropFirst(cut))
            default: bytes += frame(.text, text)
            }
        }
        let ends: [[UInt8]] = [
            [], frame(.close, [0x03, 0xE8, 0x21]) + [0xFF], frame(.close, []), [0x83], [0xC1], [0x09], [0x80],
            [0x81, sender == .client ? 1 : 0x81],
            frame(.text, [0xE5, 0xB2]), frame(.text, [0xF4, 0x90, 0x80, 0x80]), frame(.close, [1]), frame(.close, [0x03, 0xED]),
            [0x82, (sender == .client ? 0x80 : 0) | 126, 0, 125],
            [0x82, (sender == .client ? 0x80 : 0) | 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
            frame(.text, [0x61], isFinal: false) + frame(.binary, [0x61]),
        ]
        return bytes + ends.randomElement(using: &random)!
    }

    @Test(arguments: 0..<40 as Range<UInt64>) func `every split in two gives what the whole gives`(seed: UInt64) {
        let sender: FrameParser.Sender = seed % 3 == 0 ? .server : .client
        let bytes = Self.stream(seed: seed, from: sender)
        let whole = parse(bytes, from: sender)
        let differing = (0...bytes.count).filter { parse([Array(bytes[..<$0]), Array(bytes[$0...])], from: sender) != whole }
        #expect(differing.isEmpty)
    }

    /// One of each frame, each short: a character cut by a fragment's end, a Ping between, a 16-bit length that is too short at the end.
    @Test func `every split in three gives what the whole gives`() {
        var bytes = masked(.text, [0xE5, 0xB2], isFinal: false) + masked(.ping, [1, 2, 3]) + masked(.continuation, [0x97])
        bytes += masked(.binary, []) + masked(.pong, [4]) + masked(.text, "é") + [0x82, 0xFE, 0, 0]
        let whole = parse(bytes)
        #expect(whole.received.count == 5 && whole.violation == .lengthNotMinimal)
        for first in 0...bytes.count {
            let differing = (first...bytes.count).filter {
                parse([Array(bytes[..<first]), Array(bytes[first..<$0]), Array(bytes[$0...])]) != whole
            }
            #expect(differing.isEmpty)
        }
    }

    /// A length of 64 bits needs a payload that is too long to be split everywhere: in its head, after it and at its end is where it matters.
    @Test(arguments: [65535, 65536]) func `a long frame gives the same wherever its head, its first bytes or its end are split`(count: Int)
    {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let bytes = masked(.binary, payload) + masked(.text, "!")
        let places = Array(0...20) + Array(bytes.count - 12...bytes.count)
        let differing = places.filter {
            parse([Array(bytes[..<$0]), Array(bytes[$0...])]).received != [.binary(payload), .text([0x21])]
        }
        #expect(differing.isEmpty)
    }

    @Test(arguments: 0..<30 as Range<UInt64>) func `byte by byte, each beginning gives what it gives as a whole`(seed: UInt64) {
        let bytes = Self.stream(seed: seed).prefix(500)
        var parser = FrameParser(limits: roomy)
        var soFar = Outcome()
        let differing = bytes.indices.filter {
            feed([bytes[$0]], to: &parser, into: &soFar)
            return soFar != parse(Array(bytes[...$0]))
        }
        #expect(differing.isEmpty)
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

    @Test func `the streams hold every kind of violation that bytes alone can make`() {
        let met = (0..<400 as Range<UInt64>).flatMap { seed in
            [parse(Self.stream(seed: seed)), parse(Self.stream(seed: seed, from: .server), from: .server)].map(\.violation)
        }
        let unmet = Set(Violation.allCases).subtracting(met.compactMap(\.self))
        #expect(unmet == [.lengthNegative, .controlTooLong, .messageTooBig, .tooManyFragments])
    }
}
