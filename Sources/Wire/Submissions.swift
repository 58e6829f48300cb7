package import Recruiting

/// `POST /v1/submissions`
package struct NewSubmission: Codable, Hashable, Sendable {
    package let job: JobID
    package let session: SessionID?
    /// The version of the card that the candidate saw.
    package let cardVersion: Int?
    /// The way the submission came, for staff alone, who say `walkIn` or `phone`; from a candidate it says nothing.
    package let channel: Channel?
    package let name: String?
    package let phone: PhoneNumber
    package let profile: Profile?
    package let consent: ConsentBody

    package init(
        job: JobID,
        session: SessionID? = nil,
        cardVersion: Int? = nil,
        channel: Channel? = nil,
        name: String? = nil,
        phone: PhoneNumber,
        profile: Profile? = nil,
        consent: ConsentBody
    ) {
        self.job = job
        self.session = session
        self.cardVersion = cardVersion
        self.channel = channel
        self.name = name
        self.phone = phone
        self.profile = profile
        self.consent = consent
    }
}

/// A candidate's consent to pass the résumé on: to whom, and after which notice.
package struct ConsentBody: Codable, Hashable, Sendable {
    package let recipient: CompanyID
    package let noticeVersion: String

    package init(recipient: CompanyID, noticeVersion: String) {
        self.recipient = recipient
        self.noticeVersion = noticeVersion
    }
}

/// What a candidate tells beyond name and phone; kept sealed.
package struct Profile: Codable, Hashable, Sendable {
    package let education: String?
    package let experience: String?
    package let skills: [String]?
    package let note: String?

    package init(education: String? = nil, experience: String? = nil, skills: [String]? = nil, note: String? = nil) {
        self.education = education
        self.experience = experience
        self.skills = skills
        self.note = note
    }
}
