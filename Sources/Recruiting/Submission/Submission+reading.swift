extension Submission {
    /// Who asks for what a candidate has sent.
    package enum Reader: Hashable, Sendable {
        case candidate
        /// The company that it was sent to, on a day.
        case receiver(Company.State, candidate: Candidate.State, on: CalendarDate)
        case caseWorker(candidate: Candidate.State)
    }
}

extension Submission.Tracking {
    /// The résumé, for those who may read it: the candidate always; the company that received it until it is taken back, while the
    /// consent holds and the company stands verified; a case worker once the company has not answered in time, or has hired.
    package func resume(for reader: Submission.Reader) -> Sealed? {
        switch reader {
        case .candidate: resume.sealed
        case .receiver(let company, let candidate, let today):
            stage != .withdrawn && company.fault(on: today) == nil && candidate.consents(to: resume.company) ? resume.sealed : nil
        case .caseWorker(let candidate):
            stage != .withdrawn && candidate.consents(to: resume.company) && (isOverdue || isHired) ? resume.sealed : nil
        }
    }

    /// Why it was taken back, for the candidate alone: a company's right to read has ended with it.
    package func withdrawal(for reader: Submission.Reader) -> Sealed? {
        if case .candidate = reader { withdrawal } else { nil }
    }
}

extension Candidate.State {
    /// The companies that may have what the candidate has sent.
    package var receivers: [CompanyID] {
        guard case .registered(let person) = self else { return [] }
        return Array(person.consents.keys)
    }

    /// Whether the company may have what the candidate has sent.
    package func consents(to company: CompanyID) -> Bool {
        guard case .registered(let person) = self else { return false }
        return person.consents[company] != nil
    }
}

extension Submission.Tracking {
    private var isHired: Bool {
        if case .hired = stage { true } else { false }
    }
}
