package import Recruiting

/// `POST /v1/sessions`
package struct NewSession: Codable, Hashable, Sendable {
    package let title: String
    package let format: Format
    package let startsAt: Timestamp
    package let endsAt: Timestamp
    /// Who hosts it; absent for the caller. Only an operator names another.
    package let host: Subject?
    package let series: SeriesID?
    package let base: String?
    package let policies: [PolicyID]?
    package let segments: [PlannedSegment]?
    /// To which it belongs; absent for the caller's only one.
    package let organisation: OrganisationID?

    package init(
        title: String,
        format: Format,
        startsAt: Timestamp,
        endsAt: Timestamp,
        host: Subject? = nil,
        series: SeriesID? = nil,
        base: String? = nil,
        policies: [PolicyID]? = nil,
        segments: [PlannedSegment]? = nil,
        organisation: OrganisationID? = nil
    ) {
        self.title = title
        self.format = format
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.host = host
        self.series = series
        self.base = base
        self.policies = policies
        self.segments = segments
        self.organisation = organisation
    }
}

/// `POST /v1/sessions/{id}/shelf`
package struct Shelving: Codable, Hashable, Sendable {
    package enum Mode: String, Codable, Sendable {
        /// All of the jobs, or none.
        case all
        /// Those that may be shown; the answer tells which were skipped.
        case showable
    }

    package let jobs: [JobID]
    package let mode: Mode?

    package init(jobs: [JobID], mode: Mode? = nil) {
        self.jobs = jobs
        self.mode = mode
    }
}

/// `POST /v1/sessions/{id}/featured`
package struct Featuring: Codable, Hashable, Sendable {
    package let job: JobID
    /// True cuts the minimum display time of the card before short.
    package let override: Bool?

    package init(job: JobID, override: Bool? = nil) {
        self.job = job
        self.override = override
    }
}

/// `POST /v1/sessions/{id}/segments`
package struct Segment: Codable, Hashable, Sendable {
    package let kind: SegmentKind

    package init(kind: SegmentKind) {
        self.kind = kind
    }
}

/// `POST /v1/sessions/{id}/policy-cards`
package struct PolicyShowing: Codable, Hashable, Sendable {
    package let policy: PolicyID

    package init(policy: PolicyID) {
        self.policy = policy
    }
}

/// `POST /v1/sessions/{id}/end`
package struct End: Codable, Hashable, Sendable {
    /// The reason; absent for `host`.
    package let reason: EndReason?

    package init(reason: EndReason? = nil) {
        self.reason = reason
    }
}
