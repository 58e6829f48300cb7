/// What a stream of frames says.
struct Reading: Equatable {
    var received: [FrameParser.Incoming] = []
    var violation: Violation?
    var frames: UInt32 = 0
}

/// Reads a stream the slow and simple way: all its bytes at hand, a line for each rule of RFC 6455, UTF-8 judged by Swift's strings.
///
/// It shares no line with ``FrameParser``, only what both speak of.
struct Reference {
    let bytes: [UInt8]
    let sender: FrameParser.Sender
    let limits: FrameParser.Limits
    private var reading = Reading()
    private var kind: Opcode?
    private var message: [UInt8] = []
    private var fragments = 0

    private init(_ bytes: [UInt8], _ sender: FrameParser.Sender, _ limits: FrameParser.Limits) {
        self.bytes = bytes
        self.sender = sender
        self.limits = limits
    }

    static func read(_ bytes: [UInt8], from sender: FrameParser.Sender, limits: FrameParser.Limits) -> Reading {
        var reference = Reference(bytes, sender, limits)
        var start = 0
        do {
            while start < bytes.count, let next = try reference.frame(from: start) { start = next }
        } catch {
            reference.reading.violation = error
        }
        return reference.reading
    }

    /// Reads the frame that begins at `start` and gives where the next one does; nil if it isn't whole, or is the last.
    private mutating func frame(from start: Int) throws(Violation) -> Int? {
        let isFinal = bytes[start] >= 0x80
        let opcode = try begin(bytes[start], isFinal)
        guard start + 1 < bytes.count else { return nil }
        let isMasked = bytes[start + 1] >= 0x80
        let short = Int(bytes[start + 1]) % 128
        if isMasked != (sender == .client) { throw .masking }
        if opcode.isControl, short > 125 { throw .controlTooLong }
        let lengthBytes = short < 126 ? 0 : short == 126 ? 2 : 8
        let extended = bytes[(start + 2)...].prefix(lengthBytes)
        if lengthBytes == 8, let top = extended.first, top >= 0x80 { throw .lengthNegative }
        guard extended.count == lengthBytes else { return nil }
        let length = lengthBytes == 0 ? short : extended.reduce(0) { $0 * 256 + Int($1) }
        if lengthBytes == 2, length < 126 { throw .lengthNotMinimal }
        if lengthBytes == 8, length < 65536 { throw .lengthNotMinimal }
        if opcode == .close, length == 1 { throw .closeCode }
        if !opcode.isControl, length > Int(limits.message) - message.count { throw .messageTooBig }
        let key = bytes[(start + 2 + lengthBytes)...].prefix(isMasked ? 4 : 0)
        guard key.count == (isMasked ? 4 : 0) else { return nil }
        let masked = bytes[(start + 2 + lengthBytes + key.count)...].prefix(length)
        let payload = masked.enumerated().map { index, byte in isMasked ? byte ^ Array(key)[index % 4] : byte }
        let isWhole = payload.count == length
        try opcode.isControl ? control(opcode, payload, isWhole) : data(payload, isLast: isWhole && isFinal)
        return isWhole && opcode != .close ? masked.endIndex : nil
    }

    private mutating func begin(_ first: UInt8, _ isFinal: Bool) throws(Violation) -> Opcode {
        if first / 16 % 8 != 0 { throw .reservedBits }
        guard let opcode = Opcode(rawValue: first % 16) else { throw .reservedOpcode }
        reading.frames += 1
        if opcode.isControl {
            if !isFinal { throw .controlFragmented }
        } else if opcode == .continuation {
            if kind == nil { throw .nothingToContinue }
            if fragments == limits.fragments { throw .tooManyFragments }
            fragments += 1
        } else {
            if kind != nil { throw .messageInterleaved }
            kind = opcode
            fragments = 1
        }
        return opcode
    }

    private mutating func data(_ payload: [UInt8], isLast: Bool) throws(Violation) {
        message += payload
        if kind == .text, !isUTF8(message), isLast || !beginsUTF8(message) { throw .notUTF8 }
        guard isLast else { return }
        reading.received.append(kind == .text ? .text(message) : .binary(message))
        kind = nil
        message = []
    }

    private mutating func control(_ opcode: Opcode, _ payload: [UInt8], _ isWhole: Bool) throws(Violation) {
        guard isWhole else { return }
        if opcode == .ping { return reading.received.append(.ping(payload)) }
        if opcode == .pong { return reading.received.append(.pong(payload)) }
        guard payload.count >= 2 else { return reading.received.append(.close(nil, reason: [])) }
        let code = Int(payload[0]) * 256 + Int(payload[1])
        let travels =
            [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014].contains(code) || (3000..<5000).contains(code)
        if !travels { throw .closeCode }
        let reason = Array(payload.dropFirst(2))
        if !isUTF8(reason) { throw .notUTF8 }
        reading.received.append(.close(CloseCode(rawValue: UInt16(code)), reason: reason))
    }
}

private func isUTF8(_ bytes: [UInt8]) -> Bool { String(validating: bytes, as: UTF8.self) != nil }

/// Whether some bytes after these make UTF-8 of them: at most three, of which only the first can be one of several.
private func beginsUTF8(_ bytes: [UInt8]) -> Bool {
    let firsts: [UInt8] = [0x80, 0x90, 0xA0]
    return firsts.contains { first in (0...2).contains { isUTF8(bytes + [first] + [UInt8](repeating: 0x80, count: $0)) } }
}
