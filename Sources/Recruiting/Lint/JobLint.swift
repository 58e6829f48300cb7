import JSON

/// Looks through postings for what the law forbids or what somebody should look at: fees, deposits, discrimination, bait.
///
/// The rules are data, in lint.json; what they say now holds for every posting that is read, so nothing of it is kept. The
/// articles that they name were read in the texts of the laws, as of November 2026.
package struct JobLint: Sendable {
    package enum Severity: String, Codable, Hashable, Sendable {
        /// The posting is refused.
        case block
        /// Whoever vets it is told.
        case flag
    }

    /// What a rule has found in one field.
    package struct Finding: Codable, Hashable, Sendable {
        package let rule: String
        package let severity: Severity
        /// As JSON names it, as in `terms/age`.
        package let field: String
        /// What was hit, as it was read; empty where a number is meant.
        package let words: [String]
        package let zh: String
        package let en: String
    }

    /// The rules' version.
    package let version: String
    private let rules: [LintRule]
    private let denials: [Denial?]
    /// What is looked for in each field that is a text.
    private let indexes: [String: Index]

    /// The rules that come with the program; a test reads them.
    package static let standard = try! JobLint(PackageResources.lint_json)

    /// Words that one finding tells, at most.
    private static let wordLimit = 5
    /// How many characters a denial may be away from what it denies.
    private static let reach = 6

    private struct Entry {
        let rule: Int
        let pattern: LintPattern
        let isException: Bool
    }

    private struct Index {
        /// Words and exceptions by the character that they begin with.
        var byFirst: [Unicode.Scalar: [Entry]] = [:]
        /// Those that begin with a number.
        var numbers: [Entry] = []

        mutating func add(_ entry: Entry) {
            if let first = entry.pattern.first { byFirst[first, default: []].append(entry) } else { numbers.append(entry) }
        }

        /// An exception is known before the word that it holds.
        mutating func sort() {
            byFirst = byFirst.mapValues { $0.filter(\.isException) + $0.filter { !$0.isException } }
            numbers = numbers.filter(\.isException) + numbers.filter { !$0.isException }
        }
    }

    private struct Denial {
        let adjacent: [[Unicode.Scalar]]
        let before: [[Unicode.Scalar]]
        let after: [[Unicode.Scalar]]

        init(_ denial: LintRules.Denial) {
            adjacent = denial.adjacent.map { Array($0.unicodeScalars) }
            before = denial.before.map { Array($0.unicodeScalars) }
            after = denial.after.map { Array($0.unicodeScalars) }
        }
    }

    init(_ json: [UInt8]) throws {
        let file = try JSONDocument(json).decode(LintRules.self)
        version = file.version
        rules = file.rules
        denials = file.rules.map { rule in rule.denial.flatMap { file.denials[$0] }.map(Denial.init) }
        var indexes: [String: Index] = [:]
        for (number, rule) in rules.enumerated() {
            for (texts, isException) in [(rule.except ?? [], true), (rule.words ?? [], false)] {
                for pattern in texts.compactMap(LintPattern.init) {
                    for field in rule.fields.keys {
                        indexes[field, default: Index()].add(Entry(rule: number, pattern: pattern, isException: isException))
                    }
                }
            }
        }
        for field in indexes.keys { indexes[field]?.sort() }
        self.indexes = indexes
    }

    /// What the rules find, in the order of the rules.
    package func findings(in draft: JobDraft) -> [Finding] {
        let inTexts = JobTexts.Field.allCases.flatMap { field in draft.texts[field].map { hits(in: $0, field.rawValue) } ?? [] }
        return (inTexts + hits(inNumbersOf: draft)).sorted { $0.rule < $1.rule }.compactMap { hit in
            let rule = rules[hit.rule]
            return rule.fields[hit.field].map {
                Finding(rule: rule.id, severity: $0, field: hit.field, words: hit.words, zh: rule.zh, en: rule.en)
            }
        }
    }

    private struct Hit {
        let rule: Int
        let field: String
        let words: [String]
    }

    private func hits(in text: String, _ field: String) -> [Hit] {
        guard let index = indexes[field] else { return [] }
        var reading = Reading(text: LintText(text))
        for place in reading.text.scalars.indices {
            let scalar = reading.text.scalars[place]
            for entry in index.byFirst[scalar] ?? [] { look(at: place, for: entry, in: &reading) }
            if scalar.isLatinDigit, place == 0 || !reading.text.scalars[place - 1].isLatinDigit {
                for entry in index.numbers { look(at: place, for: entry, in: &reading) }
            }
        }
        for (number, rule) in rules.enumerated() where rule.numbers == true && rule.fields[field] != nil && text.holdsPersonalNumber {
            reading.words[number, default: []] += []
        }
        return reading.words.map { Hit(rule: $0.key, field: field, words: $0.value) }
    }

    /// A text while it is looked through.
    private struct Reading {
        let text: LintText
        /// What was hit, by the rule.
        var words: [Int: [String]] = [:]
        /// Where the last exception of a rule ends.
        var exempt: [Int: Int] = [:]
    }

    private func look(at place: Int, for entry: Entry, in reading: inout Reading) {
        guard let end = entry.pattern.end(at: place, in: reading.text) else { return }
        guard !entry.isException else {
            reading.exempt[entry.rule] = max(reading.exempt[entry.rule] ?? 0, end)
            return
        }
        guard reading.exempt[entry.rule] ?? 0 < end else { return }
        let word = reading.text.text(place..<end)
        let known = reading.words[entry.rule] ?? []
        guard known.count < Self.wordLimit, !known.contains(word) else { return }
        if !isDenied(place..<end, by: denials[entry.rule], reading.text) { reading.words[entry.rule] = known + [word] }
    }

    private func isDenied(_ range: Range<Int>, by denial: Denial?, _ text: LintText) -> Bool {
        guard let denial else { return false }
        return denial.adjacent.contains { text.holds($0, before: range.lowerBound, within: 0) }
            || denial.before.contains { text.holds($0, before: range.lowerBound, within: Self.reach) }
            || denial.after.contains { text.holds($0, after: range.upperBound, within: Self.reach) }
    }

    private func hits(inNumbersOf draft: JobDraft) -> [Hit] {
        rules.enumerated().flatMap { number, rule in
            rule.fields.keys.filter { rule.findsNumber(in: $0, of: draft) }.map { Hit(rule: number, field: $0, words: []) }
        }
    }
}

extension LintRule {
    /// Whether what a field holds that is no text is what the rule is about.
    fileprivate func findsNumber(in field: String, of draft: JobDraft) -> Bool {
        switch field {
        case "pay":
            guard let own = draft.pay else { return false }
            let isSpread = spread.map { own.maximum > own.minimum.multipliedReportingOverflow(by: $0).partialValue } ?? false
            let bounds = pay?[own.unit.rawValue] ?? []
            return isSpread || bounds.count == 2 && (own.minimum < bounds[0] || own.maximum > bounds[1])
        case "terms/age": return draft.terms?.age != nil
        case "terms/hoursADay": return hours.map { (draft.terms?.hoursADay ?? 0) > $0 } ?? false
        case "terms/restDaysAMonth": return restDays.map { (draft.terms?.restDaysAMonth ?? .max) < $0 } ?? false
        default: return false
        }
    }
}
