import Crypto
package import Recruiting

/// Names viewers in the log: the same viewer is the same within a session, and somebody else in every other.
package struct Pseudonyms: Sendable {
    private let secret: SymmetricKey

    package init(secret: [UInt8]) {
        self.secret = SymmetricKey(data: secret)
    }

    package func pseudonym(of subject: String, in session: SessionID) -> Pseudonym {
        Pseudonym(number: number(of: subject, in: session))
    }

    /// The first 8 bytes of HMAC-SHA256 over session and subject.
    package func number(of subject: String, in session: SessionID) -> UInt64 {
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(session)|\(subject)".utf8), using: secret)
        return code.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self).bigEndian }
    }
}
