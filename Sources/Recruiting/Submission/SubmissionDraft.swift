package import FoundationEssentials

/// What a candidate sends: the way it came, the consent, and the personal data, sealed.
package struct SubmissionDraft: Hashable, Sendable {
    package let candidate: CandidateID
    package let session: SessionID?
    /// How staff took it, where it was they: `walkIn` or `phone`. What a candidate sends comes by the way that the session tells.
    package let staffChannel: Channel?
    /// The version of the card that the candidate saw.
    package let cardVersion: Int?
    /// The company that the consent names.
    package let recipient: CompanyID
    package let noticeVersion: String
    package let sealed: Sealed

    package init(
        candidate: CandidateID,
        session: SessionID? = nil,
        staffChannel: Channel? = nil,
        cardVersion: Int? = nil,
        recipient: CompanyID,
        noticeVersion: String,
        sealed: Sealed
    ) throws(Invalid) {
        self.candidate = candidate
        self.session = session
        self.staffChannel = staffChannel
        self.cardVersion = cardVersion
        self.recipient = recipient
        self.noticeVersion = try noticeVersion.checkedVersion("noticeVersion")
        self.sealed = sealed
    }
}

/// Personal data under a candidate's key; unreadable once the key is destroyed.
package struct Sealed: Codable, Hashable, Sendable {
    package let key: KeyID
    package let nonce: Data
    package let ciphertext: Data

    package init(key: KeyID, nonce: Data, ciphertext: Data) {
        self.key = key
        self.nonce = nonce
        self.ciphertext = ciphertext
    }
}

/// A candidate's separate consent that one company may receive the personal data (PIPL, article 23).
package struct Consent: Codable, Hashable, Sendable {
    package let recipient: CompanyID
    package let recipientName: String
    /// The version of the notice that the candidate agreed to.
    package let noticeVersion: String
}

package struct ResumeSubmitted: EventData {
    package static let type = "ResumeSubmitted"
    package let candidate: CandidateID
    package let job: JobID
    package let company: CompanyID
    package let session: SessionID?
    /// The version of the job that was applied for.
    package let cardVersion: Int
    package let channel: Channel
    package let consent: Consent
    package let sealed: Sealed
    /// The moment by which the candidate was promised an answer.
    package let respondBy: Timestamp

    package init(_ application: SubmissionDraft, _ card: Card, channel: Channel, respondBy: Timestamp) {
        candidate = application.candidate
        job = card.job
        company = card.company
        session = application.session
        cardVersion = application.cardVersion ?? card.version
        self.channel = channel
        consent = Consent(recipient: card.company, recipientName: card.companyName, noticeVersion: application.noticeVersion)
        sealed = application.sealed
        self.respondBy = respondBy
    }
}
