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
            try require(changes.validThrough ?? known.validThrough, at)
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
    /// The policy's card in `version` of its stream; nil when it may not be shown on `today`.
    package func card(_ policy: PolicyID, version: Int, on today: CalendarDate) -> PolicyCardShown? {
        guard case .current(let text) = self, text.validThrough.map({ $0 >= today }) ?? true else { return nil }
        return PolicyCardShown(policy: policy, version: version, title: text.title, summary: text.summary, link: text.link)
    }
}

package struct PolicyPublished: EventData {
    package static let type = "PolicyPublished"
    package private(set) var title: String
    package private(set) var topic: String
    package private(set) var summary: String
    package private(set) var link: String?
    package private(set) var region: Region
    package private(set) var validThrough: CalendarDate?
    /// The organisation that it belongs to; the authority itself when nil.
    package let organisation: OrganisationID?

    package init(
        title: String,
        topic: String,
        summary: String,
        link: String? = nil,
        region: Region,
        validThrough: CalendarDate? = nil,
        organisation: OrganisationID? = nil
    ) throws(Invalid) {
        self.title = try title.checkedLine("title", atMost: 100)
        self.topic = try topic.checkedLine("topic", atMost: 50)
        self.summary = try summary.checked("summary", atMost: 2_000)
        self.link = try link?.checkedLink("link")
        self.region = region
        self.validThrough = validThrough
        self.organisation = organisation
    }

    fileprivate mutating func apply(_ revision: PolicyRevised) {
        title = revision.title ?? title
        topic = revision.topic ?? topic
        summary = revision.summary ?? summary
        link = revision.link ?? link
        region = revision.region ?? region
        validThrough = revision.validThrough ?? validThrough
    }
}

/// What changes in a policy; what stays as it is has no key.
package struct PolicyRevised: EventData {
    package static let type = "PolicyRevised"
    package private(set) var title: String?
    package private(set) var topic: String?
    package private(set) var summary: String?
    package private(set) var link: String?
    package private(set) var region: Region?
    package private(set) var validThrough: CalendarDate?

    package init(
        title: String? = nil,
        topic: String? = nil,
        summary: String? = nil,
        link: String? = nil,
        region: Region? = nil,
        validThrough: CalendarDate? = nil
    ) throws(Invalid) {
        self.title = try title?.checkedLine("title", atMost: 100)
        self.topic = try topic?.checkedLine("topic", atMost: 50)
        self.summary = try summary?.checked("summary", atMost: 2_000)
        self.link = try link?.checkedLink("link")
        self.region = region
        self.validThrough = validThrough
    }

    fileprivate var isEmpty: Bool {
        title == nil && topic == nil && summary == nil && link == nil && region == nil && validThrough == nil
    }

    fileprivate func changes(from policy: PolicyPublished) -> PolicyRevised {
        var changes = self
        if title == policy.title { changes.title = nil }
        if topic == policy.topic { changes.topic = nil }
        if summary == policy.summary { changes.summary = nil }
        if link == policy.link { changes.link = nil }
        if region == policy.region { changes.region = nil }
        if validThrough == policy.validThrough { changes.validThrough = nil }
        return changes
    }
}

package struct PolicyExpired: EventData {
    package static let type = "PolicyExpired"

    package init() {}
}

extension String {
    /// An absolute http or https address without spaces, at most 2,000 characters.
    func checkedLink(_ field: String) throws(Invalid) -> String {
        let text = try checked(field, atMost: 2_000)
        let rest = text.hasPrefix("https://") ? text.dropFirst(8) : text.hasPrefix("http://") ? text.dropFirst(7) : ""
        guard !rest.isEmpty, !text.contains(where: \.isWhitespace) else {
            throw Invalid(field: field, reason: .notWebAddress)
        }
        return text
    }
}

extension Policy.Event {
    package var data: any EventData {
        switch self {
        case .published(let data): data
        case .revised(let data): data
        case .expired(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case PolicyPublished.type: self = .published(try PolicyPublished(json: data))
        case PolicyRevised.type: self = .revised(try PolicyRevised(json: data))
        case PolicyExpired.type: self = .expired(try PolicyExpired(json: data))
        default: throw .unknownType(type)
        }
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
