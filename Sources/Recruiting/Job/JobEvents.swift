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
    package private(set) var terms: JobTerms?
    /// What it is in the national classification; `occupation` says it in the employer's words.
    package private(set) var occupationCode: OccupationCode?
    /// The grade of skill that is asked for: 5 初级工, 4 中级工, 3 高级工, 2 技师, 1 高级技师.
    package private(set) var skillsGrade: Int?
    package var openings: Int
    package private(set) var validThrough: CalendarDate
    package let source: JobSource
    /// The import it came with.
    package private(set) var batch: BatchID?
    /// Who posted it; nil when it came with the seeds.
    package private(set) var by: Subject?
    /// The organisation that it belongs to, which need not be the employer; the authority itself when nil.
    package let organisation: OrganisationID?

    /// Everything the law wants in a posting but the employer's name, which is the company's.
    /// - Throws: `Invalid` naming the field.
    package init(
        company: CompanyID,
        texts: JobTexts,
        region: Region,
        pay: Pay,
        terms: JobTerms? = nil,
        occupationCode: OccupationCode? = nil,
        skillsGrade: Int? = nil,
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
        try terms?.check(with: pay)
        try occupationCode?.checkListed()
        try skillsGrade.check("skillsGrade", Self.skillsGrades)
        self.company = company
        (title, occupation, duties) = (texts.title, texts.occupation, texts.duties)
        (conditions, place) = (texts.conditions, texts.place)
        self.region = region
        self.pay = pay
        self.terms = terms
        self.occupationCode = occupationCode
        self.skillsGrade = skillsGrade
        self.openings = openings
        self.validThrough = validThrough
        self.source = source
        self.batch = batch
        self.by = by
        self.organisation = organisation
    }

    /// The same posting, whoever posts it by whichever import.
    var withoutOrigin: JobPosted {
        var posting = self
        (posting.batch, posting.by) = (nil, nil)
        return posting
    }

    /// The same posting by `author`.
    package func posted(by author: Subject?) -> JobPosted {
        var posting = self
        posting.by = author
        return posting
    }

    /// Above it a number of openings is a typing mistake.
    package static let openingsLimit = 100_000
    /// Source: 国家职业技能标准编制技术规程 (2023), the five grades that a standard describes.
    package static let skillsGrades = 1...5

    mutating func apply(_ revision: JobRevised) {
        title = revision.title ?? title
        occupation = revision.occupation ?? occupation
        duties = revision.duties ?? duties
        conditions = revision.conditions ?? conditions
        place = revision.place ?? place
        region = revision.region ?? region
        pay = revision.pay ?? pay
        terms = revision.removes(.terms) ? nil : revision.terms ?? terms
        occupationCode = revision.removes(.occupationCode) ? nil : revision.occupationCode ?? occupationCode
        skillsGrade = revision.removes(.skillsGrade) ? nil : revision.skillsGrade ?? skillsGrade
        validThrough = revision.validThrough ?? validThrough
    }

    /// The posting as it reads after the revision.
    /// - Throws: `Invalid` where the revision is at odds with what it leaves as it is.
    package func revised(by revision: JobRevised) throws(Invalid) -> JobPosted {
        var posting = self
        posting.apply(revision)
        try posting.terms?.check(with: posting.pay)
        return posting
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
    /// The version of the job that was judged.
    package let version: Int
    /// What was looked at, where the reviewer says so.
    package let checks: [String]?

    package init(by: Subject, version: Int, checks: [String]? = nil) throws(Invalid) {
        self.by = by
        self.version = version
        self.checks = try checks.map { (checks) throws(Invalid) in try checks.checked("checks", atMost: 200) }
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
