import Crypto

/// What a company is, which decides what its verification rests on.
package enum CompanyKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// 用人单位
    case employer
    /// 人力资源服务机构, with a licence of its own
    case agency
    /// 公共就业服务机构 and other public bodies
    case publicBody
}

extension CompanyKind {
    /// What must be on file while a verification counts. Source: 人力资源市场暂行条例 articles 18 and 26.
    package var requiredDocuments: [DocumentKind] {
        switch self {
        case .employer, .publicBody: [.businessLicence, .identityOfRepresentative, .authorisation]
        case .agency: [.businessLicence, .agencyLicence, .identityOfRepresentative, .authorisation]
        }
    }

    /// What must have been looked at.
    package var requiredChecks: [CompanyCheck] {
        switch self {
        case .employer, .publicBody: [.creditCode, .representative]
        case .agency: [.creditCode, .agencyLicence, .representative]
        }
    }

    /// The number of a licence, which agencies have and no others.
    func checked(_ licence: String?) throws(Invalid) -> String? {
        switch (self, licence) {
        case (.agency, nil): throw Invalid(field: "licence", reason: .missing)
        case (.agency, let licence?): return try licence.checkedLine("licence", atMost: 50)
        case (_, nil): return nil
        case (_, _?): throw Invalid(field: "licence", reason: Reason("for-agencies-alone", "is for agencies alone"))
        }
    }
}

package typealias DocumentID = Identifier<DocumentFiled>

/// What a document on file is.
package enum DocumentKind: String, Hashable, Sendable, Codable, CaseIterable {
    /// 营业执照，或有关部门批准设立的文件
    case businessLicence
    /// 人力资源服务许可证
    case agencyLicence
    /// 经办人身份证件
    case identityOfRepresentative
    /// 委托证明
    case authorisation
    /// 经营场所照片
    case premisesPhoto
    /// 其他
    case other
}

/// What a reviewer looks at to verify a company.
package enum CompanyCheck: String, Hashable, Sendable, Codable, CaseIterable {
    /// 名称、统一社会信用代码与登记机关公示一致
    case creditCode
    /// 营业执照真实有效
    case businessLicence
    /// 人力资源服务许可证真实有效
    case agencyLicence
    /// 经办人身份已核对
    case representative
    /// 委托证明已核对
    case authorisation
    /// 经营场所已实地核查
    case premises
    /// 未列入经营异常名录和严重违法失信名单
    case record
    /// 已电话回访
    case call
}

/// What a file is by its content; what its sender calls it doesn't count.
package enum DocumentForm: String, Hashable, Sendable, Codable, CaseIterable {
    case pdf, jpeg, png

    package var mediaType: String {
        switch self {
        case .pdf: "application/pdf"
        case .jpeg: "image/jpeg"
        case .png: "image/png"
        }
    }

    /// Nil for a file that begins as none of them. Sources: ISO 32000-2, 7.5.2; ISO/IEC 10918-1, B.1.1.3; PNG (W3C, third edition) 5.2.
    package init?(of file: [UInt8]) {
        guard let form = Self.allCases.first(where: { file.starts(with: $0.beginning) }) else { return nil }
        self = form
    }

    private var beginning: [UInt8] {
        switch self {
        case .pdf: Array("%PDF-".utf8)
        case .jpeg: [0xFF, 0xD8, 0xFF]
        case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        }
    }
}

/// SHA-256 of a file in 64 lowercase hexadecimal digits.
package struct FileDigest: TextCoded {
    package let description: String

    package init(of file: [UInt8]) {
        description = SHA256.hash(data: file).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    package init(_ text: String, field: String = "digest") throws(Invalid) {
        guard text.utf8.count == 64, text.utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) }) else {
            throw Invalid(field: field, reason: Reason("not-a-digest", "must be 64 lowercase hexadecimal digits"))
        }
        description = text
    }
}
