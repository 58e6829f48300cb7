/// Where a session is played to whom: the five formats of the Guangxi series.
package enum Format: String, Hashable, Sendable, Codable, CaseIterable {
    /// 跨省劳务协作
    case crossProvince
    /// 特色县市
    case county
    /// 校园
    case campus
    /// 商圈
    case businessDistrict
    /// 灵活小型
    case flexible
}

/// What a stretch of a session is for.
package enum SegmentKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// 主播荐岗
    case jobs
    /// 政策解读
    case policy
    /// 互动答疑
    case questions
}

/// The way by which a submission came.
package enum Channel: String, Hashable, Sendable, Codable, CaseIterable {
    case live, replay, shelf, walkIn, phone
}

/// The way by which a viewer came to a session.
package enum EntryChannel: String, Hashable, Sendable, Codable, CaseIterable {
    /// 别人分享的链接
    case share
    /// 海报
    case poster
    /// 别处的二维码
    case code
    /// 开播提醒
    case reminder
    /// 平台推荐
    case recommendation
    /// 搜索
    case search
    /// 其他网站
    case site

    package init(_ text: String, field: String = "channel") throws(Invalid) {
        guard let channel = Self(rawValue: text) else {
            throw Invalid(field: field, reason: .notOneOf(Self.allCases.map(\.rawValue)))
        }
        self = channel
    }
}

/// A person or service as the token names it (`sub`), in at most 128 bytes of UTF-8; never a name in clear.
package struct Subject: TextCoded {
    package let description: String

    package init(_ text: String, field: String = "subject") throws(Invalid) {
        description = try text.checkedLine(field, atMost: 128)
        guard description.utf8.count <= 128 else { throw Invalid(field: field, reason: .tooManyBytes(128)) }
    }

    /// Accounts are the same by the bytes of their names, as tables and streams have them: nobody is taken for who is called alike in
    /// other scalars (U+F9E1 is 李 to Unicode's equivalence of texts).
    package static func == (one: Self, other: Self) -> Bool {
        one.description == other.description && one.description.utf8.elementsEqual(other.description.utf8)
    }
}

/// A viewer in one session: 16 lowercase hexadecimal digits of a keyed hash, different in every session.
package struct Pseudonym: TextCoded {
    package let description: String

    package init(_ text: String, field: String = "viewer") throws(Invalid) {
        let isHexadecimal = text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
        guard text.utf8.count == 16, isHexadecimal else {
            throw Invalid(field: field, reason: Reason("not-a-pseudonym", "must be 16 lowercase hexadecimal digits"))
        }
        description = text
    }

    package init(number: UInt64) {
        description = number.hexadecimal
    }
}

/// One run of a process that has viewers: 16 lowercase hexadecimal digits, drawn at random.
package struct NodeID: Hashable, Sendable, CustomStringConvertible {
    package let number: UInt64

    package init(number: UInt64) {
        self.number = number
    }

    package static func random() -> NodeID {
        NodeID(number: .random(in: .min ... .max))
    }

    package var description: String { number.hexadecimal }
}

extension UInt64 {
    /// Sixteen lowercase digits.
    fileprivate var hexadecimal: String {
        let digits = String(self, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
