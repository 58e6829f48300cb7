package import Access
package import EventSourcing
package import Recruiting

/// Takes a résumé back: its candidate's own, or anybody's for an operator.
package struct WithdrawSubmission: UseCase {
    package let id: SubmissionID
    /// Those whose résumés the caller may take back; nil for anybody's.
    private let candidates: [CandidateID]?
    private let reason: String?
    private let personalData: PersonalData

    /// - Parameters:
    ///   - candidates: who the caller is; nil for an operator.
    ///   - reason: is encrypted before it comes into the log.
    package init(_ id: SubmissionID, of candidates: [CandidateID]?, reason: String?, _ personalData: PersonalData) {
        self.id = id
        self.reason = reason
        self.candidates = candidates
        self.personalData = personalData
    }

    package var resource: StreamName { Submission.stream(id) }
    package var right: Right { .withdrawSubmission }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let state = try await reads.state(Submission.self, resource)
        guard case .made(let tracking) = state, candidates?.contains(tracking.resume.candidate) ?? true else {
            throw CommandError.notFound(.submission)
        }
        var sealed: Sealed?
        if let reason { sealed = try await personalData.encrypt(Reason(reason: reason), of: tracking.resume.candidate) }
        let events = try Submission.decide(.withdraw(SubmissionWithdrawn(reason: sealed)), state)
        return Decision(resource, events, session: tracking.resume.session)
    }

    /// What is encrypted of a withdrawal.
    package struct Reason: Codable, Sendable {
        package let reason: String?
    }
}
