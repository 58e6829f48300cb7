package import Access
package import EventSourcing
package import Recruiting

/// Sends a candidate's résumé to the company of a job.
package struct SubmitResume: UseCase {
    package let application: SubmissionDraft
    package let job: JobID
    private let id: SubmissionID

    /// `candidates` names the one submission that there can be of the candidate to the job.
    package init(_ application: SubmissionDraft, to job: JobID, _ candidates: Candidates) {
        self.application = application
        self.job = job
        id = candidates.submission(of: application.candidate, to: job)
    }

    package var resource: StreamName { Submission.stream(id) }
    package var right: Right { .submitResume }

    /// The submission's events, and with the first of them what they say of the candidate.
    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let candidate = Candidate.stream(application.candidate)
        try await reads.load([resource, candidate, Job.stream(job)])
        let session = try await session(reads)
        let state = try await reads.state(Submission.self, resource)
        let person = try await reads.state(Candidate.self, candidate)
        let listing = try await reads.listing(job)
        let events = try Submission.decide(.submit(application, listing: listing, session: session, candidate: person, at: now), state)
        var decision = Decision(resource, events, session: application.session)
        if !events.isEmpty { decision.add(try personal(person), to: candidate) }
        return decision
    }

    private func session(_ reads: ReadSet) async throws -> Session.State? {
        guard let id = application.session else { return nil }
        let session = try await reads.look(at: id)
        guard session.plan != nil else { throw Invalid(field: "session", reason: .noSession) }
        return session
    }

    /// The candidate is known from now on, with the consent that goes with the résumé, and the key that it is encrypted with.
    private func personal(_ known: Candidate.State) throws -> [Candidate.Event] {
        let consent = try ConsentGiven(recipient: application.recipient, noticeVersion: application.noticeVersion)
        var commands: [Candidate.Command] = [.register, .giveConsent(consent)]
        if !known.holds(application.sealed.key) { commands.insert(.sealProfile(ProfileSealed(sealed: application.sealed)), at: 1) }
        var person = known
        return try commands.flatMap { command in
            let events = try Candidate.decide(command, person)
            for event in events { Candidate.apply(event, to: &person) }
            return events
        }
    }
}

extension Candidate.State {
    fileprivate func holds(_ key: KeyID) -> Bool {
        guard case .registered(let person) = self else { return false }
        return person.keys.contains(key)
    }
}
