import Glibc
import Testing
import WebSocket

@Suite struct `Frames that are right` {
    @Test func `the masked Hello of RFC 6455, section 5.7, is read`() {
        let bytes: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(parse(bytes).received == [.text(Array("Hello".utf8))])
        #expect(ClientFrame.encode(.text, Array("Hello".utf8), mask: 0x37FA_213D) == bytes)
    }

    @Test func `the fragmented Hello of section 5.7 is joined`() {
        let bytes: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
        #expect(parse(bytes, from: .server).received == [.text(Array("Hello".utf8))])
    }

    @Test(arguments: [0, 1, 125, 126, 127, 128, 65535, 65536, 65537]) func `a payload of any length form is read`(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7) }
        #expect(parse(masked(.binary, payload)).received == [.binary(payload)])
        #expect(parse(ServerFrame.binary(payload), from: .server).received == [.binary(payload)])
    }

    @Test func `an empty text is a message`() {
        #expect(parse(masked(.text, "")).received == [.text([])])
    }

    @Test func `a control frame may come between fragments`() {
        let bytes = masked(.text, "ab", isFinal: false) + masked(.ping, "?") + masked(.continuation, "cd")
        #expect(parse(bytes).received == [.ping(Array("?".utf8)), .text(Array("abcd".utf8))])
    }

    @Test func `empty fragments join to an empty message`() {
        let bytes = masked(.binary, "", isFinal: false) + masked(.continuation, "", isFinal: false) + masked(.continuation, "")
        #expect(parse(bytes).received == [.binary([])])
    }

    @Test func `a character may be cut by a fragment's end`() {
        let text = Array("岗位".utf8)
        let bytes =
            masked(.text, text[..<2], isFinal: false) + masked(.continuation, text[2..<4], isFinal: false)
            + masked(.continuation, text[4...])
        #expect(parse(bytes).received == [.text(text)])
    }

    @Test func `binary messages may hold anything`() {
        #expect(parse(masked(.binary, [0xFF, 0xC0, 0x80])).received == [.binary([0xFF, 0xC0, 0x80])])
    }

    @Test func `messages in one delivery come out one by one`() {
        let bytes = masked(.text, "a") + masked(.text, "b") + masked(.pong, "") + masked(.text, "c")
        #expect(parse(bytes).received == [.text([0x61]), .text([0x62]), .pong([]), .text([0x63])])
    }

    @Test func `control frames carry up to 125 bytes`() {
        let payload = [UInt8](repeating: 0xFE, count: 125)
        #expect(parse(masked(.ping, payload)).received == [.ping(payload)])
    }
}

@Suite struct `Frames that are wrong` {
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let bytes: [UInt8]
        let violation: Violation
        var sender = FrameParser.Sender.client
    }

    /// Each broken at its last byte, so that a parser which looks later is caught.
    static let cases: [Case] =
        [0x10, 0x20, 0x40, 0x70].map { Case(testDescription: "reserved bits \($0)", bytes: [0x81 | $0], violation: .reservedBits) }
        + ([3, 4, 5, 6, 7, 11, 12, 13, 14, 15] as [UInt8]).map {
            Case(testDescription: "reserved opcode \($0)", bytes: [0x80 | $0], violation: .reservedOpcode)
        } + [
            Case(testDescription: "a client's frame without mask", bytes: [0x81, 0x05], violation: .masking),
            Case(testDescription: "a server's frame with mask", bytes: [0x81, 0x85], violation: .masking, sender: .server),
            Case(testDescription: "16-bit length of 125", bytes: [0x81, 0xFE, 0x00, 0x7D], violation: .lengthNotMinimal),
            Case(testDescription: "16-bit length of 0", bytes: [0x81, 0xFE, 0x00, 0x00], violation: .lengthNotMinimal),
            Case(
                testDescription: "64-bit length of 65535",
                bytes: [0x82, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
                violation: .lengthNotMinimal
            ),
            Case(testDescription: "64-bit length with top bit", bytes: [0x82, 0xFF, 0x80], violation: .lengthNegative),
            Case(testDescription: "ping of 126 bytes", bytes: [0x89, 0xFE], violation: .controlTooLong),
            Case(testDescription: "close of 64-bit length", bytes: [0x88, 0xFF], violation: .controlTooLong),
            Case(testDescription: "fragmented ping", bytes: [0x09], violation: .controlFragmented),
            Case(testDescription: "fragmented close", bytes: [0x08], violation: .controlFragmented),
            Case(testDescription: "continuation of nothing", bytes: [0x80], violation: .nothingToContinue),
            Case(testDescription: "continuation of nothing, not final", bytes: [0x00], violation: .nothingToContinue),
            Case(
                testDescription: "continuation after a whole message",
                bytes: masked(.text, "a") + [0x80],
                violation: .nothingToContinue
            ),
            Case(
                testDescription: "text within a message",
                bytes: masked(.text, "a", isFinal: false) + [0x81],
                violation: .messageInterleaved
            ),
            Case(
                testDescription: "binary fragment within a message",
                bytes: masked(.text, "a", isFinal: false) + [0x02],
                violation: .messageInterleaved
            ),
            Case(testDescription: "close of one byte", bytes: [0x88, 0x81], violation: .closeCode),
        ]

    @Test(arguments: cases) func `a broken rule is found at the byte that breaks it`(example: Case) {
        #expect(parse(Array(example.bytes.dropLast()), from: example.sender).violation == nil)
        #expect(parse(example.bytes, from: example.sender).violation == example.violation)
    }

    @Test func `nothing is read after a violation`() {
        let outcome = parse(masked(.text, "a") + [0xC1, 0x80] + masked(.text, "b"))
        #expect(outcome.received == [.text([0x61])])
        #expect(outcome.violation == .reservedBits)
        #expect(parse([[0xC1], masked(.text, "b")]).received.isEmpty)
    }

    @Test func `every violation closes with the code RFC 6455 names`() {
        for violation in Violation.allCases {
            let expected: CloseCode =
                switch violation {
                case .notUTF8: .invalidPayload
                case .messageTooBig: .messageTooBig
                case .tooManyFragments: .policyViolation
                default: .protocolError
                }
            #expect(violation.code == expected)
        }
    }
}

@Suite struct `Limits of a message` {
    @Test func `the longest message is let through and one byte more is not`() {
        #expect(parse(masked(.binary, [UInt8](repeating: 1, count: 200)), limits: narrow).violation == nil)
        #expect(parse(Array(masked(.binary, [UInt8](repeating: 1, count: 201)).prefix(4)), limits: narrow).violation == .messageTooBig)
    }

    @Test func `fragments count together`() {
        let half = [UInt8](repeating: 1, count: 101)
        let bytes = masked(.binary, half, isFinal: false) + masked(.continuation, half)
        #expect(parse(bytes, limits: narrow).violation == .messageTooBig)
    }

    @Test func `a length of 2^63 - 1 is refused before a byte of it is kept`() {
        let bytes: [UInt8] = [0x82, 0xFF, 0x7F] + [UInt8](repeating: 0xFF, count: 7)
        #expect(parse(bytes).violation == .messageTooBig)
    }

    @Test func `one fragment too many is refused`() {
        let parts = [masked(.text, "a", isFinal: false)] + (0..<3).map { _ in masked(.continuation, "b", isFinal: false) }
        #expect(parse(parts, limits: narrow).violation == nil)
        #expect(parse(parts + [masked(.continuation, "c")], limits: narrow).violation == .tooManyFragments)
    }

    /// In processor time of this thread, so that a busy machine doesn't count.
    @Test func `a message costs each byte once, in however many pieces it comes`() {
        let bytes = masked(.binary, [UInt8](repeating: 7, count: 1 << 20))
        func cost(pieces size: Int) -> Int {
            let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
            let start = threadTime()
            #expect(parse(pieces, limits: .init(message: 1 << 20, fragments: 1)).received.count == 1)
            return threadTime() - start
        }
        #expect(cost(pieces: 32) < 6 * cost(pieces: 1 << 16))
    }

    private func threadTime() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }

    @Test func `fragments and control frames are counted as frames`() {
        #expect(parse(masked(.text, "a", isFinal: false) + masked(.ping, "") + masked(.continuation, "b")).frames == 3)
    }
}

@Suite struct `Close frames` {
    @Test(arguments: [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4001, 4999] as [UInt16])
    func `a code that may travel is taken with its reason`(code: UInt16) {
        let payload = [UInt8(code >> 8), UInt8(code & 0xFF)] + Array("再见".utf8)
        #expect(parse(masked(.close, payload)).received == [.close(CloseCode(rawValue: code), reason: Array("再见".utf8))])
    }

    @Test(arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535] as [UInt16])
    func `a code that must not travel is refused`(code: UInt16) {
        #expect(parse(masked(.close, [UInt8(code >> 8), UInt8(code & 0xFF)])).violation == .closeCode)
    }

    @Test func `a close without a code is taken`() {
        #expect(parse(masked(.close, "")).received == [.close(nil, reason: [])])
    }

    @Test func `a reason that isn't UTF-8 or ends within a character is refused`() {
        #expect(parse(masked(.close, [0x03, 0xE8, 0xCE, 0xBA, 0xED, 0xA0, 0x80])).violation == .notUTF8)
        #expect(parse(masked(.close, [0x03, 0xE8, 0xE5, 0xB2])).violation == .notUTF8)
    }

    @Test func `what follows a close is passed over`() {
        let outcome = parse(masked(.close, "") + masked(.text, "late") + [0xFF, 0xFF])
        #expect(outcome == Outcome(received: [.close(nil, reason: [])], violation: nil, frames: 1))
    }
}
