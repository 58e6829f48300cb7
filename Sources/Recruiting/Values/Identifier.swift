import Crypto
package import FoundationEssentials

/// The identity of one `Entity`: a UUID, written in lowercase.
package struct Identifier<Entity>: TextCoded {
    package let uuid: UUID

    package init(_ uuid: UUID) {
        self.uuid = uuid
    }

    /// The identifier that `text` writes; nil when that is not a UUID of 36 characters. Upper case is taken as well.
    package init?(_ text: String) {
        guard let uuid = UUID(text) else { return nil }
        self.uuid = uuid
    }

    package init(_ text: String, field: String) throws(Invalid) {
        guard let value = Self(text) else { throw Invalid(field: field, reason: .notUUID) }
        self = value
    }

    package var description: String { uuid.uuidString.lowercased() }
}

package typealias CompanyID = Identifier<Company>
/// An organisation (an employment office, an employer, an agency, a public body) is known by its credit code, as a company is.
package typealias OrganisationID = Identifier<Company>
package typealias JobID = Identifier<Job>
package typealias SessionID = Identifier<Session>
package typealias SubmissionID = Identifier<Submission>
package typealias CandidateID = Identifier<Candidate>
package typealias SeriesID = Identifier<Series>
package typealias PolicyID = Identifier<Policy>
package typealias QuestionID = Identifier<Question>
package typealias BatchID = Identifier<JobBatch>
package typealias KeyID = Identifier<Sealed>

extension Identifier where Entity == Company {
    /// The company with this code: UUIDv5 of the code, so that a company cannot be registered under two identifiers.
    package init(_ code: UnifiedSocialCreditCode) {
        self.init(UUID(namespace: Self.codes, name: code.description))
    }

    /// The namespace of codes, drawn once; UUIDv5 of `uscc.jobcast` in RFC 9562's DNS namespace.
    private static var codes: UUID { UUID(namespace: .dns, name: "uscc.jobcast") }
}

extension UUID {
    /// RFC 9562, appendix B: the namespace of domain names.
    package static let dns = UUID(uuid: (0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8))

    /// What 32 hexadecimal digits with hyphens after the 8th, 12th, 16th and 20th write (RFC 9562 §4); nil for anything else.
    /// `UUID(uuidString:)` goes through sscanf(3), which was a quarter of the time of decoding an event (perf, November 2026).
    init?(_ text: String) {
        var text = text
        let halves: (UInt64, UInt64)? = text.withUTF8 { text in
            guard text.count == 36 else { return nil }
            var (high, low): (UInt64, UInt64) = (0, 0)
            for index in 0..<36 {
                if index == 8 || index == 13 || index == 18 || index == 23 {
                    guard text[index] == UInt8(ascii: "-") else { return nil }
                } else {
                    guard let digit = text[index].hexadecimalDigit else { return nil }
                    (high, low) = (high << 4 | low >> 60, low << 4 | UInt64(digit))
                }
            }
            return (high.bigEndian, low.bigEndian)
        }
        guard let halves else { return nil }
        self = Swift.withUnsafeBytes(of: halves) { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    /// The UUID version 5 of `name` in `namespace` (RFC 9562 §5.5): the same on every machine.
    package init(namespace: UUID, name: String) {
        var hash = Insecure.SHA1()
        withUnsafeBytes(of: namespace.uuid) { hash.update(bufferPointer: $0) }
        hash.update(data: Array(name.utf8))
        var bytes = Array(hash.finalize().prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x50
        bytes[8] = bytes[8] & 0x3f | 0x80
        self = bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }
}

extension UInt8 {
    /// What the ASCII digit stands for; nil for any other byte.
    fileprivate var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self & 15
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"): self & 7 + 9
        default: nil
        }
    }
}
