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
    /// Who published it; nil for the seeds.
    package let by: Subject?

    package init(
        title: String,
        topic: String,
        summary: String,
        link: String? = nil,
        region: Region,
        validThrough: CalendarDate? = nil,
        organisation: OrganisationID? = nil,
        by: Subject? = nil
    ) throws(Invalid) {
        self.title = try title.checkedLine("title", atMost: 100)
        self.topic = try topic.checkedLine("topic", atMost: 50)
        self.summary = try summary.checked("summary", atMost: 2_000)
        self.link = try link?.checkedLink("link")
        self.region = region
        self.validThrough = validThrough
        self.organisation = organisation
        self.by = by
    }

    mutating func apply(_ revision: PolicyRevised) {
        title = revision.title ?? title
        topic = revision.topic ?? topic
        summary = revision.summary ?? summary
        link = revision.removes(.link) ? nil : revision.link ?? link
        region = revision.region ?? region
        validThrough = revision.removes(.validThrough) ? nil : revision.validThrough ?? validThrough
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
    /// What the policy says no more.
    package private(set) var removed: [Removable]?

    /// What a policy may lack.
    package enum Removable: String, Codable, Hashable, Sendable, CaseIterable {
        case link, validThrough
    }

    /// - Throws: `Invalid` for a text that is empty or too long, and for what is both given and removed.
    package init(
        title: String? = nil,
        topic: String? = nil,
        summary: String? = nil,
        link: String? = nil,
        region: Region? = nil,
        validThrough: CalendarDate? = nil,
        removed: [Removable] = []
    ) throws(Invalid) {
        self.title = try title?.checkedLine("title", atMost: 100)
        self.topic = try topic?.checkedLine("topic", atMost: 50)
        self.summary = try summary?.checked("summary", atMost: 2_000)
        self.link = try link?.checkedLink("link")
        self.region = region
        self.validThrough = validThrough
        self.removed = removed.isEmpty ? nil : Removable.allCases.filter(removed.contains)
        guard !(link != nil && removed.contains(.link)), !(validThrough != nil && removed.contains(.validThrough)) else {
            throw Invalid(field: "removed", reason: .givenAndRemoved)
        }
    }

    private init() {}

    var isEmpty: Bool { self == PolicyRevised() }

    func removes(_ part: Removable) -> Bool { removed?.contains(part) ?? false }

    /// The revision with only what differs from `policy`.
    func changes(from policy: PolicyPublished) -> PolicyRevised {
        var changes = self
        if title == policy.title { changes.title = nil }
        if topic == policy.topic { changes.topic = nil }
        if summary == policy.summary { changes.summary = nil }
        if link == policy.link { changes.link = nil }
        if region == policy.region { changes.region = nil }
        if validThrough == policy.validThrough { changes.validThrough = nil }
        let removed = (removed ?? []).filter { $0 == .link ? policy.link != nil : policy.validThrough != nil }
        changes.removed = removed.isEmpty ? nil : removed
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
