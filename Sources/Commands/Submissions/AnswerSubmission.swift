package import Access
package import EventSourcing
package import Recruiting

/// What a company does with a résumé that was sent to it.
package struct AnswerSubmission: UseCase {
    package enum Answer: Sendable {
        case view
        case contact(ContactMethod, ContactOutcome)
        case scheduleInterview(at: Timestamp, place: String)
        case offer(startsOn: CalendarDate?, pay: Pay?)
        case hire(startsOn: CalendarDate, pay: Pay)
        case reject(RejectionReason, note: String?)
        case note(String)
    }

    package let id: SubmissionID
    package let answer: Answer
    private let personalData: PersonalData

    /// - Parameter personalData: seals what is said about the candidate.
    package init(_ id: SubmissionID, _ answer: Answer, _ personalData: PersonalData) {
        self.id = id
        self.answer = answer
        self.personalData = personalData
    }

    package var resource: StreamName { Submission.stream(id) }
    package var right: Right { .answerSubmission }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let state = try await reads.state(Submission.self, resource)
        guard case .made(let tracking) = state, caller.reaches(right, Owner(company: tracking.resume.company)) else {
            throw CommandError.notFound(.submission)
        }
        try await requireReceiver(tracking, reads, on: now.chinaDate)
        let command = try await command(tracking.resume.candidate, by: caller.name, at: now)
        return Decision(resource, try Submission.decide(command, state), session: tracking.resume.session)
    }

    /// Nothing more is done with somebody's résumé by a company that may not have it any more.
    private func requireReceiver(_ tracking: Submission.Tracking, _ reads: ReadSet, on today: CalendarDate) async throws {
        let stream = Candidate.stream(tracking.resume.candidate)
        let company = try await reads.look(at: tracking.resume.company)
        let candidate = try await reads.state(Candidate.self, stream)
        if let fault = company.fault(on: today) { throw Submission.Rejection.unlistable(fault) }
        guard candidate.consents(to: tracking.resume.company) else { throw Submission.Rejection.consentWithdrawn }
    }

    private func command(_ candidate: CandidateID, by author: Subject, at now: Timestamp) async throws -> Submission.Command {
        switch answer {
        case .view: .view(SubmissionViewed(by: author))
        case .contact(let method, let outcome): .contact(CandidateContacted(by: author, method: method, outcome: outcome))
        case .scheduleInterview(let moment, let place): .scheduleInterview(try Self.interview(moment, place, by: author, at: now))
        case .offer(let day, let pay): .makeOffer(OfferMade(by: author, startsOn: try day.map { try Self.firstDay($0, at: now) }, pay: pay))
        case .hire(let day, let pay): .hire(CandidateHired(by: author, startsOn: try Self.firstDay(day, at: now), pay: pay))
        case .reject(let reason, let note):
            .reject(SubmissionRejected(by: author, reason: reason, note: try await personalData.encrypt(note: note, of: candidate)))
        case .note(let note): .note(SubmissionNoted(by: author, note: try await personalData.encrypt(Note(note: note), of: candidate)))
        }
    }

    private static func interview(_ moment: Timestamp, _ place: String, by author: Subject, at now: Timestamp) throws -> InterviewScheduled
    {
        guard moment > now else { throw Invalid(field: "at", reason: .past) }
        return try InterviewScheduled(by: author, at: moment, place: place)
    }

    /// How long before and after today somebody's work may begin, in days: what was agreed a while ago is told late now and then.
    private static let daysBefore = 60
    private static let daysAfter = 366

    private static func firstDay(_ day: CalendarDate, at now: Timestamp) throws -> CalendarDate {
        let today = now.chinaDate
        let range = today.advanced(days: -daysBefore)...today.advanced(days: daysAfter)
        guard range.contains(day) else {
            let values = ["least": "\(range.lowerBound)", "most": "\(range.upperBound)"]
            throw Invalid(field: "startsOn", reason: Reason("day-out-of-range", "must be a day from {least} to {most}", values))
        }
        return day
    }
}

/// What is sealed of a note about a submission.
package struct Note: Codable, Sendable {
    package let note: String
}

extension PersonalData {
    func encrypt(note: String?, of candidate: CandidateID) async throws -> Sealed? {
        if let note { try await encrypt(Note(note: note), of: candidate) } else { nil }
    }
}

extension Reason {
    static let past = Self("in-the-past", "must be in the future")
}
