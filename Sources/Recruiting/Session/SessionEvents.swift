package struct SessionScheduled: EventData {
    package static let type = "SessionScheduled"
    package private(set) var title: String
    package private(set) var format: Format
    package private(set) var startsAt: Timestamp
    package private(set) var endsAt: Timestamp
    package var host: Subject
    package private(set) var series: SeriesID?
    /// The studio it comes from (直播基地), as in 广州.
    package private(set) var base: String?
    package let policies: [PolicyID]?
    /// The plan of its course.
    package private(set) var segments: [PlannedSegment]?
    /// The organisation that it belongs to; the authority itself when nil.
    package let organisation: OrganisationID?

    /// - Throws: `Invalid` naming `title`, `endsAt`, `base`, `policies` or `segments`.
    package init(
        title: String,
        format: Format,
        startsAt: Timestamp,
        endsAt: Timestamp,
        host: Subject,
        series: SeriesID? = nil,
        base: String? = nil,
        policies: [PolicyID]? = nil,
        segments: [PlannedSegment]? = nil,
        organisation: OrganisationID? = nil
    ) throws(Invalid) {
        try Self.check(startsAt, endsAt)
        guard policies?.count ?? 0 <= 100 else { throw Invalid(field: "policies", reason: .tooManyItems(100)) }
        try PlannedSegment.check(segments)
        self.title = try title.checkedLine("title", atMost: 100)
        self.base = try base?.checkedLine("base", atMost: 50)
        self.format = format
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.host = host
        self.series = series
        self.policies = policies
        self.segments = segments
        self.organisation = organisation
    }

    /// The longest session; a longer one is a mistake in a date.
    package static let longest = Duration.seconds(24 * 3600)

    static func check(_ startsAt: Timestamp, _ endsAt: Timestamp) throws(Invalid) {
        guard endsAt > startsAt else { throw Invalid(field: "endsAt", reason: Reason("ends-before-start", "must be after startsAt")) }
        guard endsAt <= startsAt.advanced(by: longest) else {
            throw Invalid(field: "endsAt", reason: Reason("longer-than-a-day", "must be within 24 hours of startsAt"))
        }
    }

    mutating func move(to times: SessionRescheduled) {
        startsAt = times.startsAt
        endsAt = times.endsAt
    }

    mutating func apply(_ revision: SessionRevised) {
        title = revision.title ?? title
        format = revision.format ?? format
        base = revision.removes(.base) ? nil : revision.base ?? base
        series = revision.removes(.series) ? nil : revision.series ?? series
        segments = revision.removes(.segments) ? nil : revision.segments ?? segments
    }
}

/// A stretch of a session as planned.
package struct PlannedSegment: Codable, Hashable, Sendable {
    package let kind: SegmentKind
    /// What it is about, as in 数控专场; absent where the kind says enough.
    package let title: String?
    package let minutes: Int

    package init(kind: SegmentKind, title: String? = nil, minutes: Int) throws(Invalid) {
        guard (1...1440).contains(minutes) else {
            throw Invalid(field: "segments", reason: Reason("segment-length", "must last 1 to 1440 minutes each"))
        }
        self.kind = kind
        self.title = try title?.checkedLine("segments", atMost: 100)
        self.minutes = minutes
    }

    /// - Throws: `Invalid` for more of them than a day has room for.
    static func check(_ segments: [PlannedSegment]?) throws(Invalid) {
        guard segments?.count ?? 0 <= 100 else { throw Invalid(field: "segments", reason: .tooManyItems(100)) }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(SegmentKind.self, forKey: .kind)
        let title = try container.decodeIfPresent(String.self, forKey: .title)
        let minutes = try container.decode(Int.self, forKey: .minutes)
        self = try container.valid { () throws(Invalid) in try PlannedSegment(kind: kind, title: title, minutes: minutes) }
    }

    private enum CodingKeys: CodingKey {
        case kind, title, minutes
    }
}

package struct SessionRescheduled: EventData {
    package static let type = "SessionRescheduled"
    package let startsAt: Timestamp
    package let endsAt: Timestamp

    package init(startsAt: Timestamp, endsAt: Timestamp) throws(Invalid) {
        try SessionScheduled.check(startsAt, endsAt)
        self.startsAt = startsAt
        self.endsAt = endsAt
    }
}

package struct SessionCancelled: EventData {
    package static let type = "SessionCancelled"
    package let reason: String

    package init(reason: String) throws(Invalid) {
        self.reason = try reason.checkedImpersonal("reason", atMost: 500)
    }
}

package struct HostAssigned: EventData {
    package static let type = "HostAssigned"
    package let host: Subject

    package init(host: Subject) {
        self.host = host
    }
}

package struct SessionStarted: EventData {
    package static let type = "SessionStarted"
    /// The moment from which media time counts.
    package let at: Timestamp

    package init(at: Timestamp) {
        self.at = at
    }
}

package struct SessionInterrupted: EventData {
    package static let type = "SessionInterrupted"
    package let cause: String

    package init(cause: String) throws(Invalid) {
        self.cause = try cause.checkedImpersonal("cause", atMost: 500)
    }
}

package struct SessionResumed: EventData {
    package static let type = "SessionResumed"

    package init() {}
}

package struct SegmentStarted: EventData {
    package static let type = "SegmentStarted"
    package let kind: SegmentKind

    package init(kind: SegmentKind) {
        self.kind = kind
    }
}

package enum EndReason: String, Codable, Hashable, Sendable {
    case host, forced
}

package struct SessionEnded: EventData {
    package static let type = "SessionEnded"
    package let reason: EndReason

    package init(reason: EndReason) {
        self.reason = reason
    }
}

package struct RecordingPublished: EventData {
    package static let type = "RecordingPublished"
    package let url: String
    package let durationMs: Int

    package init(url: String, durationMs: Int) throws(Invalid) {
        guard durationMs > 0 else { throw Invalid(field: "durationMs", reason: .tooSmall(1)) }
        self.url = try url.checkedLink("url")
        self.durationMs = durationMs
    }
}

extension Session.Event {
    package var data: any EventData {
        switch self {
        case .scheduled(let data): data
        case .rescheduled(let data): data
        case .revised(let data): data
        case .cancelled(let data): data
        case .hostAssigned(let data): data
        case .started(let data): data
        case .interrupted(let data): data
        case .resumed(let data): data
        case .segmentStarted(let data): data
        case .shelved(let data): data
        case .unshelved(let data): data
        case .featured(let data): data
        case .unfeatured(let data): data
        case .policyShown(let data): data
        case .ended(let data): data
        case .recordingPublished(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case SessionScheduled.type: self = .scheduled(try SessionScheduled(json: data))
        case SessionRevised.type: self = .revised(try SessionRevised(json: data))
        case SessionRescheduled.type: self = .rescheduled(try SessionRescheduled(json: data))
        case SessionCancelled.type: self = .cancelled(try SessionCancelled(json: data))
        case HostAssigned.type: self = .hostAssigned(try HostAssigned(json: data))
        case SessionStarted.type: self = .started(try SessionStarted(json: data))
        case SessionInterrupted.type: self = .interrupted(try SessionInterrupted(json: data))
        case SessionResumed.type: self = .resumed(try SessionResumed(json: data))
        case SegmentStarted.type: self = .segmentStarted(try SegmentStarted(json: data))
        case JobsShelved.type: self = .shelved(try JobsShelved(json: data))
        case JobUnshelved.type: self = .unshelved(try JobUnshelved(json: data))
        case JobFeatured.type: self = .featured(try JobFeatured(json: data))
        case JobUnfeatured.type: self = .unfeatured(try JobUnfeatured(json: data))
        case PolicyCardShown.type: self = .policyShown(try PolicyCardShown(json: data))
        case SessionEnded.type: self = .ended(try SessionEnded(json: data))
        case RecordingPublished.type: self = .recordingPublished(try RecordingPublished(json: data))
        default: throw .unknownType(type)
        }
    }
}
