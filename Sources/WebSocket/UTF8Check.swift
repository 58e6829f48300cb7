/// Checks UTF-8 as it comes in, however the bytes are split (RFC 3629, as RFC 6455, section 8.1, demands).
///
/// The state is what the next byte must be, so that a wrong byte is found when it arrives, not at the end of the message.
/// Well-formed sequences are those of The Unicode Standard 16.0, table 3-7.
package struct UTF8Check: Sendable {
    /// How many continuation bytes are still due: 0…3.
    private var due: UInt8 = 0
    /// The bounds of the next continuation byte: they exclude overlong forms, surrogates and values past U+10FFFF.
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    package init() {}

    /// Whether the bytes so far end with a whole character.
    package var isComplete: Bool { due == 0 }

    /// Takes the next byte. Answers false if it can't follow; what comes after that has no meaning.
    @inline(__always)
    package mutating func take(_ byte: UInt8) -> Bool {
        if due == 0 {
            return byte < 0x80 || begin(byte)
        }
        guard byte >= lowest, byte <= highest else { return false }
        due -= 1
        lowest = 0x80
        highest = 0xBF
        return true
    }

    private mutating func begin(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: due = 1
        case 0xE0...0xEF:
            due = 2
            if byte == 0xE0 { lowest = 0xA0 }
            if byte == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            due = 3
            if byte == 0xF0 { lowest = 0x90 }
            if byte == 0xF4 { highest = 0x8F }
        default: return false
        }
        return true
    }
}
