/// What a frame carries (RFC 6455, section 5.2). 3–7 and 11–15 are reserved.
package enum Opcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    /// Whether it is a control frame: at most 125 bytes, never fragmented, allowed between fragments (section 5.5).
    package var isControl: Bool { rawValue & 0x8 != 0 }
}
