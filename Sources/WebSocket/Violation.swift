/// What a peer did against RFC 6455 or against the receiver's limits. The connection can't go on after one.
package enum Violation: Error, Hashable, Sendable, CaseIterable {
    /// A reserved bit is set though no extension was negotiated (section 5.2).
    case reservedBits
    /// Opcode 3–7 or 11–15 (section 5.2).
    case reservedOpcode
    /// A client's frame is not masked, or a server's is (section 5.1).
    case masking
    /// A payload length isn't written in its shortest form (section 5.2).
    case lengthNotMinimal
    /// The top bit of a 64-bit payload length is set (section 5.2).
    case lengthNegative
    /// A control frame is longer than 125 bytes (section 5.5).
    case controlTooLong
    /// A control frame is fragmented (section 5.5).
    case controlFragmented
    /// A continuation frame without a message to continue (section 5.4).
    case nothingToContinue
    /// A new message begins before the fragmented one has ended (section 5.4).
    case messageInterleaved
    /// A Close frame's payload is one byte long, or its code must not be sent (sections 5.5.1, 7.4).
    case closeCode
    /// A text message or a close reason isn't UTF-8 (section 8.1).
    case notUTF8
    /// A message is longer than ``FrameParser/Limits/message``.
    case messageTooBig
    /// A message comes in more frames than ``FrameParser/Limits/fragments``.
    case tooManyFragments

    /// The code to close the connection with (section 7.4.1).
    package var code: CloseCode {
        switch self {
        case .notUTF8: .invalidPayload
        case .messageTooBig: .messageTooBig
        case .tooManyFragments: .policyViolation
        default: .protocolError
        }
    }
}
