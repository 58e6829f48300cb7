import FoundationEssentials

extension Collection<UInt8> {
    /// In base64url without padding (RFC 4648 §5).
    var base64URL: String {
        Data(self).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension [UInt8] {
    /// Nil for what is not base64url without padding.
    init?(base64URL text: some StringProtocol) {
        let letters = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "-"): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            // No letter of base64: what another alphabet has is refused.
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): UInt8(ascii: "!")
            default: byte
            }
        }
        let padding = Array(repeating: UInt8(ascii: "="), count: (4 - letters.count % 4) % 4)
        guard let data = Data(base64Encoded: Data(letters + padding)) else { return nil }
        self = Array(data)
    }
}
