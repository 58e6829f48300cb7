/// A job as it may be shown or applied for: its folded state and that of its company, each with the version read.
///
/// The shell loads both streams, and puts a condition on both where the rule must hold atomically.
package struct Listing: Hashable, Sendable {
    package let job: JobID
    /// The version of the job's stream, by which a card is known.
    package let version: Int
    package let state: Job.State
    package let company: Company.State

    package init(_ job: JobID, version: Int, _ state: Job.State, company: Company.State) {
        self.job = job
        self.version = version
        self.state = state
        self.company = company
    }

    /// The card that viewers see.
    /// - Throws: the first rule of vetting that the listing fails on `today`.
    package func card(on today: CalendarDate) throws(ListingFault) -> Card {
        guard let posting = state.posting else { throw .jobNotPosted }
        if let fault = company.fault(on: today) ?? state.fault(on: today) { throw fault }
        guard let details = company.details else { throw .companyNotVerified }
        return Card(job: job, version: version, posting: posting, companyName: details.name)
    }
}

/// Why a job may be neither shelved, featured nor applied for.
package enum ListingFault: String, Error, Hashable, Sendable, CaseIterable {
    case companyNotVerified = "company-not-verified"
    case companyVerificationLapsed = "company-verification-lapsed"
    case companySuspended = "company-suspended"
    case companyBlacklisted = "company-blacklisted"
    case jobNotPosted = "job-not-posted"
    case jobNotVetted = "job-not-vetted"
    case jobExpired = "job-expired"
    case jobWithdrawn = "job-withdrawn"
    case noOpeningsLeft = "no-openings-left"

    package var explanation: String {
        switch self {
        case .companyNotVerified: "The job's company is not verified; a reviewer must verify it first."
        case .companyVerificationLapsed: "The verification of the job's company has lapsed; a reviewer must verify it again."
        case .companySuspended: "The company is suspended; a reviewer must reinstate it first."
        case .companyBlacklisted: "The company is on the blacklist; a reviewer must clear it first."
        case .jobNotPosted: "There is no such job; post it first."
        case .jobNotVetted: "The job is not vetted in its present form; a reviewer must vet it first."
        case .jobExpired: "The job's last day is past; it can no longer be shown or applied for."
        case .jobWithdrawn: "The job has been withdrawn; it can no longer be shown or applied for."
        case .noOpeningsLeft: "The job has no openings left; it can no longer be shown or applied for."
        }
    }
}

/// A job as shown in a room, in one version.
package struct Card: Codable, Hashable, Sendable {
    package let job: JobID
    package let version: Int
    package let company: CompanyID
    package let companyName: String
    package let title: String
    package let occupation: String
    package let pay: Pay
    package let place: String
    package let openings: Int
    package let conditions: String
    package let terms: JobTerms?
    package let skillsGrade: Int?

    package init(job: JobID, version: Int, posting: JobPosted, companyName: String) {
        self.job = job
        self.version = version
        self.companyName = companyName
        (company, title, occupation) = (posting.company, posting.title, posting.occupation)
        (pay, place, openings, conditions) = (posting.pay, posting.place, posting.openings, posting.conditions)
        (terms, skillsGrade) = (posting.terms, posting.skillsGrade)
    }
}
