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
        package var rating: ServiceRated?
    }

    /// How far a submission has come. Each step but the first two may be left out: many a company hires after one call.
    package enum Step: Hashable, Sendable {
        case submitted, viewed
        case contacted
        case interview(InterviewScheduled)
        case offered(OfferMade)
        case hired(CandidateHired, checks: [RetentionChecked])
        case rejected, withdrawn
    }

    package enum Command: Hashable, Sendable {
        /// `session` is the one that the application names, if it names one.
        case submit(SubmissionDraft, listing: Listing, session: Session.State?, candidate: Candidate.State, at: Timestamp)
        case deliver
        case view(SubmissionViewed)
        case contact(CandidateContacted)
        case scheduleInterview(InterviewScheduled)
        case makeOffer(OfferMade)
        case hire(CandidateHired)
        case reject(SubmissionRejected)
        case note(SubmissionNoted)
        case followUp(CandidateFollowedUp)
        case withdraw(SubmissionWithdrawn)
        /// Accepted once the promised time is over without an answer.
        case markOverdue(at: Timestamp)
        case checkRetention(RetentionChecked, at: Timestamp)
        case rate(ServiceRated)
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
        case noted(SubmissionNoted)
        case followedUp(CandidateFollowedUp)
        case withdrawn(SubmissionWithdrawn)
        case responseOverdue(ResponseOverdue)
        case retentionChecked(RetentionChecked)
        case rated(ServiceRated)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case notMade, closed
        case unlistable(ListingFault)
        case consentNamesAnother(recipient: CompanyID, receiver: CompanyID)
        case erasureRequested, consentWithdrawn
        case sessionNotOpen, notInSession, cardVersionUnknown
        case notViewed, notHired
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
        case (.rate(let rating), .made(let tracking)): return tracking.rating == rating ? [] : [.rated(rating)]
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
        case .contacted where tracking.stage == .viewed: tracking.stage = .contacted
        case .interviewScheduled(let interview): tracking.stage = .interview(interview)
        case .offerMade(let offer): tracking.stage = .offered(offer)
        case .hired(let hiring): tracking.stage = .hired(hiring, checks: tracking.stage.checks)
        case .rejected: tracking.stage = .rejected
        case .withdrawn(let withdrawal): (tracking.stage, tracking.withdrawal) = (.withdrawn, withdrawal.reason)
        case .responseOverdue: tracking.isOverdue = true
        case .retentionChecked(let check):
            if case .hired(let hiring, let checks) = tracking.stage { tracking.stage = .hired(hiring, checks: checks + [check]) }
        case .rated(let rating): tracking.rating = rating
        case .contacted, .noted, .followedUp: break
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

    /// What a company or a case worker does, once the résumé has been opened; a step repeated as it was changes nothing.
    private static func track(_ command: Command, _ stage: Step) throws(Rejection) -> [Event] {
        switch (command, stage) {
        case (.view(let view), .submitted): return [.viewed(view)]
        case (.view, _): return []
        case (.note(let note), _) where stage != .withdrawn: return [.noted(note)]
        case (.followUp(let contact), _) where stage != .withdrawn: return [.followedUp(contact)]
        case (.reject, .rejected): return []
        case (_, .withdrawn), (_, .rejected): throw .closed
        case (_, .submitted): throw .notViewed
        case (.contact(let contact), _): return [.contacted(contact)]
        case (.hire(let hiring), .hired(let known, let checks)):
            if hiring == known { return [] }
            // The first day of work is often put off; once it has been asked about it stands.
            guard checks.isEmpty else { throw .closed }
            return [.hired(hiring)]
        case (_, .hired): throw .closed
        case (.scheduleInterview(let interview), .interview(let known)) where interview == known: return []
        case (.scheduleInterview(let interview), _): return [.interviewScheduled(interview)]
        case (.makeOffer(let offer), .offered(let known)) where offer == known: return []
        case (.makeOffer(let offer), _): return [.offerMade(offer)]
        case (.hire(let hiring), _): return [.hired(hiring)]
        case (.reject(let rejection), _): return [.rejected(rejection)]
        default: throw .closed
        }
    }

    private static func markOverdue(_ at: Timestamp, _ tracking: Tracking) throws(Rejection) -> [Event] {
        guard !tracking.isOverdue else { return [] }
        guard tracking.stage == .submitted || tracking.stage == .viewed, at > tracking.resume.respondBy else { throw .notOverdue }
        return [.responseOverdue(ResponseOverdue())]
    }

    /// The candidate and the case worker each tell once of each day.
    private static func checkRetention(_ check: RetentionChecked, _ at: Timestamp, _ tracking: Tracking) throws(Rejection) -> [Event] {
        guard case .hired(let hiring, let checks) = tracking.stage else { throw .notHired }
        let from = hiring.startsOn.advanced(days: check.day.rawValue)
        guard at.chinaDate >= from else { throw .retentionTooEarly(from: from) }
        if checks.contains(check) { return [] }
        guard checks.allSatisfy({ $0.source != check.source || $0.day.rawValue < check.day.rawValue }) else { throw .retentionChecked }
        return [.retentionChecked(check)]
    }
}

extension Submission.Step {
    fileprivate var checks: [RetentionChecked] {
        if case .hired(_, let checks) = self { checks } else { [] }
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
        case .consentWithdrawn: "consent-withdrawn"
        case .sessionNotOpen: "session-not-open"
        case .notInSession: "job-not-in-session"
        case .cardVersionUnknown: "card-version-unknown"
        case .notViewed: "submission-not-viewed"
        case .notHired: "candidate-not-hired"
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
        case .consentWithdrawn: "The candidate has taken back the consent that the company may have the résumé."
        case .sessionNotOpen: "The session has not started or was cancelled; leave it out, or wait until it is live."
        case .notInSession: "The job is not on this session's shelf; leave the session out."
        case .cardVersionUnknown: "The job has no such version; give the version of the card that was shown."
        case .notViewed: "The résumé has not been opened yet; open it first."
        case .notHired: "The candidate has not been hired through this submission."
        case .notOverdue: "The response is not overdue: it has been given, or the promised time is not over."
        case .retentionTooEarly(let day): "Whether the work lasts can be checked from \(day) on."
        case .retentionChecked: "This check or a later one has been recorded already; it does not change."
        }
    }
}
