/// Turns the bytes of one WebSocket connection into messages, and refuses everything RFC 6455 forbids.
///
/// A pure value without a channel: give it bytes in any split and take out what is complete. It holds nothing
/// but the payload of the message under way, never more than ``Limits/message`` whatever length a frame announces. Rules are checked at the first byte that breaks them.
package struct FrameParser: Sendable {
    /// Something the peer said, with fragments joined and the mask removed.
    package enum Incoming: Equatable, Sendable {
        /// A whole text message; its bytes are UTF-8.
        case text([UInt8])
        case binary([UInt8])
        /// A Ping, to be answered with a Pong of the same bytes (section 5.5.2).
        case ping([UInt8])
        case pong([UInt8])
        /// The peer closes: nil if it gave no code. Whatever it sends after that is passed over (section 5.5.1).
        case close(CloseCode?, reason: [UInt8])
    }

    /// Who sends the bytes that are parsed: a client's frames must be masked, a server's must not be (section 5.1).
    package enum Sender: Sendable { case client, server }

    package struct Limits: Sendable {
        /// The longest message in bytes, all its fragments together.
        package var message: UInt32
        /// The most frames one message may come in.
        package var fragments: UInt32

        package init(message: UInt32, fragments: UInt32) {
            self.message = message
            self.fragments = fragments
        }
    }

    private enum Phase: Sendable { case head, length, mask, payload, ended }

    private let sender: Sender
    private let limits: Limits
    private var phase = Phase.head
    private var opcode = Opcode.continuation
    private var isFinal = false
    /// What the fragmented message under way is: `.continuation` if there is none.
    private var fragmented = Opcode.continuation
    private var fragments: UInt32 = 0
    /// Bytes of the extended length or of the mask still to come.
    private var headLeft: UInt8 = 0
    /// Whether the extended length has eight bytes rather than two.
    private var isWide = false
    /// The extended length read so far; after the head, the payload's length.
    private var length: UInt64 = 0
    /// The mask, its first byte uppermost.
    private var mask: UInt32 = 0
    private var payloadRead: UInt64 = 0
    private var utf8 = UTF8Check()
    private var message: [UInt8] = []
    /// A control frame's payload, kept apart as it may come between fragments.
    private var control: [UInt8] = []
    /// Frames begun so far, wrapping: fragments and control frames count for a rate limit as messages do.
    package private(set) var frames: UInt32 = 0

    package init(from sender: Sender = .client, limits: Limits) {
        self.sender = sender
        self.limits = limits
    }

    /// Whether a Close frame or a violation ended the stream.
    package var hasEnded: Bool { phase == .ended }

    /// The next thing that is complete in `bytes`, read from `offset` on; nil if all of them are used up.
    ///
    /// `offset` moves past what was read. Call again, with the same bytes, until nil comes back; then with the bytes
    /// that arrive next, from 0. After a Close frame or a violation all bytes are passed over.
    /// - Throws: the rule that was broken, once.
    package mutating func next(in bytes: borrowing Span<UInt8>, from offset: inout Int) throws(Violation) -> Incoming? {
        do {
            while offset < bytes.count {
                switch phase {
                case .head: try readHead(bytes, &offset)
                case .length: try readLength(bytes, &offset)
                case .mask: readMask(bytes, &offset)
                case .payload: try readPayload(bytes, &offset)
                case .ended:
                    offset = bytes.count
                    return nil
                }
                if phase == .payload, payloadRead == length, let incoming = try endFrame() { return incoming }
            }
        } catch {
            phase = .ended
            message = []
            control = []
            throw error
        }
        return nil
    }
}

extension FrameParser {
    /// The two bytes every frame begins with, one at a time: `headLeft` is 1 between them.
    private mutating func readHead(_ bytes: borrowing Span<UInt8>, _ offset: inout Int) throws(Violation) {
        let byte = bytes[offset]
        offset += 1
        if headLeft == 0 {
            try beginFrame(byte)
            headLeft = 1
        } else {
            headLeft = 0
            try beginLength(byte)
        }
    }

    private mutating func beginFrame(_ byte: UInt8) throws(Violation) {
        guard byte & 0x70 == 0 else { throw .reservedBits }
        guard let opcode = Opcode(rawValue: byte & 0x0F) else { throw .reservedOpcode }
        self.opcode = opcode
        isFinal = byte & 0x80 != 0
        frames &+= 1
        switch opcode {
        case .close, .ping, .pong:
            guard isFinal else { throw .controlFragmented }
        case .continuation:
            guard fragmented != .continuation else { throw .nothingToContinue }
            guard fragments < limits.fragments else { throw .tooManyFragments }
            fragments += 1
        case .text, .binary:
            guard fragmented == .continuation else { throw .messageInterleaved }
            fragmented = opcode
            fragments = 1
        }
    }

    private mutating func beginLength(_ byte: UInt8) throws(Violation) {
        guard (byte & 0x80 != 0) == (sender == .client) else { throw .masking }
        let short = byte & 0x7F
        guard short <= 125 || !opcode.isControl else { throw .controlTooLong }
        payloadRead = 0
        guard short > 125 else {
            length = UInt64(short)
            return try endLength()
        }
        length = 0
        isWide = short == 127
        headLeft = isWide ? 8 : 2
        phase = .length
    }

    private mutating func readLength(_ bytes: borrowing Span<UInt8>, _ offset: inout Int) throws(Violation) {
        if headLeft == 8, bytes[offset] & 0x80 != 0 { throw .lengthNegative }
        length = length << 8 | UInt64(bytes[offset])
        offset += 1
        headLeft -= 1
        guard headLeft == 0 else { return }
        guard length >= (isWide ? 0x1_0000 : 126) else { throw .lengthNotMinimal }
        try endLength()
    }

    private mutating func endLength() throws(Violation) {
        if opcode == .close, length == 1 { throw .closeCode }
        if !opcode.isControl, UInt64(message.count) + length > UInt64(limits.message) { throw .messageTooBig }
        mask = 0
        headLeft = sender == .client ? 4 : 0
        phase = sender == .client ? .mask : .payload
    }

    private mutating func readMask(_ bytes: borrowing Span<UInt8>, _ offset: inout Int) {
        mask = mask << 8 | UInt32(bytes[offset])
        offset += 1
        headLeft -= 1
        if headLeft == 0 { phase = .payload }
    }
}

extension FrameParser {
    private mutating func readPayload(_ bytes: borrowing Span<UInt8>, _ offset: inout Int) throws(Violation) {
        let end = offset + Int(min(UInt64(bytes.count - offset), length - payloadRead))
        let mask = mask.rotated(left: 8 * UInt32(payloadRead & 3))
        if opcode.isControl {
            Self.unmask(bytes, offset..<end, mask, into: &control)
        } else {
            let seen = message.count
            Self.unmask(bytes, offset..<end, mask, into: &message)
            if fragmented == .text {
                for byte in message[seen...] where !utf8.take(byte) { throw .notUTF8 }
            }
        }
        payloadRead += UInt64(end - offset)
        offset = end
    }

    /// Byte i of a payload is combined with byte i mod 4 of the mask (section 5.3); here `mask` begins with the one for the range's first.
    ///
    /// Static, as a method would hold a copy of the parser and with it of the buffer, which then is copied whole for every piece.
    private static func unmask(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ mask: UInt32, into buffer: inout [UInt8]) {
        if buffer.isEmpty { buffer.reserveCapacity(range.count) }
        var mask = mask
        for index in range {
            mask = mask.rotated(left: 8)
            buffer.append(bytes[index] ^ UInt8(truncatingIfNeeded: mask))
        }
    }

    private mutating func endFrame() throws(Violation) -> Incoming? {
        phase = .head
        if opcode.isControl {
            let payload = control
            control = []
            return try endControl(payload)
        }
        guard isFinal else { return nil }
        let kind = fragmented
        fragmented = .continuation
        guard kind == .text else { return .binary(takeMessage()) }
        guard utf8.isComplete else { throw .notUTF8 }
        return .text(takeMessage())
    }

    private mutating func takeMessage() -> [UInt8] {
        let whole = message
        message = []
        return whole
    }

    private mutating func endControl(_ payload: [UInt8]) throws(Violation) -> Incoming {
        switch opcode {
        case .ping: return .ping(payload)
        case .pong: return .pong(payload)
        default: break
        }
        phase = .ended
        message = []
        guard payload.count >= 2 else { return .close(nil, reason: []) }
        let code = CloseCode(rawValue: UInt16(payload[0]) << 8 | UInt16(payload[1]))
        guard code.isSendable else { throw .closeCode }
        var check = UTF8Check()
        for byte in payload[2...] where !check.take(byte) { throw .notUTF8 }
        guard check.isComplete else { throw .notUTF8 }
        return .close(code, reason: Array(payload[2...]))
    }
}

extension UInt32 {
    fileprivate func rotated(left bits: UInt32) -> UInt32 { self << bits | self >> ((32 &- bits) & 31) }
}
