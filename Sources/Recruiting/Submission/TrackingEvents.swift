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

/// What came of an attempt to reach a candidate.
package enum ContactOutcome: String, Codable, Hashable, Sendable, CaseIterable {
    case reached, noAnswer, wrongNumber, callAgain
}

/// Somebody tried to reach the candidate, whether or not it worked: each attempt is one event, and the candidate sees it.
package struct CandidateContacted: EventData {
    package static let type = "CandidateContacted"
    package let by: Subject
    package let method: ContactMethod
    package let outcome: ContactOutcome

    package init(by: Subject, method: ContactMethod, outcome: ContactOutcome) {
        self.by = by
        self.method = method
        self.outcome = outcome
    }
}

package struct InterviewScheduled: EventData {
    package static let type = "InterviewScheduled"
    package let by: Subject
    package let at: Timestamp
    package let place: String

    package init(by: Subject, at: Timestamp, place: String) throws(Invalid) {
        self.by = by
        self.at = at
        self.place = try place.checkedLine("place", atMost: 200)
    }
}

package struct OfferMade: EventData {
    package static let type = "OfferMade"
    package let by: Subject
    package let startsOn: CalendarDate?
    package let pay: Pay?

    package init(by: Subject, startsOn: CalendarDate? = nil, pay: Pay? = nil) {
        self.by = by
        self.startsOn = startsOn
        self.pay = pay
    }
}

package struct CandidateHired: EventData {
    package static let type = "CandidateHired"
    package let by: Subject
    package let startsOn: CalendarDate
    package let pay: Pay

    package init(by: Subject, startsOn: CalendarDate, pay: Pay) {
        self.by = by
        self.startsOn = startsOn
        self.pay = pay
    }
}

/// Why a company doesn't take somebody. Nothing on the list is about who the person is: no sex, age, origin or illness.
package enum RejectionReason: String, Codable, Hashable, Sendable, CaseIterable {
    /// All openings are filled.
    case filled
    case skills, certificate, experience
    /// What the job offers doesn't suit the candidate.
    case pay, hours, place
    /// Could not be reached, or didn't come to the interview.
    case unreachable, absent
    /// The candidate no longer wants it.
    case declined
    case other
}

package struct SubmissionRejected: EventData {
    package static let type = "SubmissionRejected"
    package let by: Subject
    package let reason: RejectionReason
    /// What is said about a person is sealed like what the person says.
    package let note: Sealed?

    package init(by: Subject, reason: RejectionReason, note: Sealed? = nil) {
        self.by = by
        self.reason = reason
        self.note = note
    }
}

/// The company or a case worker wrote something down about the submission.
package struct SubmissionNoted: EventData {
    package static let type = "SubmissionNoted"
    package let by: Subject
    package let note: Sealed

    package init(by: Subject, note: Sealed) {
        self.by = by
        self.note = note
    }
}

/// A case worker tried to help the candidate on: it is no answer of the company's, and changes nothing of how far the submission has come.
package struct CandidateFollowedUp: EventData {
    package static let type = "CandidateFollowedUp"
    package let by: Subject
    package let method: ContactMethod
    package let outcome: ContactOutcome
    package let note: Sealed?

    package init(by: Subject, method: ContactMethod, outcome: ContactOutcome, note: Sealed? = nil) {
        self.by = by
        self.method = method
        self.outcome = outcome
        self.note = note
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

/// Somebody told whether the work lasts and is as promised.
package struct RetentionChecked: EventData {
    package enum Source: String, Codable, Hashable, Sendable, CaseIterable {
        case candidate, caseWorker
    }

    package static let type = "RetentionChecked"
    package let day: RetentionDay
    package let source: Source
    package let employed: Bool
    package let paidAsPromised: Bool?
    package let housedAsPromised: Bool?

    package init(day: RetentionDay, source: Source, employed: Bool, paidAsPromised: Bool? = nil, housedAsPromised: Bool? = nil) {
        self.day = day
        self.source = source
        self.employed = employed
        self.paidAsPromised = paidAsPromised
        self.housedAsPromised = housedAsPromised
    }
}

/// Days after the first day of work.
package enum RetentionDay: Int, Codable, Hashable, Sendable, CaseIterable {
    case week = 7
    case month = 30
}

/// How content a candidate is with the service, from 1 to 5.
package struct ServiceRated: EventData {
    package static let type = "ServiceRated"
    package let score: Int
    package let note: Sealed?

    package static let scores = 1...5

    package init(score: Int, note: Sealed? = nil) throws(Invalid) {
        guard Self.scores.contains(score) else { throw Invalid(field: "score", reason: .outOfRange(Self.scores)) }
        self.score = score
        self.note = note
    }
}
