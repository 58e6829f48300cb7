/// Why a WebSocket connection ends, as sent in a Close frame (RFC 6455, section 7.4).
package struct CloseCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The purpose of the connection is fulfilled (RFC 6455, section 7.4.1).
    package static let normal = CloseCode(rawValue: 1000)
    /// An endpoint goes away: the page is left, the server ends.
    package static let goingAway = CloseCode(rawValue: 1001)
    /// The peer broke the framing rules.
    package static let protocolError = CloseCode(rawValue: 1002)
    /// The peer sent a kind of data that isn't accepted here (binary where text is asked for).
    package static let unsupportedData = CloseCode(rawValue: 1003)
    /// A text message or a close reason isn't UTF-8.
    package static let invalidPayload = CloseCode(rawValue: 1007)
    /// The peer broke a rule that has no code of its own, such as a rate limit.
    package static let policyViolation = CloseCode(rawValue: 1008)
    /// A message is longer than is accepted here.
    package static let messageTooBig = CloseCode(rawValue: 1009)
    /// The server met a condition that keeps it from going on.
    package static let internalError = CloseCode(rawValue: 1011)
    /// The server restarts; come back (IANA WebSocket close code registry).
    package static let serviceRestart = CloseCode(rawValue: 1012)
    /// The server is overloaded; come back later (IANA WebSocket close code registry).
    package static let tryAgainLater = CloseCode(rawValue: 1013)

    /// Whether an endpoint may put the code into a Close frame.
    ///
    /// 1004, 1005, 1006 and 1015 never travel; 1000–2999 are the protocol's, of which 1000–1003 and 1007–1014 are
    /// assigned (RFC 6455, section 7.4.1, and the IANA registry); 3000–4999 belong to libraries and applications
    /// (section 7.4.2); nothing else is valid.
    package var isSendable: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
