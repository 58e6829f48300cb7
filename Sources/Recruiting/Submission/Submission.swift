package import EventSourcing

/// The résumé of one candidate for one job, and what became of it (服务跟踪).
package enum Submission: Decider {
    package enum State: Hashable, Sendable {
        case none
        case made(Tracking)
    }

    package struct Tracking: Hashable, Sendable {
        /// The first one, or the one after a withdrawal: what a repeat is answered with.
        package var resume: ResumeSubmitted
        package var stage = Step.submitted
        package var isDelivered = false
        package var isOverdue = false
        /// Why the candidate took it back.
        package var withdrawal: Sealed?
    }

    /// The steps of a submission, in the order in which they follow one another.
    package enum Step: Hashable, Sendable {
        case submitted, viewed
        case contacted(by: Set<ContactMethod>)
        case interview(InterviewScheduled)
        case offered
        case hired(startsOn: CalendarDate, checks: [RetentionChecked])
        case rejected, withdrawn
    }

    package enum Command: Hashable, Sendable {
        /// `session` is the one that the application names, if it names one.
        case submit(SubmissionDraft, listing: Listing, session: Session.State?, candidate: Candidate.State, at: Timestamp)
        case deliver
        case view(SubmissionViewed)
        case contact(CandidateContacted)
        case scheduleInterview(InterviewScheduled)
        case makeOffer
        case hire(CandidateHired)
        case reject(SubmissionRejected)
        case withdraw(SubmissionWithdrawn)
        /// Accepted once the promised time is over without an answer.
        case markOverdue(at: Timestamp)
        case checkRetention(RetentionChecked, at: Timestamp)
    }

    package enum Event: DomainEvent {
        case submitted(ResumeSubmitted)
        case delivered(SubmissionDelivered)
        case viewed(SubmissionViewed)
        case contacted(CandidateContacted)
        case interviewScheduled(InterviewScheduled)
        case offerMade(OfferMade)
        case hired(CandidateHired)
        case rejected(SubmissionRejected)
        case withdrawn(SubmissionWithdrawn)
        case responseOverdue(ResponseOverdue)
        case retentionChecked(RetentionChecked)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case notMade, closed
        case unlistable(ListingFault)
        case consentNamesAnother(recipient: CompanyID, receiver: CompanyID)
        case erasureRequested
        case sessionNotOpen, notInSession, cardVersionUnknown
        case outOfOrder(required: String)
        case notOverdue
        case retentionTooEarly(from: CalendarDate), retentionChecked
    }

    package static let initial = State.none

    package static func stream(_ id: SubmissionID) -> StreamName {
        StreamName(category: "submission", id: id)
    }

    /// How soon a candidate is promised an answer.
    package static let promisedResponse = Duration.seconds(72 * 3600)

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.submit, .made) where state.isActive: return []
        case (.submit(let application, let listing, let session, let candidate, let at), _):
            return [.submitted(try submit(application, listing, session, candidate, at))]
        case (_, .none): throw .notMade
        case (.deliver, .made(let tracking)):
            return tracking.isDelivered || tracking.stage == .withdrawn ? [] : [.delivered(SubmissionDelivered())]
        case (.markOverdue(let at), .made(let tracking)): return try markOverdue(at, tracking)
        case (.checkRetention(let check, let at), .made(let tracking)): return try checkRetention(check, at, tracking)
        case (.withdraw(let withdrawal), .made(let tracking)):
            switch tracking.stage {
            case .withdrawn: return []
            case .hired, .rejected: throw .closed
            default: return [.withdrawn(withdrawal)]
            }
        case (_, .made(let tracking)): return try track(command, tracking.stage)
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        if case .submitted(let resume) = event { state = .made(Tracking(resume: resume)) }
        guard case .made(var tracking) = state else { return }
        switch event {
        case .submitted: return
        case .delivered: tracking.isDelivered = true
        case .viewed: tracking.stage = .viewed
        case .contacted(let contact): tracking.stage = .contacted(by: tracking.stage.methods.union([contact.method]))
        case .interviewScheduled(let interview): tracking.stage = .interview(interview)
        case .offerMade: tracking.stage = .offered
        case .hired(let hiring): tracking.stage = .hired(startsOn: hiring.startsOn, checks: [])
        case .rejected: tracking.stage = .rejected
        case .withdrawn(let withdrawal): (tracking.stage, tracking.withdrawal) = (.withdrawn, withdrawal.reason)
        case .responseOverdue: tracking.isOverdue = true
        case .retentionChecked(let check):
            if case .hired(let startsOn, let checks) = tracking.stage {
                tracking.stage = .hired(startsOn: startsOn, checks: checks + [check])
            }
        }
        state = .made(tracking)
    }
}

extension Submission.State {
    /// Whether a résumé was sent that wasn't taken back: a repeat is answered with it.
    package var isActive: Bool {
        if case .made(let tracking) = self { tracking.stage != .withdrawn } else { false }
    }
}

extension Submission {
    private static func submit(
        _ application: SubmissionDraft,
        _ listing: Listing,
        _ session: Session.State?,
        _ candidate: Candidate.State,
        _ at: Timestamp
    ) throws(Rejection) -> ResumeSubmitted {
        guard !candidate.isErased else { throw .erasureRequested }
        let card: Card
        do throws(ListingFault) { card = try listing.card(on: at.chinaDate) } catch { throw .unlistable(error) }
        guard application.recipient == card.company else {
            throw .consentNamesAnother(recipient: application.recipient, receiver: card.company)
        }
        guard application.cardVersion.map({ (1...card.version).contains($0) }) ?? true else { throw .cardVersionUnknown }
        let channel = try channel(of: card.job, in: session)
        let respondBy = at.advanced(by: promisedResponse)
        return ResumeSubmitted(application, card, channel: application.staffChannel ?? channel, respondBy: respondBy)
    }

    /// A session's own are those for what stands on its shelf, while it runs and in its replay.
    private static func channel(of job: JobID, in session: Session.State?) throws(Rejection) -> Channel {
        guard let session else { return .shelf }
        let channel: Channel
        switch session.phase {
        case .unscheduled, .scheduled, .cancelled: throw .sessionNotOpen
        case .live, .interrupted: channel = .live
        case .ended: channel = .replay
        }
        guard session.shelf[job] != nil else { throw .notInSession }
        return channel
    }

    /// Each step follows the one before; a step repeated as it was changes nothing.
    private static func track(_ command: Command, _ stage: Step) throws(Rejection) -> [Event] {
        switch (command, stage) {
        case (.view(let view), .submitted): return [.viewed(view)]
        case (.view, _): return []
        case (.reject, .rejected): return []
        case (_, .withdrawn), (_, .rejected): throw .closed
        case (.contact(let contact), .viewed): return [.contacted(contact)]
        case (.contact(let contact), .contacted(let methods)): return methods.contains(contact.method) ? [] : [.contacted(contact)]
        case (.scheduleInterview(let interview), .contacted): return [.interviewScheduled(interview)]
        case (.scheduleInterview(let interview), .interview(let known)): return interview == known ? [] : [.interviewScheduled(interview)]
        case (.makeOffer, .interview): return [.offerMade(OfferMade())]
        case (.makeOffer, .offered): return []
        case (.hire(let hiring), .offered): return [.hired(hiring)]
        case (.hire(let hiring), .hired(let startsOn, _)) where hiring.startsOn == startsOn: return []
        case (_, .hired): throw .closed
        case (.reject(let rejection), .viewed), (.reject(let rejection), .contacted), (.reject(let rejection), .interview),
            (.reject(let rejection), .offered):
            return [.rejected(rejection)]
        default: throw .outOfOrder(required: command.predecessor)
        }
    }

    private static func markOverdue(_ at: Timestamp, _ tracking: Tracking) throws(Rejection) -> [Event] {
        guard !tracking.isOverdue else { return [] }
        guard tracking.stage == .submitted || tracking.stage == .viewed, at > tracking.resume.respondBy else { throw .notOverdue }
        return [.responseOverdue(ResponseOverdue())]
    }

    private static func checkRetention(_ check: RetentionChecked, _ at: Timestamp, _ tracking: Tracking) throws(Rejection) -> [Event] {
        guard case .hired(let startsOn, let checks) = tracking.stage else { throw .outOfOrder(required: "hired") }
        let from = startsOn.advanced(days: check.day.rawValue)
        guard at.chinaDate >= from else { throw .retentionTooEarly(from: from) }
        if checks.contains(check) { return [] }
        guard checks.allSatisfy({ $0.day.rawValue < check.day.rawValue }) else { throw .retentionChecked }
        return [.retentionChecked(check)]
    }
}

extension Submission.Command {
    /// The stage in which the command is in order.
    fileprivate var predecessor: String {
        switch self {
        case .contact, .reject: "viewed"
        case .scheduleInterview: "contacted"
        case .makeOffer: "interview"
        case .hire: "offered"
        default: "submitted"
        }
    }
}

extension Submission.Step {
    fileprivate var methods: Set<ContactMethod> {
        guard case .contacted(let methods) = self else { return [] }
        return methods
    }
}

extension Submission.Rejection {
    package var values: [String: String] {
        if case .retentionTooEarly(let day) = self { ["day": "\(day)"] } else { [:] }
    }

    package var code: String {
        switch self {
        case .notMade: "submission-not-made"
        case .closed: "submission-closed"
        case .unlistable(let fault): fault.rawValue
        case .consentNamesAnother: "consent-names-another-company"
        case .erasureRequested: "erasure-requested"
        case .sessionNotOpen: "session-not-open"
        case .notInSession: "job-not-in-session"
        case .cardVersionUnknown: "card-version-unknown"
        case .outOfOrder: "step-out-of-order"
        case .notOverdue: "response-not-overdue"
        case .retentionTooEarly: "retention-too-early"
        case .retentionChecked: "retention-already-checked"
        }
    }

    package var explanation: String {
        switch self {
        case .notMade: "There is no such submission; submit a résumé first."
        case .closed: "The submission has come to its end; nothing more can be done with it."
        case .unlistable(let fault): fault.explanation
        case .consentNamesAnother(let recipient, let receiver):
            "The consent names company \(recipient), but the résumé would go to \(receiver); ask for a consent that names the latter."
        case .erasureRequested: "The candidate has asked for erasure; nothing more may be processed for this person."
        case .sessionNotOpen: "The session has not started or was cancelled; leave it out, or wait until it is live."
        case .notInSession: "The job is not on this session's shelf; leave the session out."
        case .cardVersionUnknown: "The job has no such version; give the version of the card that was shown."
        case .outOfOrder(let required):
            "This step comes only once the submission has reached the stage \(required); take the steps in order."
        case .notOverdue: "The response is not overdue: it has been given, or the promised time is not over."
        case .retentionTooEarly(let day): "Whether the work lasts can be checked from \(day) on."
        case .retentionChecked: "This check or a later one has been recorded already; it does not change."
        }
    }
}
