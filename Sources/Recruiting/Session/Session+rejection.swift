extension Session.Rejection {
    package var code: String {
        switch self {
        case .notScheduled: "session-not-scheduled"
        case .alreadyScheduled: "session-already-scheduled"
        case .notLive: "session-not-live"
        case .alreadyStarted: "session-already-started"
        case .interrupted: "session-interrupted"
        case .ended: "session-ended"
        case .cancelled: "session-cancelled"
        case .notEnded: "session-not-ended"
        case .unlistable(let faults): faults.first?.fault.rawValue ?? "job-not-posted"
        case .notOnShelf: "job-not-on-shelf"
        case .shelfFull: "shelf-full"
        case .minimumDisplay: "minimum-display"
        case .policyNotShowable: "policy-not-showable"
        }
    }

    package var explanation: String {
        switch self {
        case .notScheduled: "There is no such session; schedule it first."
        case .alreadyScheduled: "This session is scheduled already with other details; reschedule it or schedule a new one."
        case .notLive: "The session has not started; start it first."
        case .alreadyStarted: "The session has started; end it instead."
        case .interrupted: "The session is interrupted; resume it first, or end it."
        case .ended: "The session has ended; this can no longer be changed."
        case .cancelled: "The session has been cancelled; schedule a new one."
        case .notEnded: "The session has not ended; publish its recording afterwards."
        case .unlistable(let faults): Self.explain(faults)
        case .notOnShelf(let job): "Job \(job) is not on this session's shelf; shelve it first."
        case .shelfFull: "A shelf holds at most \(Session.shelfLimit) jobs; take some off first."
        case .minimumDisplay(let remaining): "The card must stay up another \(remaining) ms; wait, or override knowingly."
        case .policyNotShowable: "There is no such policy or it has expired; choose a current one."
        }
    }

    package var values: [String: String] {
        switch self {
        case .shelfFull: ["limit": "\(Session.shelfLimit)"]
        case .minimumDisplay(let remaining): ["seconds": "\((remaining + 999) / 1_000)"]
        default: [:]
        }
    }

    private static func explain(_ faults: [Session.Unlistable]) -> String {
        guard let first = faults.first else { return ListingFault.jobNotPosted.explanation }
        let others = faults.count == 1 ? "" : " (\(first.job); \(faults.count - 1) more jobs fail too.)"
        return first.fault.explanation + others
    }
}
