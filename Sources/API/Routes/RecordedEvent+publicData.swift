import EventSourcing
package import EventStore
import Recruiting
import Wire

/// What is shown of events to those who read the log: nothing that is sealed, which is of no use to them, and nothing by which one
/// submission of a person leads to the next.
extension RecordedEvent {
    /// Whether the event is of a person's own stream, whose name and versions would tie the person's submissions together.
    package var isPersonal: Bool { stream.category == "candidate" }

    /// `data` as it is shown, as JSON.
    package var publicData: [UInt8] {
        switch type {
        case ResumeSubmitted.type: shown(ResumeSubmitted.self, PublicResume.init)
        case SubmissionRejected.type: shown(SubmissionRejected.self, PublicRejection.init)
        case CandidateFollowedUp.type: shown(CandidateFollowedUp.self, PublicFollowUp.init)
        case ServiceRated.type: shown(ServiceRated.self) { ["score": $0.score] }
        case SubmissionNoted.type: shown(SubmissionNoted.self) { ["by": $0.by] }
        case ProfileSealed.type, SubmissionWithdrawn.type, SubjectKeyDestroyed.type: Array("{}".utf8)
        default: data
        }
    }

    /// What `view` leaves of the data; an empty object where the data can't be read, rather than what nobody has looked at.
    private func shown<Data: EventData>(_: Data.Type, _ view: (Data) -> some Encodable) -> [UInt8] {
        (try? Data(json: data)).map { encoded(view($0)) } ?? Array("{}".utf8)
    }
}

private struct PublicResume: Encodable {
    let job: JobID
    let company: CompanyID
    let session: SessionID?
    let cardVersion: Int?
    let channel: Channel
    let consent: Consent
    let respondBy: Timestamp

    init(_ resume: ResumeSubmitted) {
        (job, company, session) = (resume.job, resume.company, resume.session)
        (cardVersion, channel, consent, respondBy) = (resume.cardVersion, resume.channel, resume.consent, resume.respondBy)
    }
}

private struct PublicRejection: Encodable {
    let by: Subject
    let reason: RejectionReason

    init(_ rejection: SubmissionRejected) { (by, reason) = (rejection.by, rejection.reason) }
}

private struct PublicFollowUp: Encodable {
    let by: Subject
    let method: ContactMethod
    let outcome: ContactOutcome

    init(_ followUp: CandidateFollowedUp) { (by, method, outcome) = (followUp.by, followUp.method, followUp.outcome) }
}
