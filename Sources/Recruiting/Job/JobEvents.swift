package struct JobPosted: EventData {
    package static let type = "JobPosted"
    package let company: CompanyID
    package private(set) var title: String
    package private(set) var occupation: String
    package private(set) var duties: String
    package private(set) var conditions: String
    package private(set) var place: String
    package private(set) var region: Region
    package private(set) var pay: Pay
    package var openings: Int
    package private(set) var validThrough: CalendarDate
    package let source: JobSource
    /// The import it came with.
    package let batch: BatchID?
    /// Who posted it; nil when it came with the seeds.
    package let by: Subject?
    /// The organisation that it belongs to, which need not be the employer; the authority itself when nil.
    package let organisation: OrganisationID?

    /// Everything the law wants in a posting but the employer's name, which is the company's.
    /// - Throws: `Invalid` naming the field.
    package init(
        company: CompanyID,
        texts: JobTexts,
        region: Region,
        pay: Pay,
        openings: Int,
        validThrough: CalendarDate,
        source: JobSource = .original,
        batch: BatchID? = nil,
        by: Subject? = nil,
        organisation: OrganisationID? = nil
    ) throws(Invalid) {
        guard (1...Self.openingsLimit).contains(openings) else {
            throw Invalid(field: "openings", reason: .outOfRange(1...Self.openingsLimit))
        }
        self.company = company
        (title, occupation, duties) = (texts.title, texts.occupation, texts.duties)
        (conditions, place) = (texts.conditions, texts.place)
        self.region = region
        self.pay = pay
        self.openings = openings
        self.validThrough = validThrough
        self.source = source
        self.batch = batch
        self.by = by
        self.organisation = organisation
    }

    /// Above it a number of openings is a typing mistake.
    package static let openingsLimit = 100_000

    mutating func apply(_ revision: JobRevised) {
        title = revision.title ?? title
        occupation = revision.occupation ?? occupation
        duties = revision.duties ?? duties
        conditions = revision.conditions ?? conditions
        place = revision.place ?? place
        region = revision.region ?? region
        pay = revision.pay ?? pay
        validThrough = revision.validThrough ?? validThrough
    }
}

/// The free texts of a posting, each checked.
package struct JobTexts: Hashable, Sendable {
    package let title: String
    package let occupation: String
    package let duties: String
    package let conditions: String
    package let place: String

    /// - Throws: `Invalid` naming the first field that is empty or too long.
    package init(title: String, occupation: String, duties: String, conditions: String, place: String) throws(Invalid) {
        self.title = try Self.checked(title, .title)
        self.occupation = try Self.checked(occupation, .occupation)
        self.duties = try Self.checked(duties, .duties)
        self.conditions = try Self.checked(conditions, .conditions)
        self.place = try Self.checked(place, .place)
    }

    package enum Field: String, Sendable, CaseIterable {
        case title, occupation, duties, conditions, place

        /// Characters, at most.
        package var limit: Int {
            switch self {
            case .title, .occupation: 100
            case .place: 200
            case .duties, .conditions: 4_000
            }
        }
    }

    package static func checked(_ text: String, _ field: Field) throws(Invalid) -> String {
        switch field {
        case .title, .occupation, .place: try text.checkedLine(field.rawValue, atMost: field.limit)
        case .duties, .conditions: try text.checked(field.rawValue, atMost: field.limit)
        }
    }
}

/// Whose posting it is; a repost names where it was taken from, as the law demands.
package struct JobSource: Codable, Hashable, Sendable {
    package enum Kind: String, Codable, Hashable, Sendable {
        case original, repost
    }

    package let kind: Kind
    package let name: String?

    package static let original = JobSource(original: ())

    package static func repost(from name: String) throws(Invalid) -> JobSource {
        JobSource(repostedFrom: try name.checkedLine("source", atMost: 100))
    }

    /// - Throws: `Invalid` for a repost without a name and an original with one.
    package init(kind: Kind, name: String?) throws(Invalid) {
        switch (kind, name) {
        case (.original, nil): self = .original
        case (.original, _):
            throw Invalid(field: "source", reason: Reason("original-with-name", "must not have a name when it is original"))
        case (.repost, nil):
            throw Invalid(field: "source", reason: Reason("repost-without-name", "must name where a repost was taken from"))
        case (.repost, let name?): self = try .repost(from: name)
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(Kind.self, forKey: .kind)
        let name = try container.decodeIfPresent(String.self, forKey: .name)
        self = try container.valid { () throws(Invalid) in try JobSource(kind: kind, name: name) }
    }

    private enum CodingKeys: CodingKey {
        case kind, name
    }

    private init(original: Void) {
        kind = .original
        name = nil
    }

    private init(repostedFrom name: String) {
        kind = .repost
        self.name = name
    }
}

package struct JobVetted: EventData {
    package static let type = "JobVetted"
    package let by: Subject

    package init(by: Subject) {
        self.by = by
    }
}

package struct JobRejected: EventData {
    package static let type = "JobRejected"
    package let by: Subject
    package let findings: [String]

    package init(by: Subject, findings: [String]) throws(Invalid) {
        self.by = by
        self.findings = try findings.checked("findings", atMost: 500)
    }
}

/// What changes in a posting; what stays as it is has no key.
package struct JobRevised: EventData {
    package static let type = "JobRevised"
    package let title: String?
    package let occupation: String?
    package let duties: String?
    package let conditions: String?
    package let place: String?
    package let region: Region?
    package let pay: Pay?
    package let validThrough: CalendarDate?

    /// - Throws: `Invalid` for a text that is empty, too long or for no text field.
    package init(
        texts: [JobTexts.Field: String] = [:],
        region: Region? = nil,
        pay: Pay? = nil,
        validThrough: CalendarDate? = nil
    ) throws(Invalid) {
        var checked: [JobTexts.Field: String] = [:]
        for field in JobTexts.Field.allCases {
            if let text = texts[field] { checked[field] = try JobTexts.checked(text, field) }
        }
        self.init(checked, region, pay, validThrough)
    }

    private init(_ texts: [JobTexts.Field: String], _ region: Region?, _ pay: Pay?, _ validThrough: CalendarDate?) {
        (title, occupation, duties) = (texts[.title], texts[.occupation], texts[.duties])
        (conditions, place) = (texts[.conditions], texts[.place])
        self.region = region
        self.pay = pay
        self.validThrough = validThrough
    }

    package var isEmpty: Bool { self == JobRevised([:], nil, nil, nil) }

    /// Pay, place (with its region) and conditions are what a reviewer vouches for.
    package var needsVetting: Bool { pay != nil || place != nil || region != nil || conditions != nil }

    /// The revision with only what differs from `posting`.
    func changes(from posting: JobPosted) -> JobRevised {
        var texts: [JobTexts.Field: String] = [:]
        texts[.title] = title == posting.title ? nil : title
        texts[.occupation] = occupation == posting.occupation ? nil : occupation
        texts[.duties] = duties == posting.duties ? nil : duties
        texts[.conditions] = conditions == posting.conditions ? nil : conditions
        texts[.place] = place == posting.place ? nil : place
        return JobRevised(
            texts,
            region == posting.region ? nil : region,
            pay == posting.pay ? nil : pay,
            validThrough == posting.validThrough ? nil : validThrough
        )
    }
}

package struct JobOpeningsChanged: EventData {
    package static let type = "JobOpeningsChanged"
    package let openings: Int

    package init(openings: Int) {
        self.openings = openings
    }
}

package struct JobFilled: EventData {
    package static let type = "JobFilled"

    package init() {}
}

package struct JobWithdrawn: EventData {
    package static let type = "JobWithdrawn"
    package let reason: String

    package init(reason: String) throws(Invalid) {
        self.reason = try reason.checkedImpersonal("reason", atMost: 500)
    }
}

package struct JobExpired: EventData {
    package static let type = "JobExpired"

    package init() {}
}

extension Job.Event {
    package var data: any EventData {
        switch self {
        case .posted(let data): data
        case .vetted(let data): data
        case .rejected(let data): data
        case .revised(let data): data
        case .openingsChanged(let data): data
        case .filled(let data): data
        case .withdrawn(let data): data
        case .expired(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case JobPosted.type: self = .posted(try JobPosted(json: data))
        case JobVetted.type: self = .vetted(try JobVetted(json: data))
        case JobRejected.type: self = .rejected(try JobRejected(json: data))
        case JobRevised.type: self = .revised(try JobRevised(json: data))
        case JobOpeningsChanged.type: self = .openingsChanged(try JobOpeningsChanged(json: data))
        case JobFilled.type: self = .filled(try JobFilled(json: data))
        case JobWithdrawn.type: self = .withdrawn(try JobWithdrawn(json: data))
        case JobExpired.type: self = .expired(try JobExpired(json: data))
        default: throw .unknownType(type)
        }
    }
}
