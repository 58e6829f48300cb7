/// How one field of a posting reads in two of its versions; absent where the posting said nothing.
package struct JobDifference: Codable, Hashable, Sendable {
    package let field: String
    package let before: Value?
    package let after: Value?

    package enum Value: Hashable, Sendable {
        case text(String)
        case number(Int)
        case pay(Pay)
        case terms(JobTerms)
    }
}

extension JobDifference.Value: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let number = try? container.decode(Int.self) {
            self = .number(number)
        } else if let pay = try? container.decode(Pay.self) {
            self = .pay(pay)
        } else {
            self = .terms(try container.decode(JobTerms.self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let text): try container.encode(text)
        case .number(let number): try container.encode(number)
        case .pay(let pay): try container.encode(pay)
        case .terms(let terms): try container.encode(terms)
        }
    }
}

extension JobPosted {
    /// What reads otherwise in `later`, field by field. Openings change without being a matter of what the job is.
    package func differences(to later: JobPosted) -> [JobDifference] {
        zip(told, later.told).compactMap { before, after in
            before.value == after.value ? nil : JobDifference(field: before.field, before: before.value, after: after.value)
        }
    }

    private var told: [(field: String, value: JobDifference.Value?)] {
        [
            ("title", .text(title)), ("occupation", .text(occupation)), ("occupationCode", occupationCode.map { .text($0.description) }),
            ("duties", .text(duties)), ("conditions", .text(conditions)), ("place", .text(place)), ("region", .text(region.description)),
            ("pay", .pay(pay)), ("terms", terms.map { .terms($0) }), ("skillsGrade", skillsGrade.map { .number($0) }),
            ("validThrough", .text(validThrough.description)),
        ]
    }
}
