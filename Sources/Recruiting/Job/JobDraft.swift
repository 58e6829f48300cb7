/// What a posting says, whether it is posted or still being written: what lint and completeness look at.
package struct JobDraft: Hashable, Sendable {
    package var texts: [JobTexts.Field: String] = [:]
    package var pay: Pay?
    package var terms: JobTerms?
    package var occupationCode: OccupationCode?

    package init(_ posting: JobPosted) {
        texts = [
            .title: posting.title, .occupation: posting.occupation, .duties: posting.duties, .conditions: posting.conditions,
            .place: posting.place,
        ]
        (pay, terms, occupationCode) = (posting.pay, posting.terms, posting.occupationCode)
    }
}

extension JobDraft: Decodable {
    private enum CodingKeys: CodingKey {
        case title, occupation, duties, conditions, place, pay, terms, occupationCode
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        texts[.title] = try container.decodeIfPresent(String.self, forKey: .title)
        texts[.occupation] = try container.decodeIfPresent(String.self, forKey: .occupation)
        texts[.duties] = try container.decodeIfPresent(String.self, forKey: .duties)
        texts[.conditions] = try container.decodeIfPresent(String.self, forKey: .conditions)
        texts[.place] = try container.decodeIfPresent(String.self, forKey: .place)
        pay = try container.decodeIfPresent(Pay.self, forKey: .pay)
        terms = try container.decodeIfPresent(JobTerms.self, forKey: .terms)
        occupationCode = try container.decodeIfPresent(OccupationCode.self, forKey: .occupationCode)
    }
}

/// How much a posting tells of what people want to know: 40 for what the law demands of each, the rest by what else it says.
package struct Completeness: Codable, Hashable, Sendable {
    /// 40 to 100.
    package let score: Int
    /// The fields that would add to it, as JSON names them, the weightiest first.
    package let missing: [String]

    package init(_ draft: JobDraft) {
        let parts = Self.parts(draft)
        score = 100 - parts.filter { !$0.isThere }.map(\.weight).reduce(0, +)
        missing = parts.filter { !$0.isThere }.map(\.field)
    }

    /// What counts beside the mandatory fields, 60 together: what blue-collar viewers ask for weighs most.
    private static func parts(_ draft: JobDraft) -> [(field: String, weight: Int, isThere: Bool)] {
        let terms = draft.terms
        return [
            ("terms/hoursADay", 9, terms?.hoursADay != nil), ("terms/restDaysAMonth", 9, terms?.restDaysAMonth != nil),
            ("terms/insurance", 9, terms?.insurance != nil), ("terms/shift", 7, terms?.shift != nil),
            ("terms/contract", 7, terms?.contract != nil), ("terms/meals", 6, terms?.meals != nil),
            ("terms/dormitory", 6, terms?.dormitory != nil), ("terms/probationMonths", 3, terms?.probationMonths != nil),
            ("terms/startsOn", 2, terms?.startsOn != nil), ("occupationCode", 2, draft.occupationCode != nil),
        ]
    }
}
