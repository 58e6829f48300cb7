import Testing
import WebSocket

@Suite struct `UTF-8 in messages` {
    /// Valid and invalid sequences of the kinds in Markus Kuhn's UTF-8 stress test, which the Autobahn cases 6.5–6.23 are made from.
    static let valid: [[UInt8]] = [
        [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF],
        [0xEF, 0xBB, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF], Array("κόσμε 直播带岗 👩‍🔧".utf8),
    ]
    static let invalid: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2, 0x41], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
        [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
        [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xE2, 0x82, 0x41],
    ]

    @Test(arguments: valid) func `a well-formed sequence is let through`(bytes: [UInt8]) {
        #expect(parse(masked(.text, bytes)).received == [.text(bytes)])
    }

    @Test(arguments: invalid) func `an ill-formed sequence is refused`(bytes: [UInt8]) {
        #expect(parse(masked(.text, bytes)).violation == .notUTF8)
    }

    @Test(arguments: [[0xC2], [0xE5, 0xB2], [0xF0, 0x9F, 0x91]] as [[UInt8]]) func `a message that ends within a character is refused`(
        bytes: [UInt8]
    ) {
        #expect(parse(masked(.text, bytes)).violation == .notUTF8)
    }

    @Test func `a wrong byte is found when it arrives, before the frame has ended`() {
        let frame = masked(.text, Array("ab".utf8) + [0xF4, 0x90, 0x80, 0x80, 0x63])
        let head = 6
        #expect(parse(Array(frame.prefix(head + 3))).violation == nil)
        #expect(parse(Array(frame.prefix(head + 4))).violation == .notUTF8)
    }

    @Test func `a wrong byte is found when it arrives, in the fragment after the one in which its character began`() {
        let bytes = masked(.text, [0xE5, 0xB2], isFinal: false) + masked(.ping, "?") + masked(.continuation, [0x41, 0x42], isFinal: false)
        #expect(parse(Array(bytes.dropLast(2))).violation == nil)
        #expect(parse(Array(bytes.dropLast(1))).violation == .notUTF8)
    }

    @Test func `a message begins anew after one that ended`() {
        #expect(parse(masked(.text, "岗") + masked(.binary, [0xE5]) + masked(.text, "位")).received.count == 3)
    }

    @Test func `the check agrees with Swift's own on every sequence of two bytes and on random longer ones`() {
        var random = SeededGenerator(seed: 6455)
        var sequences = (0...65535).map { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        let telling: [UInt8] = [
            0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF,
        ]
        for _ in 0..<100_000 {
            sequences.append((0..<Int.random(in: 3...6, using: &random)).map { _ in telling.randomElement(using: &random)! })
        }
        let disagreements = sequences.filter { bytes in
            var check = UTF8Check()
            let isValid = bytes.allSatisfy { check.take($0) } && check.isComplete
            return isValid != (String(validating: bytes, as: UTF8.self) != nil)
        }
        #expect(disagreements.isEmpty)
    }
}
