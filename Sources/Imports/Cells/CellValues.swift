import Recruiting

/// What cells say that hold one number, day or code.
enum CellValue {
    /// `10`, `10人`, `１０名`.
    static func openings(_ text: String) throws(Reason) -> Int {
        let phrase = text.asPhrase
        if ["若干", "不限", "多名", "大量", "长期"].contains(where: phrase.contains) {
            throw .unreadable("openings-vague", "“{text}” is not a number: say how many people are sought", text)
        }
        if phrase.contains("-") { throw .unreadable("openings-range", "“{text}” is a range: give one number of people", text) }
        return try whole(phrase.without(["人", "名", "个", "位"]), text, 1...JobPosted.openingsLimit)
    }

    static func amount(_ text: String) throws(Reason) -> Int {
        let phrase = text.asPhrase
        let pay = try PayPhrase(text)
        guard pay.minimum == pay.maximum, !phrase.contains("-") else { throw .unreadable(text) }
        return pay.minimum
    }

    /// A whole number, also `4000.0`, as spreadsheets write one.
    static func whole(_ words: String, _ text: String, _ range: ClosedRange<Int>) throws(Reason) -> Int {
        var phrase = Phrase(words)
        let digits = phrase.digits(1...9)
        if phrase.take(".") != nil, phrase.digits(1...9)?.allSatisfy({ $0 == "0" }) != true { phrase = Phrase("?") }
        guard phrase.isOver, let digits, let number = Int(digits) else {
            throw .unreadable("not-a-number", "“{text}” is not a whole number", text)
        }
        guard range.contains(number) else { throw .outOfRange(range) }
        return number
    }

    /// `2026-03-01`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, `20260301`.
    static func date(_ text: String) throws(Reason) -> CalendarDate {
        let words = text.asSeen.asHalfWidth.filter { !$0.isWhitespace }
        if ["长期", "招满", "不限", "永久"].contains(where: words.contains) {
            throw .unreadable("date-open-ended", "“{text}” has no end: give the last day, as in 2026-06-30", text)
        }
        guard let day = day(words) else {
            var phrase = Phrase(words)
            if phrase.digits(1...2) != nil, monthAndDay(&phrase) != nil, phrase.isOver {
                throw .unreadable("date-without-year", "“{text}” has no year", text)
            }
            throw .unreadable("not-a-day", "“{text}” is not a day, as 2026-03-01 or 2026年3月1日 is one", text)
        }
        do throws(Invalid) {
            return try CalendarDate(day)
        } catch {
            throw error.reason
        }
    }

    /// The day as ISO 8601 writes it; nil when the words are none.
    private static func day(_ words: String) -> String? {
        var phrase = Phrase(words)
        guard let year = phrase.digits(4...4) else { return nil }
        if let compact = phrase.digits(4...4) {
            return phrase.isOver ? "\(year)-\(compact.prefix(2))-\(compact.suffix(2))" : nil
        }
        guard phrase.take("-", "/", ".", "年") != nil, let month = phrase.digits(1...2), let day = monthAndDay(&phrase) else { return nil }
        if phrase.digits(2...2) != nil, phrase.take(":") == nil || phrase.digits(2...2) == nil { return nil }
        let padded = [month, day].map { $0.count == 1 ? "0\($0)" : $0 }
        return phrase.isOver ? "\(year)-\(padded[0])-\(padded[1])" : nil
    }

    /// What follows a month's number: the day's.
    private static func monthAndDay(_ phrase: inout Phrase) -> String? {
        guard phrase.take("-", "/", ".", "月") != nil, let day = phrase.digits(1...2) else { return nil }
        phrase.take("日", "号")
        return day
    }

    /// An empty cell, 原创 and 本企业 are an original; anything else names where a repost was taken from.
    static func source(_ text: String) throws(Reason) -> JobSource {
        do throws(Invalid) {
            return try ["", "original", "原创", "本企业", "本单位", "自有"].contains(text.lowercased()) ? .original : .repost(from: text)
        } catch {
            throw error.reason
        }
    }

    static func skillsGrade(_ text: String) throws(Reason) -> Int? {
        let phrase = text.asPhrase
        if phrase.saysNothing { return nil }
        for (names, grade) in grades where names.contains(phrase) { return grade }
        throw .unreadable(text)
    }

    private static let grades: [([String], Int)] = [
        (["5", "五级", "初级", "初级工", "五级/初级工", "初级工(五级)"], 5), (["4", "四级", "中级", "中级工", "四级/中级工", "中级工(四级)"], 4),
        (["3", "三级", "高级", "高级工", "三级/高级工", "高级工(三级)"], 3), (["2", "二级", "技师", "二级/技师", "技师(二级)"], 2),
        (["1", "一级", "高级技师", "一级/高级技师", "高级技师(一级)"], 1),
    ]
}

extension String {
    /// Whether a cell that could be left empty says that there is nothing to say.
    var saysNothing: Bool { ["", "-", "--", "/", "无", "不限", "无要求", "不要求", "none"].contains(self) }
}
