package import EventSourcing

/// A support policy that hosts explain and show as a card.
package enum Policy: Decider {
    package enum State: Hashable, Sendable {
        case unpublished
        case current(PolicyPublished)
        case expired(PolicyPublished)
    }

    package enum Command: Hashable, Sendable {
        case publish(PolicyPublished, at: Timestamp)
        case revise(PolicyRevised, at: Timestamp)
        case expire
    }

    package enum Event: DomainEvent {
        case published(PolicyPublished)
        case revised(PolicyRevised)
        case expired(PolicyExpired)
    }

    package enum Rejection: String, Recruiting.Rejection {
        case notPublished = "policy-not-published"
        case alreadyPublished = "policy-already-published"
        case expired = "policy-expired"
        case validityPast = "policy-validity-past"
    }

    package static let initial = State.unpublished

    package static func stream(_ id: PolicyID) -> StreamName {
        StreamName(category: "policy", id: id)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.publish(let policy, let at), .unpublished):
            try require(policy.validThrough, at)
            return [.published(policy)]
        case (.publish(let policy, _), .current(let known)) where policy == known: return []
        case (.publish, _): throw .alreadyPublished
        case (_, .unpublished): throw .notPublished
        case (.revise(let revision, let at), .current(let known)):
            let changes = revision.changes(from: known)
            try require(changes.removes(.validThrough) ? nil : changes.validThrough ?? known.validThrough, at)
            return changes.isEmpty ? [] : [.revised(changes)]
        case (.revise, .expired): throw .expired
        case (.expire, .current): return [.expired(PolicyExpired())]
        case (.expire, .expired): return []
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch (event, state) {
        case (.published(let policy), _): state = .current(policy)
        case (.revised(let revision), .current(var policy)):
            policy.apply(revision)
            state = .current(policy)
        case (.expired, .current(let policy)): state = .expired(policy)
        case (.revised, _), (.expired, _): break
        }
    }

    private static func require(_ validThrough: CalendarDate?, _ at: Timestamp) throws(Rejection) {
        if let validThrough, validThrough < at.chinaDate { throw .validityPast }
    }
}

extension Policy.State {
    /// The policy as it is or was; nil when it was never published.
    package var text: PolicyPublished? {
        switch self {
        case .unpublished: nil
        case .current(let text), .expired(let text): text
        }
    }

    /// Whether its last day is past and nobody has said so yet.
    package func isOverdue(on today: CalendarDate) -> Bool {
        guard case .current(let text) = self, let last = text.validThrough else { return false }
        return last < today
    }

    /// The policy's card in `version` of its stream; nil when it may not be shown on `today`.
    package func card(_ policy: PolicyID, version: Int, on today: CalendarDate) -> PolicyCardShown? {
        guard case .current(let text) = self, text.validThrough.map({ $0 >= today }) ?? true else { return nil }
        return PolicyCardShown(policy: policy, version: version, title: text.title, summary: text.summary, link: text.link)
    }
}

extension Policy.Rejection {
    package var code: String { rawValue }

    package var explanation: String {
        switch self {
        case .notPublished: "There is no such policy; publish it first."
        case .alreadyPublished: "This policy is published already with another text; revise it instead."
        case .expired: "The policy has expired and changes no more; publish a new one."
        case .validityPast: "The policy's last day is past; give a validThrough from today on."
        }
    }
}
