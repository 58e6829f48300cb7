package import Access
package import EventSourcing
package import Recruiting

/// Takes back a candidate's consent that a company may have the personal data: from then on it reads nothing that was sent to it.
package struct WithdrawConsent: UseCase {
    package let company: CompanyID
    private let candidates: [CandidateID]

    /// - Parameter candidates: who the caller is: one or more, the last of whom is meant where nothing is to be done.
    package init(to company: CompanyID, of candidates: [CandidateID]) throws(CommandError) {
        guard !candidates.isEmpty else { throw .notFound(.candidate) }
        self.company = company
        self.candidates = candidates
    }

    package var resource: StreamName { Candidate.stream(candidates[candidates.count - 1]) }
    package var right: Right { .manageOwnData }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        return try await reads.decision(of: candidates, .withdrawConsent(ConsentWithdrawn(recipient: company)))
    }
}

/// Ends all processing of what a candidate has sent, wherever it went. The keys live on until the legal period is over.
package struct RequestErasure: UseCase {
    private let candidates: [CandidateID]

    /// - Parameter candidates: who the caller is: one or more.
    package init(of candidates: [CandidateID]) throws(CommandError) {
        guard !candidates.isEmpty else { throw .notFound(.candidate) }
        self.candidates = candidates
    }

    package var resource: StreamName { Candidate.stream(candidates[candidates.count - 1]) }
    package var right: Right { .manageOwnData }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        return try await reads.decision(of: candidates, .requestErasure)
    }
}

/// Notes that a candidate's keys have been destroyed.
package struct NoteDestruction: UseCase {
    package let candidate: CandidateID

    package init(of candidate: CandidateID) {
        self.candidate = candidate
    }

    package var resource: StreamName { Candidate.stream(candidate) }
    package var right: Right { .manageOwnData }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let state = try await reads.state(Candidate.self, resource)
        guard case .erasing(let keys) = state else { return Decision() }
        return Decision(resource, keys.map { .keyDestroyed(SubjectKeyDestroyed(key: $0)) } as [Candidate.Event])
    }
}

extension ReadSet {
    /// The same for each of those that a person is and that has sent something.
    fileprivate func decision(of candidates: [CandidateID], _ command: Candidate.Command) async throws -> Decision {
        let streams = candidates.map(Candidate.stream)
        let states = try await states(Candidate.self, streams)
        var decision = Decision()
        for stream in streams {
            guard let state = states[stream], state != .unregistered else { continue }
            decision.add(try Candidate.decide(command, state), to: stream)
        }
        return decision
    }
}
