import Recruiting

/// One thing that a phrase says about the terms of a job.
enum TermPhrase: Hashable {
    case shift(JobTerms.Shift)
    case hours(Double)
    case rest(Int)
    case meals(JobTerms.Meals)
    case dormitory(JobTerms.Dormitory.Kind)
    case people(Int)
    case couples(Bool)
    case cost(Int)
    case insurance([JobTerms.Insurance])
    case contract(JobTerms.Contract)
    case probation(Int)
    case age(Int?, Int?)
    case starts(CalendarDate)
    case contact(ClockTime, ClockTime)
    case salaries(Int)

    /// What the pieces of a cell say.
    /// - Parameter column: what the column is, which tells what a mere number is.
    static func read(_ text: String, in column: JobColumn) throws(Reason) -> [TermPhrase] {
        if text.asPhrase.saysNothing { return nothing[column] ?? [] }
        if let phrases = phrases(text.asPhrase, in: column) { return phrases }
        var phrases: [TermPhrase] = []
        for piece in text.split(whereSeparator: { "、，,；;。\n\r+ \u{3000}".contains($0) }) {
            guard let found = Self.phrases(String(piece).asPhrase, in: column) else {
                throw .unreadable(
                    "term-unreadable",
                    "“{text}” is not known as a term of work; write it otherwise, or ignore the column",
                    String(piece)
                )
            }
            phrases += found
        }
        return phrases
    }

    /// What a cell that says 无 means where that is something.
    private static let nothing: [JobColumn: [TermPhrase]] = [
        .meals: [.meals(.none)], .dormitory: [.dormitory(.none)], .probationMonths: [.probation(0)],
    ]

    private static func phrases(_ phrase: String, in column: JobColumn) -> [TermPhrase]? {
        if let known = words[phrase] ?? answers[column]?[phrase] { return known }
        return number(phrase, in: column).map { [$0] }
    }

    private static let five: [JobTerms.Insurance] = [.pension, .medical, .unemployment, .injury, .maternity]

    /// What is said in the same words everywhere.
    private static let words: [String: [TermPhrase]] = {
        let meanings: [([String], [TermPhrase])] = [
            (["白班", "长白班", "常白班", "day"], [.shift(.day)]), (["夜班", "长夜班", "night"], [.shift(.night)]),
            (["两班倒", "二班倒", "2班倒", "两班制", "两班", "twoshift"], [.shift(.twoShift)]),
            (["三班倒", "3班倒", "三班制", "三班", "四班三倒", "四班三运转", "threeshift"], [.shift(.threeShift)]),
            (["弹性", "弹性工作", "弹性工作制", "时间灵活", "弹性工时", "flexible"], [.shift(.flexible)]),
            (["双休", "周末双休", "做五休二", "上五休二"], [.rest(8)]), (["单休", "做六休一", "上六休一"], [.rest(4)]), (["大小周"], [.rest(6)]),
            (["包吃", "管吃", "包餐", "包三餐", "管饭", "包工作餐", "免费三餐", "免费工作餐", "提供免费工作餐", "提供工作餐"], [.meals(.provided)]),
            (["餐补", "饭补", "有餐补", "提供餐补", "餐费补贴", "伙食补贴"], [.meals(.subsidised)]), (["不包吃", "不管吃"], [.meals(.none)]),
            (["包住", "管住", "包住宿", "免费住宿", "提供免费住宿", "免费宿舍", "提供免费宿舍"], [.dormitory(.free)]),
            (["不包住", "不提供住宿", "无宿舍", "住宿自理"], [.dormitory(.none)]), (["付费住宿", "有偿住宿"], [.dormitory(.paid)]),
            (["包吃住", "包吃包住", "管吃管住", "管吃住", "包食宿", "免费食宿", "提供免费食宿"], [.meals(.provided), .dormitory(.free)]),
            (["不包吃住", "不包食宿", "食宿自理", "不包吃不包住"], [.meals(.none), .dormitory(.none)]), (["包吃不包住"], [.meals(.provided), .dormitory(.none)]),
            (["包住不包吃", "不包吃包住"], [.meals(.none), .dormitory(.free)]), (["夫妻房", "有夫妻房", "提供夫妻房", "可安排夫妻房"], [.couples(true)]),
            (["五险一金", "5险1金"], [.insurance(five + [.housingFund])]),
            (["五险", "社保", "缴纳社保", "购买社保", "缴社保", "买社保", "缴纳五险", "购买五险"], [.insurance(five)]),
            (["公积金", "住房公积金", "缴纳公积金"], [.insurance([.housingFund])]), (["养老保险", "养老"], [.insurance([.pension])]),
            (["医疗保险", "医疗", "医保"], [.insurance([.medical])]), (["工伤保险", "工伤"], [.insurance([.injury])]),
            (["失业保险", "失业"], [.insurance([.unemployment])]), (["生育保险", "生育"], [.insurance([.maternity])]),
            (["意外险", "意外保险", "意外伤害保险", "人身意外险"], [.insurance([.accident])]),
            (["企业直招", "直招", "直签", "与企业签订合同", "与企业签合同", "与用人单位签订合同", "direct"], [.contract(.direct)]),
            (["劳务派遣", "派遣", "派遣制", "dispatch"], [.contract(.dispatch)]), (["中介", "人力资源公司代招", "代招", "agency"], [.contract(.agency)]),
            (["无试用期"], [.probation(0)]),
        ]
        return Dictionary(uniqueKeysWithValues: meanings.flatMap { words, phrases in words.map { ($0, phrases) } })
    }()

    /// What means something under a column's name alone.
    private static let answers: [JobColumn: [String: [TermPhrase]]] = [
        .meals: [
            "是": [.meals(.provided)], "有": [.meals(.provided)], "否": [.meals(.none)], "不包": [.meals(.none)], "包": [.meals(.provided)],
        ],
        .dormitory: ["免费": [.dormitory(.free)], "包": [.dormitory(.free)], "否": [.dormitory(.none)], "不包": [.dormitory(.none)]],
    ]

    /// What is said with a number.
    private static func number(_ words: String, in column: JobColumn) -> TermPhrase? {
        hours(words) ?? rest(words) ?? people(words) ?? cost(words) ?? probation(words) ?? salaries(words) ?? age(
            words,
            isAge: column == .age
        )
            ?? bare(words, in: column)
    }

    private static func hours(_ words: String) -> TermPhrase? {
        var phrase = Phrase(words)
        phrase.take("每天工作", "每日工作", "日工作", "每天", "每日")
        guard let whole = phrase.number() else { return nil }
        var hours = Double(whole)
        if phrase.take(".") != nil {
            guard let part = phrase.digits(1...1), let tenths = Double(part) else { return nil }
            hours += tenths / 10
        }
        phrase.take("个")
        guard phrase.take("小时", "h") != nil else { return nil }
        phrase.take("工作制", "制", "/天", "/日", "每天")
        return phrase.isOver ? .hours(hours) : nil
    }

    private static func rest(_ words: String) -> TermPhrase? {
        var phrase = Phrase(words)
        guard phrase.take("每月休息", "月休息", "每月休", "月休") != nil, let days = phrase.number() else { return nil }
        phrase.take("天")
        return phrase.isOver ? .rest(days) : nil
    }

    private static func people(_ words: String) -> TermPhrase? {
        var phrase = Phrase(words)
        guard let people = phrase.number(), phrase.take("人间", "人房") != nil else { return nil }
        phrase.take("宿舍")
        return phrase.isOver ? .people(people) : nil
    }

    private static func cost(_ words: String) -> TermPhrase? {
        var phrase = Phrase(words)
        guard phrase.take("住宿费", "宿舍费", "住宿") != nil, let cost = phrase.digits(1...5) else { return nil }
        phrase.take("元")
        return phrase.take("/人/月", "/月", "每月") != nil && phrase.isOver ? Int(cost).map { .cost($0) } : nil
    }

    private static func probation(_ words: String) -> TermPhrase? {
        var phrase = Phrase(words)
        guard phrase.take("试用期", "试用") != nil else { return nil }
        phrase.take("为", ":")
        guard let months = phrase.number(), phrase.take("个月") != nil, phrase.isOver else { return nil }
        return .probation(months)
    }

    private static func salaries(_ words: String) -> TermPhrase? {
        words.before("薪").flatMap { Int(phrase: $0) }.flatMap { $0 > 9 ? .salaries($0) : nil }
    }

    /// A mere number under the name of its column.
    private static func bare(_ phrase: String, in column: JobColumn) -> TermPhrase? {
        switch column {
        case .hoursADay: return Double(phrase).map { .hours($0) }
        case .restDaysAMonth: return Int(phrase: phrase.without(["天/月", "天"])).map { .rest($0) }
        case .probationMonths: return Int(phrase: phrase.without(["个月", "月"])).map { .probation($0) }
        case .startsOn: return (try? CellValue.date(phrase)).map { .starts($0) }
        case .contact:
            let ends = phrase.split(separator: "-").compactMap { time in
                try? ClockTime(time.count == 4 ? "0\(time)" : String(time), field: "")
            }
            return ends.count == 2 ? .contact(ends[0], ends[1]) : nil
        default: return nil
        }
    }

    private static func age(_ words: String, isAge: Bool) -> TermPhrase? {
        let text = words.after("年龄:") ?? words.after("年龄") ?? words.after("年满") ?? words
        let years = text.replacing("周岁", with: "").replacing("岁", with: "")
        guard isAge || years != text else { return nil }
        var phrase = Phrase(years)
        guard let first = phrase.digits(2...2) else { return nil }
        if phrase.isOver { return words.hasPrefix("年满") ? .age(Int(first), nil) : nil }
        if phrase.take("-") != nil {
            guard let last = phrase.digits(2...2), phrase.isOver else { return nil }
            return .age(Int(first), Int(last))
        }
        if phrase.take("及以上", "以上", "+") != nil { return phrase.isOver ? .age(Int(first), nil) : nil }
        return phrase.take("及以下", "以下", "以内") != nil && phrase.isOver ? .age(nil, Int(first)) : nil
    }
}
