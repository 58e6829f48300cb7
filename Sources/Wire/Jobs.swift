package import Recruiting

/// `POST /v1/jobs`
package struct NewJob: Codable, Hashable, Sendable {
    package let company: CompanyID
    package let title: String
    package let occupation: String
    package let duties: String
    package let conditions: String
    package let place: String
    package let region: Region
    package let pay: PayRange
    package let openings: Int
    package let validThrough: CalendarDate
    package let source: Source

    package init(
        company: CompanyID,
        title: String,
        occupation: String,
        duties: String,
        conditions: String,
        place: String,
        region: Region,
        pay: PayRange,
        openings: Int,
        validThrough: CalendarDate,
        source: Source
    ) {
        self.company = company
        self.title = title
        self.occupation = occupation
        self.duties = duties
        self.conditions = conditions
        self.place = place
        self.region = region
        self.pay = pay
        self.openings = openings
        self.validThrough = validThrough
        self.source = source
    }
}

/// What a job pays, in whole yuan per unit.
package struct PayRange: Codable, Hashable, Sendable {
    package let minimum: Int
    package let maximum: Int
    package let unit: Pay.Unit

    package init(minimum: Int, maximum: Int, unit: Pay.Unit) {
        self.minimum = minimum
        self.maximum = maximum
        self.unit = unit
    }
}

/// Whose posting it is; a repost names where it was taken from.
package struct Source: Codable, Hashable, Sendable {
    package let kind: JobSource.Kind
    package let name: String?

    package init(kind: JobSource.Kind, name: String? = nil) {
        self.kind = kind
        self.name = name
    }
}

/// `POST /v1/jobs/{id}/revision`: only what changes.
package struct Revision: Codable, Hashable, Sendable {
    package let title: String?
    package let occupation: String?
    package let duties: String?
    package let conditions: String?
    package let place: String?
    package let region: Region?
    package let pay: PayRange?
    package let validThrough: CalendarDate?

    package init(
        title: String? = nil,
        occupation: String? = nil,
        duties: String? = nil,
        conditions: String? = nil,
        place: String? = nil,
        region: Region? = nil,
        pay: PayRange? = nil,
        validThrough: CalendarDate? = nil
    ) {
        self.title = title
        self.occupation = occupation
        self.duties = duties
        self.conditions = conditions
        self.place = place
        self.region = region
        self.pay = pay
        self.validThrough = validThrough
    }
}

/// `POST /v1/jobs/{id}/openings`; zero fills the job.
package struct Openings: Codable, Hashable, Sendable {
    package let openings: Int

    package init(openings: Int) {
        self.openings = openings
    }
}

/// `POST /v1/vettings`
package struct Vetting: Codable, Hashable, Sendable {
    package enum Decision: String, Codable, Sendable {
        case approve, reject
    }

    package let jobs: [JobID]
    package let decision: Decision
    /// What is wrong with the jobs; needed to reject.
    package let findings: [String]?

    package init(jobs: [JobID], decision: Decision, findings: [String]? = nil) {
        self.jobs = jobs
        self.decision = decision
        self.findings = findings
    }
}
