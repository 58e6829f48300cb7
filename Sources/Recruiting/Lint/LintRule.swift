import JSON

/// One thing that a posting must not say, or that somebody should look at, as lint.json describes it.
struct LintRule: Decodable, Sendable {
    let id: String
    /// Where it is looked for, by the names of fields, and how bad it is there.
    let fields: [String: JobLint.Severity]
    /// Any of them is a hit: see ``LintPattern``.
    let words: [String]?
    /// What holds such a word and is none.
    let except: [String]?
    /// The name of the ways in which a text says that it is not so.
    let denial: String?
    /// Whether a number by which people can be reached is a hit.
    let numbers: Bool?
    /// What is paid for each unit, at least and at most, in yuan.
    let pay: [String: [Int]]?
    /// How many times its minimum the maximum of the pay may be.
    let spread: Int?
    /// The longest working day, in hours.
    let hours: Double?
    /// The fewest free days in a month.
    let restDays: Int?
    let zh: String
    let en: String
}

/// The file of rules.
struct LintRules: Decodable, Sendable {
    struct Denial: Decodable, Sendable {
        /// Beside the word, ahead of it.
        let adjacent: [String]
        /// A few characters ahead of it, or behind it, in its clause.
        let before: [String]
        let after: [String]
    }

    let version: String
    let denials: [String: Denial]
    let rules: [LintRule]
}
