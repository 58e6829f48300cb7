package import EventSourcing

/// One broadcast (直播场次): its shelf, its featured card, its segments.
package enum Session: Decider {
    package struct State: Hashable, Sendable {
        package var plan: SessionScheduled?
        package var phase = Phase.unscheduled
        package var shelf: [JobID: ShelfItem] = [:]
        package var recording: RecordingPublished?
    }

    package enum Phase: Hashable, Sendable {
        case unscheduled, scheduled, ended, cancelled
        case live(Stage)
        case interrupted(Stage)
    }

    /// What viewers of a running session have before them.
    package struct Stage: Hashable, Sendable {
        package var startedAt: Timestamp
        package var segment: SegmentKind?
        package var featured: JobFeatured?
        package var policy: PolicyCardShown?
    }

    package enum Command: Hashable, Sendable {
        case schedule(SessionScheduled)
        case reschedule(SessionRescheduled)
        case revise(SessionRevised)
        case cancel(SessionCancelled)
        case assignHost(HostAssigned)
        case start(at: Timestamp)
        case interrupt(SessionInterrupted)
        case resume
        case startSegment(SegmentKind)
        /// All or none, or, with `skipping`, those that may be shown; what is on the shelf in this version already stays as it is, an older
        /// one is replaced.
        case shelve([Listing], skipping: Bool = false, at: Timestamp)
        case unshelve(JobID, at: Timestamp)
        /// `override` knowingly cuts the minimum display time of the card before short.
        case feature(Listing, override: Bool, at: Timestamp)
        case unfeature(override: Bool, at: Timestamp)
        /// Nil when the policy cannot be shown: see `Policy.State.card(_:version:on:)`.
        case showPolicy(PolicyCardShown?)
        case end(EndReason, at: Timestamp)
        case publishRecording(RecordingPublished)
    }

    package enum Event: DomainEvent {
        case scheduled(SessionScheduled)
        case rescheduled(SessionRescheduled)
        case revised(SessionRevised)
        case cancelled(SessionCancelled)
        case hostAssigned(HostAssigned)
        case started(SessionStarted)
        case interrupted(SessionInterrupted)
        case resumed(SessionResumed)
        case segmentStarted(SegmentStarted)
        case shelved(JobsShelved)
        case unshelved(JobUnshelved)
        case featured(JobFeatured)
        case unfeatured(JobUnfeatured)
        case policyShown(PolicyCardShown)
        case ended(SessionEnded)
        case recordingPublished(RecordingPublished)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case notScheduled, alreadyScheduled, notLive, alreadyStarted, interrupted, ended, cancelled, notEnded
        case unlistable([Unlistable])
        case notOnShelf(JobID)
        case shelfFull
        case minimumDisplay(remainingMs: Int)
        case policyNotShowable
    }

    /// A job that fails a rule of vetting.
    package struct Unlistable: Hashable, Sendable {
        package let job: JobID
        package let fault: ListingFault

        package init(job: JobID, fault: ListingFault) {
            self.job = job
            self.fault = fault
        }
    }

    package static let initial = State()

    package static func stream(_ id: SessionID) -> StreamName {
        StreamName(category: "session", id: id)
    }

    /// How long a featured card stays up before another takes its place, unless the host overrides it.
    package static let minimumDisplay = Duration.seconds(45)
    /// Jobs on one shelf, at most; a shelf of the reference season has about 130.
    package static let shelfLimit = 10_000
    /// Jobs in one `JobsShelved`, at most, so that no event grows beyond some 150 KB.
    package static let shelfBatch = 1_000

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch command {
        case .schedule, .reschedule, .revise, .cancel, .assignHost: return try decidePlan(command, state)
        case .start, .interrupt, .resume, .end, .publishRecording: return try decideCourse(command, state)
        case .shelve(let listings, let skipping, let at): return try shelve(listings, skipping, at, state)
        case .unshelve(let job, let at): return try unshelve(job, at, state)
        case .feature(let listing, let override, let at): return try feature(listing, override, at, state)
        case .unfeature(let override, let at): return try unfeature(override, at, state)
        case .startSegment(let kind):
            return try state.stage.segment == kind ? [] : [.segmentStarted(SegmentStarted(kind: kind))]
        case .showPolicy(let card):
            let stage = try state.stage
            guard let card else { throw .policyNotShowable }
            return stage.policy == card ? [] : [.policyShown(card)]
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch event {
        case .scheduled(let plan):
            state.plan = plan
            state.phase = .scheduled
        case .rescheduled(let times): state.plan?.move(to: times)
        case .revised(let revision): state.plan?.apply(revision)
        case .hostAssigned(let assignment): state.plan?.host = assignment.host
        case .cancelled: state.phase = .cancelled
        case .started(let start): state.phase = .live(Stage(startedAt: start.at))
        case .interrupted: if case .live(let stage) = state.phase { state.phase = .interrupted(stage) }
        case .resumed: if case .interrupted(let stage) = state.phase { state.phase = .live(stage) }
        case .segmentStarted(let segment): state.changeStage { $0.segment = segment.kind }
        case .shelved(let shelved): for item in shelved.jobs { state.shelf[item.job] = item }
        case .unshelved(let unshelved): state.shelf[unshelved.job] = nil
        case .featured(let featured): state.changeStage { $0.featured = featured }
        case .unfeatured: state.changeStage { $0.featured = nil }
        case .policyShown(let policy): state.changeStage { $0.policy = policy }
        case .ended: state.phase = .ended
        case .recordingPublished(let recording): state.recording = recording
        }
    }
}

extension Session {
    private static func decidePlan(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        if case .schedule(let plan) = command {
            guard let known = state.plan else { return [.scheduled(plan)] }
            guard plan == known else { throw .alreadyScheduled }
            return []
        }
        guard let plan = state.plan else { throw .notScheduled }
        switch (command, state.phase) {
        case (.cancel, .cancelled): return []
        case (_, .cancelled): throw .cancelled
        case (_, .ended): throw .ended
        case (.assignHost(let assignment), _): return plan.host == assignment.host ? [] : [.hostAssigned(assignment)]
        case (_, .live), (_, .interrupted): throw .alreadyStarted
        case (.reschedule(let times), _):
            return plan.startsAt == times.startsAt && plan.endsAt == times.endsAt ? [] : [.rescheduled(times)]
        case (.revise(let revision), _):
            let changes = revision.changes(from: plan)
            return changes.isEmpty ? [] : [.revised(changes)]
        case (.cancel(let cancellation), _): return [.cancelled(cancellation)]
        default: preconditionFailure("decide(_:_:) passes no other command")
        }
    }

    private static func decideCourse(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state.phase) {
        case (_, .unscheduled): throw .notScheduled
        case (.end, .ended): return []
        case (.publishRecording(let recording), .ended):
            return state.recording == recording ? [] : [.recordingPublished(recording)]
        case (_, .cancelled): throw .cancelled
        case (_, .ended): throw .ended
        case (.publishRecording, _): throw .notEnded
        case (.start(let at), .scheduled): return [.started(SessionStarted(at: at))]
        case (.start, .live): return []
        case (.start, .interrupted): throw .interrupted
        case (_, .scheduled): throw .notLive
        case (.interrupt(let interruption), .live): return [.interrupted(interruption)]
        case (.resume, .interrupted): return [.resumed(SessionResumed())]
        case (.interrupt, .interrupted), (.resume, .live): return []
        case (.end(let reason, let at), .live(let stage)), (.end(let reason, let at), .interrupted(let stage)):
            return takeDown(stage.featured, .ended, at) + [.ended(SessionEnded(reason: reason))]
        default: preconditionFailure("decide(_:_:) passes no other command")
        }
    }
}

extension Session.State {
    /// Milliseconds since the session started; nil unless it is running, and beyond 24.8 days, which the log's 32 bits don't hold.
    package func mediaTime(at moment: Timestamp) -> Int32? {
        switch phase {
        case .live(let stage), .interrupted(let stage): Int32(exactly: max(0, moment.milliseconds(since: stage.startedAt)))
        case .unscheduled, .scheduled, .ended, .cancelled: nil
        }
    }

    /// What is on stage; rejects unless the session is live.
    var stage: Session.Stage {
        get throws(Session.Rejection) {
            switch phase {
            case .live(let stage): return stage
            case .unscheduled: throw .notScheduled
            case .scheduled: throw .notLive
            case .interrupted: throw .interrupted
            case .ended: throw .ended
            case .cancelled: throw .cancelled
            }
        }
    }

    fileprivate mutating func changeStage(_ change: (inout Session.Stage) -> Void) {
        switch phase {
        case .live(var stage):
            change(&stage)
            phase = .live(stage)
        case .interrupted(var stage):
            change(&stage)
            phase = .interrupted(stage)
        case .unscheduled, .scheduled, .ended, .cancelled: break
        }
    }
}
