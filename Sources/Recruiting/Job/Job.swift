package import EventSourcing

/// One posting of a company, with its openings: "岗位真实".
package enum Job: Decider {
    package enum State: Hashable, Sendable {
        case unposted
        case open(JobPosted, Vetting)
        case closed(JobPosted, Closing)
    }

    package enum Vetting: Hashable, Sendable {
        case pending, vetted
        case rejected(JobRejected)
    }

    package enum Closing: Hashable, Sendable {
        case filled, withdrawn, expired
    }

    package enum Command: Hashable, Sendable {
        case post(JobPosted, at: Timestamp)
        case vet(JobVetted, at: Timestamp)
        /// Refuses a job, and takes back an earlier vetting.
        case reject(JobRejected)
        case revise(JobRevised, at: Timestamp)
        /// Changes how many people are sought; with zero the job is filled.
        case changeOpenings(Int)
        case fill
        case withdraw(JobWithdrawn)
        /// Closes the job; accepted from the day after `validThrough`.
        case expire(at: Timestamp)
    }

    package enum Event: DomainEvent {
        case posted(JobPosted)
        case vetted(JobVetted)
        case rejected(JobRejected)
        case revised(JobRevised)
        case openingsChanged(JobOpeningsChanged)
        case filled(JobFilled)
        case withdrawn(JobWithdrawn)
        case expired(JobExpired)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case notPosted
        case alreadyPosted
        case closed(Closing)
        case expired
        case stillValid(through: CalendarDate)
        case openingsOutOfRange
    }

    package static let initial = State.unposted

    package static func stream(_ id: JobID) -> StreamName {
        StreamName(category: "job", id: id)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.post(let posting, let at), .unposted):
            try require(posting.validThrough, at)
            return [.posted(posting)]
        case (.post(let posting, _), .open(let known, _)), (.post(let posting, _), .closed(let known, _)):
            guard posting == known else { throw .alreadyPosted }
            return []
        case (_, .unposted): throw .notPosted
        case (_, .closed(_, let closing)):
            guard command.repeats(closing) else { throw .closed(closing) }
            return []
        case (_, .open(let posting, let vetting)):
            return try decide(command, posting, vetting)
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch (event, state) {
        case (.posted(let posting), _): state = .open(posting, .pending)
        case (.vetted, .open(let posting, _)): state = .open(posting, .vetted)
        case (.rejected(let rejection), .open(let posting, _)): state = .open(posting, .rejected(rejection))
        case (.revised(let revision), .open(var posting, let vetting)):
            posting.apply(revision)
            state = .open(posting, vetting.after(revision))
        case (.openingsChanged(let change), .open(var posting, let vetting)):
            posting.openings = change.openings
            state = .open(posting, vetting)
        case (.filled, .open(let posting, _)): state = .closed(posting, .filled)
        case (.withdrawn, .open(let posting, _)): state = .closed(posting, .withdrawn)
        case (.expired, .open(let posting, _)): state = .closed(posting, .expired)
        case (_, .unposted), (_, .closed): break
        }
    }

    private static func decide(_ command: Command, _ posting: JobPosted, _ vetting: Vetting) throws(Rejection) -> [Event] {
        switch command {
        case .post: return []
        case .vet(let vet, let at):
            try require(posting.validThrough, at)
            return vetting == .vetted ? [] : [.vetted(vet)]
        case .reject(let rejection):
            return vetting == .rejected(rejection) ? [] : [.rejected(rejection)]
        case .revise(let revision, let at):
            let changes = revision.changes(from: posting)
            try require(changes.validThrough ?? posting.validThrough, at)
            return changes.isEmpty ? [] : [.revised(changes)]
        case .changeOpenings(let openings):
            guard (0...JobPosted.openingsLimit).contains(openings) else { throw .openingsOutOfRange }
            guard openings != posting.openings else { return [] }
            let changed = Event.openingsChanged(JobOpeningsChanged(openings: openings))
            return openings == 0 ? [changed, .filled(JobFilled())] : [changed]
        case .fill: return [.filled(JobFilled())]
        case .withdraw(let withdrawal): return [.withdrawn(withdrawal)]
        case .expire(let at):
            guard posting.validThrough < at.chinaDate else { throw .stillValid(through: posting.validThrough) }
            return [.expired(JobExpired())]
        }
    }

    private static func require(_ validThrough: CalendarDate, _ at: Timestamp) throws(Rejection) {
        guard validThrough >= at.chinaDate else { throw .expired }
    }
}

extension Job.Vetting {
    /// What a reviewer vouches for must be looked at again; and whoever changes a job that was rejected hands it in once more, since what
    /// the reviewer objected to may be anything of it.
    fileprivate func after(_ revision: JobRevised) -> Job.Vetting {
        switch self {
        case .rejected: .pending
        case .pending, .vetted: revision.needsVetting ? .pending : self
        }
    }
}

extension Job.Command {
    /// Whether the command asks for the end that the job has come to already.
    fileprivate func repeats(_ closing: Job.Closing) -> Bool {
        switch (self, closing) {
        case (.fill, .filled), (.changeOpenings(0), .filled), (.withdraw, .withdrawn), (.expire, .expired): true
        default: false
        }
    }
}

extension Job.State {
    package var posting: JobPosted? {
        switch self {
        case .unposted: nil
        case .open(let posting, _), .closed(let posting, _): posting
        }
    }

    /// Why the job may not be shown on `today`; nil when it may.
    package func fault(on today: CalendarDate) -> ListingFault? {
        switch self {
        case .unposted: .jobNotPosted
        case .closed(_, .filled): .noOpeningsLeft
        case .closed(_, .withdrawn): .jobWithdrawn
        case .closed(_, .expired): .jobExpired
        case .open(let posting, _) where posting.validThrough < today: .jobExpired
        case .open(_, .pending), .open(_, .rejected): .jobNotVetted
        case .open(let posting, .vetted): posting.openings > 0 ? nil : .noOpeningsLeft
        }
    }
}

extension Job.Rejection {
    package var values: [String: String] {
        if case .stillValid(let day) = self { ["day": "\(day)"] } else { [:] }
    }

    package var code: String {
        switch self {
        case .notPosted: "job-not-posted"
        case .alreadyPosted: "job-already-posted"
        case .closed(.filled): "job-filled"
        case .closed(.withdrawn): "job-withdrawn"
        case .closed(.expired), .expired: "job-expired"
        case .stillValid: "job-still-valid"
        case .openingsOutOfRange: "openings-out-of-range"
        }
    }

    package var explanation: String {
        switch self {
        case .notPosted: "There is no such job; post it first."
        case .alreadyPosted: "This job is posted already with another text; revise it instead."
        case .closed(.filled): "The job is filled and changes no more; post a new one."
        case .closed(.withdrawn): "The job has been withdrawn and changes no more; post a new one."
        case .closed(.expired): "The job has expired and changes no more; post a new one."
        case .expired: "The job's last day is past; give a validThrough from today on."
        case .stillValid(let day): "The job is valid through \(day) and cannot expire before."
        case .openingsOutOfRange: "A job has 0 to \(JobPosted.openingsLimit) openings; correct the number."
        }
    }
}
