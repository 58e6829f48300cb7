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

package struct SubmissionDelivered: EventData {
    package static let type = "SubmissionDelivered"

    package init() {}
}

package struct SubmissionViewed: EventData {
    package static let type = "SubmissionViewed"
    package let by: Subject

    package init(by: Subject) {
        self.by = by
    }
}

package enum ContactMethod: String, Codable, Hashable, Sendable, CaseIterable {
    case phone, message, email, inPerson
}

package struct CandidateContacted: EventData {
    package static let type = "CandidateContacted"
    package let by: Subject
    package let method: ContactMethod

    package init(by: Subject, method: ContactMethod) {
        self.by = by
        self.method = method
    }
}

package struct InterviewScheduled: EventData {
    package static let type = "InterviewScheduled"
    package let at: Timestamp
    package let place: String

    package init(at: Timestamp, place: String) throws(Invalid) {
        self.at = at
        self.place = try place.checkedLine("place", atMost: 200)
    }
}

package struct OfferMade: EventData {
    package static let type = "OfferMade"

    package init() {}
}

package struct CandidateHired: EventData {
    package static let type = "CandidateHired"
    package let startsOn: CalendarDate

    package init(startsOn: CalendarDate) {
        self.startsOn = startsOn
    }
}

package struct SubmissionRejected: EventData {
    package static let type = "SubmissionRejected"
    package let by: Subject
    /// What is said about a person is sealed like what the person says.
    package let reason: Sealed

    package init(by: Subject, reason: Sealed) {
        self.by = by
        self.reason = reason
    }
}

package struct SubmissionWithdrawn: EventData {
    package static let type = "SubmissionWithdrawn"
    package let reason: Sealed?

    package init(reason: Sealed? = nil) {
        self.reason = reason
    }
}

package struct ResponseOverdue: EventData {
    package static let type = "ResponseOverdue"

    package init() {}
}

package struct RetentionChecked: EventData {
    package static let type = "RetentionChecked"
    package let day: RetentionDay
    package let employed: Bool
    package let paidAsPromised: Bool

    package init(day: RetentionDay, employed: Bool, paidAsPromised: Bool) {
        self.day = day
        self.employed = employed
        self.paidAsPromised = paidAsPromised
    }
}

/// Days after the first day of work.
package enum RetentionDay: Int, Codable, Hashable, Sendable, CaseIterable {
    case week = 7
    case month = 30
}

extension Submission.Event {
    package var data: any EventData {
        switch self {
        case .submitted(let data): data
        case .delivered(let data): data
        case .viewed(let data): data
        case .contacted(let data): data
        case .interviewScheduled(let data): data
        case .offerMade(let data): data
        case .hired(let data): data
        case .rejected(let data): data
        case .withdrawn(let data): data
        case .responseOverdue(let data): data
        case .retentionChecked(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case ResumeSubmitted.type: self = .submitted(try ResumeSubmitted(json: data))
        case SubmissionDelivered.type: self = .delivered(try SubmissionDelivered(json: data))
        case SubmissionViewed.type: self = .viewed(try SubmissionViewed(json: data))
        case CandidateContacted.type: self = .contacted(try CandidateContacted(json: data))
        case InterviewScheduled.type: self = .interviewScheduled(try InterviewScheduled(json: data))
        case OfferMade.type: self = .offerMade(try OfferMade(json: data))
        case CandidateHired.type: self = .hired(try CandidateHired(json: data))
        case SubmissionRejected.type: self = .rejected(try SubmissionRejected(json: data))
        case SubmissionWithdrawn.type: self = .withdrawn(try SubmissionWithdrawn(json: data))
        case ResponseOverdue.type: self = .responseOverdue(try ResponseOverdue(json: data))
        case RetentionChecked.type: self = .retentionChecked(try RetentionChecked(json: data))
        default: throw .unknownType(type)
        }
    }
}
