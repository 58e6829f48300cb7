/// What changes in a session's plan before it starts; what stays as it is has no key. Times and host have events of their own.
package struct SessionRevised: EventData {
    package static let type = "SessionRevised"
    package private(set) var title: String?
    package private(set) var format: Format?
    package private(set) var base: String?
    package private(set) var series: SeriesID?
    /// The plan of its course, all of it.
    package private(set) var segments: [PlannedSegment]?
    /// What the plan says no more.
    package private(set) var removed: [Removable]?

    /// What a plan may lack.
    package enum Removable: String, Codable, Hashable, Sendable, CaseIterable {
        case base, series, segments
    }

    /// - Throws: `Invalid` for a text that is empty or too long, and for what is both given and removed.
    package init(
        title: String? = nil,
        format: Format? = nil,
        base: String? = nil,
        series: SeriesID? = nil,
        segments: [PlannedSegment]? = nil,
        removed: [Removable] = []
    ) throws(Invalid) {
        self.title = try title?.checkedLine("title", atMost: 100)
        self.base = try base?.checkedLine("base", atMost: 50)
        self.format = format
        self.series = series
        try PlannedSegment.check(segments)
        self.segments = segments
        self.removed = removed.isEmpty ? nil : Removable.allCases.filter(removed.contains)
        let isGiven: [Removable: Bool] = [.base: base != nil, .series: series != nil, .segments: segments != nil]
        guard !removed.contains(where: { isGiven[$0] == true }) else {
            throw Invalid(field: "removed", reason: .givenAndRemoved)
        }
    }

    private init() {}

    var isEmpty: Bool { self == SessionRevised() }

    func removes(_ part: Removable) -> Bool { removed?.contains(part) ?? false }

    /// The revision with only what differs from `plan`.
    func changes(from plan: SessionScheduled) -> SessionRevised {
        var changes = self
        if title == plan.title { changes.title = nil }
        if format == plan.format { changes.format = nil }
        if base == plan.base { changes.base = nil }
        if series == plan.series { changes.series = nil }
        if segments == plan.segments { changes.segments = nil }
        let removed = (removed ?? []).filter { part in
            switch part {
            case .base: plan.base != nil
            case .series: plan.series != nil
            case .segments: plan.segments != nil
            }
        }
        changes.removed = removed.isEmpty ? nil : removed
        return changes
    }
}
