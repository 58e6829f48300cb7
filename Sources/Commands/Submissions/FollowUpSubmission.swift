package import Access
package import EventSourcing
package import Recruiting

/// What a case worker does for a candidate.
package struct FollowUpSubmission: UseCase {
    package enum Step: Sendable {
        case contact(ContactMethod, ContactOutcome, note: String?)
        case check(RetentionChecked)
    }

    package let id: SubmissionID
    package let step: Step
    private let personalData: PersonalData

    package init(_ id: SubmissionID, _ step: Step, _ personalData: PersonalData) {
        self.id = id
        self.step = step
        self.personalData = personalData
    }

    package var resource: StreamName { Submission.stream(id) }
    package var right: Right { .followUp }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let state = try await reads.state(Submission.self, resource)
        guard case .made(let tracking) = state else { throw CommandError.notFound(.submission) }
        let owner = try await reads.owner(of: tracking.resume)
        guard caller.reaches(right, owner) else { throw CommandError.notFound(.submission) }
        let candidate = try await reads.state(Candidate.self, Candidate.stream(tracking.resume.candidate))
        guard !candidate.isErased else { throw Submission.Rejection.erasureRequested }
        let command: Submission.Command
        switch step {
        case .contact(let method, let outcome, let note):
            let sealed = try await personalData.encrypt(note: note, of: tracking.resume.candidate)
            command = .followUp(CandidateFollowedUp(by: try caller.name, method: method, outcome: outcome, note: sealed))
        case .check(let check): command = .checkRetention(check, at: now)
        }
        return Decision(resource, try Submission.decide(command, state), session: tracking.resume.session)
    }
}

extension ReadSet {
    /// Whose a submission is: the company's that received it, the office's that posted the job, the session's in which it was sent.
    package func owner(of resume: ResumeSubmitted) async throws -> Owner {
        let stream = Job.stream(resume.job)
        let posting = try await look(at: [stream], Job.self)[stream]?.posting
        return Owner(organisation: posting?.organisation, company: resume.company, session: resume.session)
    }
}
