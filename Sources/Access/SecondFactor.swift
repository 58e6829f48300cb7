import Crypto
package import FoundationEssentials

/// What somebody's telephone and this server share: codes made of it and the time (RFC 6238: SHA-1, six digits, 30 s), as every
/// authenticator knows them.
package struct SecondFactor: Sendable {
    /// 20 bytes (RFC 4226 §4, R6).
    package let secret: [UInt8]

    private static let period = 30.0
    /// How many periods a clock may be off, either way (RFC 6238 §5.2).
    private static let window = Int64(1)

    package init(secret: [UInt8]) {
        self.secret = secret
    }

    package static func random() -> SecondFactor {
        SecondFactor(secret: SymmetricKey(size: .init(bitCount: 160)).withUnsafeBytes { Array($0) })
    }

    /// The number of the period that `code` is of; nil when it is of none that may be now.
    package func step(of code: String, at now: Date) -> Int64? {
        let step = Int64(now.timeIntervalSince1970 / Self.period)
        return (step - Self.window...step + Self.window).first { self.code($0) == code }
    }

    /// The code of the period with this number (RFC 4226 §5.3).
    package func code(_ step: Int64) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let digest = Array(HMAC<Insecure.SHA1>.authenticationCode(for: counter, using: SymmetricKey(data: secret)))
        let offset = Int(digest[19] & 0xF)
        let number = digest[offset..<offset + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
        let text = String(number % 1_000_000)
        return String(repeating: "0", count: 6 - text.count) + text
    }

    /// The code at a moment.
    package func code(at now: Date) -> String { code(Int64(now.timeIntervalSince1970 / Self.period)) }

    /// The secret as people type it into an authenticator: base32 (RFC 4648 §6) without padding.
    package var text: String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
        var text = ""
        var (bits, count) = (UInt32(0), 0)
        for byte in secret {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                text.append(alphabet[Int(bits >> UInt32(count)) & 31])
            }
        }
        if count > 0 { text.append(alphabet[Int(bits << UInt32(5 - count)) & 31]) }
        return text
    }

    /// The address that an authenticator opens (Google Authenticator's key URI format).
    package func address(of account: String) -> String {
        let name = account.utf8.map { byte in
            let isPlain =
                byte < 0x80
                && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber || byte == 0x2D || byte == 0x2E)
            return isPlain
                ? String(Character(Unicode.Scalar(byte))) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
        return "otpauth://totp/Jobcast:\(name.joined())?secret=\(text)&issuer=Jobcast&algorithm=SHA1&digits=6&period=30"
    }
}
