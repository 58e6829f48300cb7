package import Recruiting

/// What a cell says about pay, as in `6000-8000元/月`, `6-8K`, `6千-8千`, `0.6-0.8万`, `6-8K·13薪`.
struct PayPhrase: Hashable, Sendable {
    let minimum: Int
    let maximum: Int
    /// Nil when the cell doesn't say.
    let unit: Pay.Unit?
    let salaries: Int?

    init(_ text: String) throws(Reason) {
        var phrase = text.asPhrase
        if phrase.contains("面议") {
            throw .unreadable(
                "pay-negotiable",
                "must tell the base pay: “{text}” is not allowed (notice 60 of 2025 of five ministries)",
                text
            )
        }
        salaries = Self.takeSalaries(from: &phrase)
        unit = Self.takeUnit(from: &phrase)
        let words = phrase.replacing(",", with: "").replacing("¥", with: "").replacing("元", with: "").replacing("rmb", with: "")
        let parts = words.split(separator: "-", omittingEmptySubsequences: false).map { Figure(String($0)) }
        let range: (Int, Int)? =
            switch parts.count {
            case 1: parts[0]?.yuan(beside: nil).map { ($0, $0) }
            case 2: Self.range(parts[0], parts[1])
            default: nil
            }
        guard let range, range.0 <= range.1 else {
            throw .unreadable("pay-unclear", "“{text}” is not a pay: give two numbers and the unit, as in 6000-8000元/月", text)
        }
        (minimum, maximum) = range
    }

    private static func range(_ low: Figure?, _ high: Figure?) -> (Int, Int)? {
        guard let low, let high, let least = low.yuan(beside: high), let most = high.yuan(beside: nil) else { return nil }
        return (least, most)
    }

    /// `13薪`, with what parts it from the rest.
    private static func takeSalaries(from phrase: inout String) -> Int? {
        guard let text = phrase.before("薪"), let salaries = Int(phrase: String(text.suffix(2))), salaries > 9 else { return nil }
        let rest = text.dropLast(2)
        phrase = String(rest.last.map { "·*x×,;+".contains($0) } == true ? rest.dropLast() : rest)
        return salaries
    }

    private static func takeUnit(from phrase: inout String) -> Pay.Unit? {
        for (words, unit) in units {
            for word in words {
                if let rest = phrase.before(word) ?? phrase.after(word) {
                    phrase = rest
                    return unit
                }
            }
        }
        return nil
    }

    /// Longer ones come first.
    private static let units: [([String], Pay.Unit)] = [
        (["元/人/月", "/人/月", "元/每月", "元/个月", "元/月", "/月", "元每月", "每月", "月薪:", "月薪", "month"], .month),
        (["元/天", "元/日", "/天", "/日", "元每天", "每天", "每日", "日薪:", "日薪", "day"], .day),
        (["元/小时", "元/时", "/小时", "/时", "元/h", "/h", "元每小时", "每小时", "时薪:", "时薪", "hour"], .hour),
        (["元/件", "/件", "元每件", "每件", "piece"], .piece),
    ]

    /// A number with what it is multiplied by.
    private struct Figure: Hashable {
        let value: Double
        let factor: Double?

        init?(_ text: String) {
            var phrase = Phrase(text)
            guard let whole = phrase.digits(1...7) else { return nil }
            var part = ""
            if phrase.take(".") != nil {
                guard let digits = phrase.digits(1...4) else { return nil }
                part = ".\(digits)"
            }
            let unit = phrase.take("k", "千", "w", "万")
            guard phrase.isOver, let value = Double(whole + part) else { return nil }
            self.value = value
            factor = unit.map { "k千".contains($0) ? 1_000 : 10_000 }
        }

        /// Whole yuan. A first number without a factor has that of the second, as in 6-8K, unless it is as large without.
        func yuan(beside other: Figure?) -> Int? {
            let multiplier = factor ?? (other.flatMap { value < $0.value ? $0.factor : nil }) ?? 1
            let yuan = (value * multiplier * 100).rounded() / 100
            return Int(exactly: yuan)
        }
    }
}

extension Pay.Unit {
    /// What a cell says that holds nothing else: `month`, `月`, `元/月`, and so for day (日, 天), hour (小时, 时) and piece (件).
    package init(cell text: String) throws(Reason) {
        let phrase = text.asPhrase
        switch phrase.after("元/") ?? phrase.after("按") ?? phrase {
        case "month", "月", "月薪", "月结": self = .month
        case "day", "日", "天", "日薪", "日结": self = .day
        case "hour", "小时", "时", "时薪": self = .hour
        case "piece", "件", "计件": self = .piece
        default: throw Reason("not-a-pay-unit", "must be month (月), day (日), hour (小时) or piece (件)")
        }
    }

    /// The unit that a column's name tells, as in 月薪 or 薪资（元/天）; nil when it tells none.
    init?(label: some Sequence<String>) {
        let text = label.map(\.asPhrase).joined()
        let found = Self.told.filter { words, _ in words.contains { text.contains($0) } }.map(\.1)
        guard found.count == 1, let unit = found.first else { return nil }
        self = unit
    }

    private static let told: [([String], Pay.Unit)] = [
        (["元/月", "月薪", "月工资", "月收入", "/月"], .month), (["元/天", "元/日", "日薪", "/天", "/日"], .day),
        (["元/小时", "元/时", "时薪", "/小时"], .hour), (["元/件", "计件", "/件"], .piece),
    ]
}
