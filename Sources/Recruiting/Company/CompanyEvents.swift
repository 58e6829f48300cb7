package struct CompanyRegistered: EventData {
    package static let type = "CompanyRegistered"
    package private(set) var name: String
    package let uscc: UnifiedSocialCreditCode
    package private(set) var region: Region
    package private(set) var kind: CompanyKind
    /// The number of an agency's 人力资源服务许可证; others have none.
    package private(set) var licence: String?

    package init(name: String, uscc: UnifiedSocialCreditCode, region: Region, kind: CompanyKind, licence: String? = nil) throws(Invalid) {
        self.name = try name.checkedLine("name", atMost: 100)
        self.uscc = uscc
        self.region = region
        self.kind = kind
        self.licence = try kind.checked(licence)
    }

    func revised(_ revision: CompanyRevised) -> CompanyRegistered {
        var details = self
        (details.name, details.region) = (revision.name, revision.region)
        (details.kind, details.licence) = (revision.kind, revision.licence)
        return details
    }
}

/// All details as they are from now on; the code stays, being what the company is known by.
package struct CompanyRevised: EventData {
    package static let type = "CompanyRevised"
    package let name: String
    package let region: Region
    package let kind: CompanyKind
    package let licence: String?

    package init(name: String, region: Region, kind: CompanyKind, licence: String? = nil) throws(Invalid) {
        self.name = try name.checkedLine("name", atMost: 100)
        self.region = region
        self.kind = kind
        self.licence = try kind.checked(licence)
    }
}

/// A document is on file. What it was called where it came from stands nowhere: such names name people.
package struct DocumentFiled: EventData {
    package static let type = "DocumentFiled"
    package let document: DocumentID
    package let kind: DocumentKind
    /// SHA-256 of the file.
    package let digest: FileDigest
    /// In bytes.
    package let size: Int
    package let form: DocumentForm
    /// The last day on which it holds; without end when nil.
    package let validUntil: CalendarDate?
    package let by: Subject

    /// Bytes of a file, at most.
    package static let sizeLimit = 5 << 20

    /// - Throws: `Invalid` naming `validUntil` for an agency's licence that lacks it, `file` for one that is none of the forms, or too large.
    package init(
        _ document: DocumentID,
        _ kind: DocumentKind,
        file: [UInt8],
        validUntil: CalendarDate? = nil,
        by: Subject
    ) throws(Invalid) {
        guard kind != .agencyLicence || validUntil != nil else { throw Invalid(field: "validUntil", reason: .missing) }
        guard file.count <= Self.sizeLimit else {
            throw Invalid(
                field: "file",
                reason: Reason("file-too-large", "must have at most {limit} bytes", ["limit": "\(Self.sizeLimit)"])
            )
        }
        guard let form = DocumentForm(of: file) else {
            throw Invalid(field: "file", reason: Reason("not-a-document", "must be a PDF, JPEG or PNG"))
        }
        self.document = document
        self.kind = kind
        self.form = form
        self.validUntil = validUntil
        self.by = by
        digest = FileDigest(of: file)
        size = file.count
    }

    /// Whether the same file says the same already.
    package func isSame(as other: DocumentFiled) -> Bool {
        kind == other.kind && digest == other.digest && validUntil == other.validUntil
    }
}

/// The file is no longer kept.
package struct DocumentWithdrawn: EventData {
    package static let type = "DocumentWithdrawn"
    package let document: DocumentID
    package let by: Subject

    package init(_ document: DocumentID, by: Subject) {
        self.document = document
        self.by = by
    }
}

package struct CompanyVerified: EventData {
    package static let type = "CompanyVerified"
    package let by: Subject
    package let checks: [CompanyCheck]
    package let note: String?
    /// The last day on which this verification counts.
    package let reverifyBy: CalendarDate

    package init(by: Subject, checks: [CompanyCheck], note: String? = nil, reverifyBy: CalendarDate) throws(Invalid) {
        guard !checks.isEmpty else { throw Invalid(field: "checks", reason: .tooFewItems(1)) }
        self.by = by
        self.checks = CompanyCheck.allCases.filter(checks.contains)
        self.note = try note?.checked("note", atMost: 500)
        self.reverifyBy = reverifyBy
    }
}

package struct CompanyRejected: EventData {
    package static let type = "CompanyRejected"
    package let by: Subject
    package let findings: [String]

    package init(by: Subject, findings: [String]) throws(Invalid) {
        self.by = by
        self.findings = try findings.checked("findings", atMost: 500)
    }
}

package struct CompanySuspended: EventData {
    package static let type = "CompanySuspended"
    package let by: Subject
    package let reason: String

    package init(by: Subject, reason: String) throws(Invalid) {
        self.by = by
        self.reason = try reason.checked("reason", atMost: 500)
    }
}

/// A suspension is lifted; what was verified before counts again.
package struct CompanyReinstated: EventData {
    package static let type = "CompanyReinstated"
    package let by: Subject
    package let reason: String

    package init(by: Subject, reason: String) throws(Invalid) {
        self.by = by
        self.reason = try reason.checked("reason", atMost: 500)
    }
}

/// Nobody registers under this code, or posts jobs of its company. The code stands here since it may never have been registered.
package struct CompanyBlacklisted: EventData {
    package static let type = "CompanyBlacklisted"
    package let uscc: UnifiedSocialCreditCode
    package let by: Subject
    package let reason: String

    package init(_ uscc: UnifiedSocialCreditCode, by: Subject, reason: String) throws(Invalid) {
        self.uscc = uscc
        self.by = by
        self.reason = try reason.checked("reason", atMost: 500)
    }
}

package struct CompanyCleared: EventData {
    package static let type = "CompanyCleared"
    package let by: Subject
    package let reason: String

    package init(by: Subject, reason: String) throws(Invalid) {
        self.by = by
        self.reason = try reason.checked("reason", atMost: 500)
    }
}

extension Company.Event {
    package var data: any EventData {
        switch self {
        case .registered(let data): data
        case .revised(let data): data
        case .filed(let data): data
        case .withdrawn(let data): data
        case .verified(let data): data
        case .rejected(let data): data
        case .suspended(let data): data
        case .reinstated(let data): data
        case .blacklisted(let data): data
        case .cleared(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case CompanyRegistered.type: self = .registered(try CompanyRegistered(json: data))
        case CompanyRevised.type: self = .revised(try CompanyRevised(json: data))
        case DocumentFiled.type: self = .filed(try DocumentFiled(json: data))
        case DocumentWithdrawn.type: self = .withdrawn(try DocumentWithdrawn(json: data))
        case CompanyVerified.type: self = .verified(try CompanyVerified(json: data))
        case CompanyRejected.type: self = .rejected(try CompanyRejected(json: data))
        case CompanySuspended.type: self = .suspended(try CompanySuspended(json: data))
        case CompanyReinstated.type: self = .reinstated(try CompanyReinstated(json: data))
        case CompanyBlacklisted.type: self = .blacklisted(try CompanyBlacklisted(json: data))
        case CompanyCleared.type: self = .cleared(try CompanyCleared(json: data))
        default: throw .unknownType(type)
        }
    }
}
