/// What changes in a posting; what stays as it is has no key.
package struct JobRevised: EventData {
    package static let type = "JobRevised"
    package private(set) var title: String?
    package private(set) var occupation: String?
    package private(set) var duties: String?
    package private(set) var conditions: String?
    package private(set) var place: String?
    package private(set) var region: Region?
    package private(set) var pay: Pay?
    /// All of the terms anew.
    package private(set) var terms: JobTerms?
    package private(set) var occupationCode: OccupationCode?
    package private(set) var skillsGrade: Int?
    package private(set) var validThrough: CalendarDate?
    /// What the posting says no more.
    package private(set) var removed: [Removable]?

    /// What a posting may lack.
    package enum Removable: String, Codable, Hashable, Sendable, CaseIterable {
        case terms, occupationCode, skillsGrade
    }

    /// - Throws: `Invalid` for a text that is empty, too long or for no text field, and for what is both given and removed.
    package init(
        texts: [JobTexts.Field: String] = [:],
        region: Region? = nil,
        pay: Pay? = nil,
        terms: JobTerms? = nil,
        occupationCode: OccupationCode? = nil,
        skillsGrade: Int? = nil,
        validThrough: CalendarDate? = nil,
        removed: [Removable] = []
    ) throws(Invalid) {
        try occupationCode?.checkListed()
        try skillsGrade.check("skillsGrade", JobPosted.skillsGrades)
        title = try Self.checked(texts, .title)
        occupation = try Self.checked(texts, .occupation)
        duties = try Self.checked(texts, .duties)
        conditions = try Self.checked(texts, .conditions)
        place = try Self.checked(texts, .place)
        self.region = region
        self.pay = pay
        self.terms = terms
        self.occupationCode = occupationCode
        self.skillsGrade = skillsGrade
        self.validThrough = validThrough
        self.removed = removed.isEmpty ? nil : Removable.allCases.filter(removed.contains)
        guard !removed.contains(where: gives) else {
            throw Invalid(field: "removed", reason: .givenAndRemoved)
        }
    }

    private static func checked(_ texts: [JobTexts.Field: String], _ field: JobTexts.Field) throws(Invalid) -> String? {
        guard let text = texts[field] else { return nil }
        return try JobTexts.checked(text, field)
    }

    private init() {}

    package var isEmpty: Bool { self == JobRevised() }

    /// Pay, place (with its region) and conditions, terms and skills among them, are what a reviewer vouches for.
    package var needsVetting: Bool {
        pay != nil || place != nil || region != nil || conditions != nil || terms != nil || skillsGrade != nil || removes(.terms)
            || removes(.skillsGrade)
    }

    /// The fields that it gives or takes away, as JSON names them.
    package var fields: Set<String> {
        let given: [(String, Bool)] = [
            ("title", title != nil), ("occupation", occupation != nil), ("duties", duties != nil), ("conditions", conditions != nil),
            ("place", place != nil), ("region", region != nil), ("pay", pay != nil), ("terms", terms != nil),
            ("occupationCode", occupationCode != nil), ("skillsGrade", skillsGrade != nil), ("validThrough", validThrough != nil),
        ]
        return Set(given.filter(\.1).map(\.0) + (removed ?? []).map(\.rawValue))
    }

    func removes(_ part: Removable) -> Bool { removed?.contains(part) ?? false }

    private func gives(_ part: Removable) -> Bool {
        switch part {
        case .terms: terms != nil
        case .occupationCode: occupationCode != nil
        case .skillsGrade: skillsGrade != nil
        }
    }

    /// The revision with only what differs from `posting`.
    package func changes(from posting: JobPosted) -> JobRevised {
        var changes = self
        if title == posting.title { changes.title = nil }
        if occupation == posting.occupation { changes.occupation = nil }
        if duties == posting.duties { changes.duties = nil }
        if conditions == posting.conditions { changes.conditions = nil }
        if place == posting.place { changes.place = nil }
        if region == posting.region { changes.region = nil }
        if pay == posting.pay { changes.pay = nil }
        if terms == posting.terms { changes.terms = nil }
        if occupationCode == posting.occupationCode { changes.occupationCode = nil }
        if skillsGrade == posting.skillsGrade { changes.skillsGrade = nil }
        if validThrough == posting.validThrough { changes.validThrough = nil }
        let removed = (removed ?? []).filter(posting.has)
        changes.removed = removed.isEmpty ? nil : removed
        return changes
    }
}

extension JobPosted {
    fileprivate func has(_ part: JobRevised.Removable) -> Bool {
        switch part {
        case .terms: terms != nil
        case .occupationCode: occupationCode != nil
        case .skillsGrade: skillsGrade != nil
        }
    }
}
