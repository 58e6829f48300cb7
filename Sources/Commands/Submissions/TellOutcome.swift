package import Access
package import EventSourcing
package import Recruiting

/// What a candidate tells of what became of a submission.
package struct TellOutcome: UseCase {
    package enum Word: Sendable {
        case check(RetentionChecked)
        case rate(score: Int, note: String?)
    }

    package let id: SubmissionID
    package let word: Word
    private let candidates: [CandidateID]
    private let personalData: PersonalData

    /// - Parameter candidates: who the caller is.
    package init(_ id: SubmissionID, _ word: Word, of candidates: [CandidateID], _ personalData: PersonalData) {
        self.id = id
        self.word = word
        self.candidates = candidates
        self.personalData = personalData
    }

    package var resource: StreamName { Submission.stream(id) }
    package var right: Right { .tellOutcome }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let state = try await reads.state(Submission.self, resource)
        guard case .made(let tracking) = state, candidates.contains(tracking.resume.candidate) else {
            throw CommandError.notFound(.submission)
        }
        let command: Submission.Command
        switch word {
        case .check(let check): command = .checkRetention(check, at: now)
        case .rate(let score, let note):
            let sealed = try await personalData.encrypt(note: note, of: tracking.resume.candidate)
            command = .rate(try ServiceRated(score: score, note: sealed))
        }
        return Decision(resource, try Submission.decide(command, state), session: tracking.resume.session)
    }
}
