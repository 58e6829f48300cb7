import HummingbirdCore

extension URI {
    /// What a token is called in addresses that people make; RFC 6750 §2.3 has the second, and warns of it.
    private static let namesOfTokens: Set = ["token", "access_token", "id_token", "jwt", "bearer", "authorization"]

    /// Whether somebody has put a token into the address, however its name is written.
    var namesToken: Bool {
        queryParameters.contains { Self.namesOfTokens.contains(Self.decoded($0.key).lowercased()) }
    }

    /// The text with its percent escapes undone (RFC 3986 §2.1); what is no escape stays.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2, let escaped = UInt8(String(Substring(rest.prefix(2))), radix: 16) {
                bytes.append(escaped)
                rest.removeFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
