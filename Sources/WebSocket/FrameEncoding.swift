/// Whole wire images of unmasked frames, as a server sends them (RFC 6455, section 5.1).
///
/// Header and payload stand in one piece, so that a frame built once is one write(2) for each receiver.
package enum ServerFrame {
    /// The bytes a header takes for a payload of `count` bytes: 2, 4 or 10 (section 5.2).
    package static func headerLength(payload count: Int) -> Int {
        count < 126 ? 2 : count <= UInt16.max ? 4 : 10
    }

    /// A whole text message. The payload must be UTF-8.
    package static func text(_ payload: some Collection<UInt8>) -> [UInt8] { encode(.text, payload) }

    package static func binary(_ payload: some Collection<UInt8>) -> [UInt8] { encode(.binary, payload) }

    /// A Ping; at most 125 bytes (section 5.5).
    package static func ping(_ payload: some Collection<UInt8> = EmptyCollection()) -> [UInt8] { encode(.ping, payload) }

    /// The answer to a Ping, with its bytes (section 5.5.3).
    package static func pong(_ payload: some Collection<UInt8>) -> [UInt8] { encode(.pong, payload) }

    /// A Close frame; the reason is UTF-8 of at most 123 bytes. Without a code the payload is empty (section 5.5.1).
    package static func close(_ code: CloseCode?, reason: some Collection<UInt8> = EmptyCollection()) -> [UInt8] {
        guard let code else { return encode(.close, EmptyCollection()) }
        return encode(.close, [UInt8(code.rawValue >> 8), UInt8(code.rawValue & 0xFF)] + reason)
    }

    /// A whole, unfragmented frame.
    package static func encode(_ opcode: Opcode, _ payload: some Collection<UInt8>) -> [UInt8] {
        let count = payload.count
        precondition(!opcode.isControl || count <= 125, "a control frame carries at most 125 bytes")
        var frame: [UInt8] = []
        frame.reserveCapacity(headerLength(payload: count) + count)
        frame.append(0x80 | opcode.rawValue)
        appendLength(count, masked: false, to: &frame)
        frame.append(contentsOf: payload)
        return frame
    }

    fileprivate static func appendLength(_ count: Int, masked: Bool, to frame: inout [UInt8]) {
        let bit: UInt8 = masked ? 0x80 : 0
        switch count {
        case ..<126: frame.append(bit | UInt8(count))
        case ...Int(UInt16.max): frame.append(contentsOf: [bit | 126, UInt8(count >> 8), UInt8(count & 0xFF)])
        default:
            frame.append(bit | 127)
            for shift in stride(from: 56, through: 0, by: -8) { frame.append(UInt8(count >> shift & 0xFF)) }
        }
    }
}

/// Wire images of masked frames, as a client sends them (RFC 6455, sections 5.1 and 5.3).
package enum ClientFrame {
    /// One frame. The mask must be unpredictable where the payload comes from somebody else (section 10.3); tests may fix it.
    package static func encode(_ opcode: Opcode, _ payload: some Collection<UInt8>, isFinal: Bool = true, mask: UInt32) -> [UInt8] {
        var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode.rawValue]
        ServerFrame.appendLength(payload.count, masked: true, to: &frame)
        let key = [24, 16, 8, 0].map { UInt8(mask >> $0 & 0xFF) }
        frame.append(contentsOf: key)
        for (index, byte) in payload.enumerated() { frame.append(byte ^ key[index & 3]) }
        return frame
    }
}
