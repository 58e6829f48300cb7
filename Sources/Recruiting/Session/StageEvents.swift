// What a session's shelf holds, and what is shown in its room.

package struct JobsShelved: EventData {
    package static let type = "JobsShelved"
    package let jobs: [ShelfItem]

    package init(jobs: [ShelfItem]) {
        self.jobs = jobs
    }
}

/// A job as it is on the shelf: in the version in which it went there, or was renewed.
package struct ShelfItem: Codable, Hashable, Sendable {
    package let job: JobID
    package let company: CompanyID
    package let openings: Int
    package let version: Int

    package init(_ card: Card) {
        (job, company, openings, version) = (card.job, card.company, card.openings, card.version)
    }
}

package struct JobUnshelved: EventData {
    package static let type = "JobUnshelved"
    package let job: JobID

    package init(job: JobID) {
        self.job = job
    }
}

package struct JobFeatured: EventData {
    package static let type = "JobFeatured"
    package let card: Card
    package let at: Timestamp
    /// True when the host knowingly cut the minimum display time of the card before short; else absent.
    package let overridden: Bool?

    package init(card: Card, at: Timestamp, overridden: Bool? = nil) {
        self.card = card
        self.at = at
        self.overridden = overridden
    }
}

package enum UnfeatureCause: String, Codable, Hashable, Sendable {
    case replaced, host, unshelved, ended
}

package struct JobUnfeatured: EventData {
    package static let type = "JobUnfeatured"
    package let job: JobID
    package let cause: UnfeatureCause
    package let shownMs: Int

    package init(job: JobID, cause: UnfeatureCause, shownMs: Int) {
        self.job = job
        self.cause = cause
        self.shownMs = shownMs
    }
}

package struct PolicyCardShown: EventData {
    package static let type = "PolicyCardShown"
    package let policy: PolicyID
    package let version: Int
    package let title: String
    package let summary: String
    package let link: String?

    package init(policy: PolicyID, version: Int, title: String, summary: String, link: String?) {
        self.policy = policy
        self.version = version
        self.title = title
        self.summary = summary
        self.link = link
    }
}
