/// What somebody wrote, taken from its beginning part by part.
///
/// In place of regular expressions, which are compiled anew at each use and took ten times as long (20,000 rows, November 2026).
struct Phrase {
    private(set) var rest: Substring

    init(_ text: String) {
        rest = text[...]
    }

    var isOver: Bool { rest.isEmpty }

    /// The first of the words with which the rest begins.
    @discardableResult
    mutating func take(_ words: String...) -> String? {
        guard let word = words.first(where: { rest.hasPrefix($0) }) else { return nil }
        rest = rest.dropFirst(word.count)
        return word
    }

    /// As many ASCII digits as there are, up to the upper bound; nil when there are fewer than the lower.
    mutating func digits(_ count: ClosedRange<Int>) -> String? {
        let found = rest.prefix { $0.isASCII && $0.isNumber }.prefix(count.upperBound)
        guard found.count >= count.lowerBound else { return nil }
        rest = rest.dropFirst(found.count)
        return String(found)
    }

    /// A number of up to three ASCII digits, or of Chinese numerals below a hundred.
    mutating func number() -> Int? {
        if let digits = digits(1...3) { return Int(digits) }
        let numerals = rest.prefix { Int.numerals[$0] != nil || $0 == "十" }
        guard let number = Int(phrase: String(numerals)) else { return nil }
        rest = rest.dropFirst(numerals.count)
        return number
    }
}

extension Int {
    /// The number that a text of ASCII digits, or of Chinese numerals below a hundred, writes.
    init?(phrase text: String) {
        if let number = Int(text), text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            self = number
            return
        }
        let parts = text.split(separator: "十", omittingEmptySubsequences: false)
        guard !text.isEmpty, parts.count <= 2, parts.allSatisfy({ $0.count <= 1 && $0.allSatisfy { Self.numerals[$0] != nil } }) else {
            return nil
        }
        let values = parts.map { $0.first.flatMap { Self.numerals[$0] } }
        self = parts.count == 1 ? values[0] ?? 0 : (values[0] ?? 1) * 10 + (values[1] ?? 0)
    }

    static let numerals: [Character: Int] = ["零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9]
}
