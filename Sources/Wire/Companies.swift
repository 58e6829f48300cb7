package import Recruiting

/// `POST /v1/companies`
package struct NewCompany: Codable, Hashable, Sendable {
    package let name: String
    package let uscc: UnifiedSocialCreditCode
    package let region: Region

    package init(name: String, uscc: UnifiedSocialCreditCode, region: Region) {
        self.name = name
        self.uscc = uscc
        self.region = region
    }
}

/// `POST /v1/companies/{id}/verification`
package struct Verification: Codable, Hashable, Sendable {
    /// What was looked at, as in a licence or a site visit.
    package let checks: [String]
    package let reverifyBy: CalendarDate

    package init(checks: [String], reverifyBy: CalendarDate) {
        self.checks = checks
        self.reverifyBy = reverifyBy
    }
}

/// `POST /v1/companies/{id}/rejection`
package struct Findings: Codable, Hashable, Sendable {
    package let findings: [String]

    package init(findings: [String]) {
        self.findings = findings
    }
}

/// A step that wants a reason: suspension, withdrawal of a job, cancellation, hiding.
package struct Reason: Codable, Hashable, Sendable {
    package let reason: String

    package init(reason: String) {
        self.reason = reason
    }
}
