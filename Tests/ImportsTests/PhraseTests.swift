import Recruiting
import Testing

@testable import Imports

@Suite struct PhraseTests {
    @Test(
        arguments: [
            ("6000-8000元/月", 6_000, 8_000, .month), ("６０００－８０００元／月", 6_000, 8_000, .month), ("6,000~8,000", 6_000, 8_000, nil),
            ("6-8K", 6_000, 8_000, nil), ("6K-8K/月", 6_000, 8_000, .month), ("6千-8千", 6_000, 8_000, nil), ("0.6-0.8万", 6_000, 8_000, nil),
            ("0.6万至0.8万元/月", 6_000, 8_000, .month), ("6千—8000元", 6_000, 8_000, nil), ("月薪6000-8000元", 6_000, 8_000, .month),
            ("6000", 6_000, 6_000, nil), ("¥200元/天", 200, 200, .day), ("25-30元/小时", 25, 30, .hour), ("2元/件", 2, 2, .piece),
            ("1.2w", 12_000, 12_000, nil),
        ] as [(String, Int, Int, Pay.Unit?)]
    )
    func `pay is read as offices write it`(text: String, minimum: Int, maximum: Int, unit: Pay.Unit?) throws {
        let pay = try PayPhrase(text)
        #expect((pay.minimum, pay.maximum) == (minimum, maximum) && pay.unit == unit && pay.salaries == nil)
    }

    @Test(arguments: ["6-8K·13薪", "6000-8000元/月,13薪", "6千-8千 十三薪"]) func `more salaries than months are read`(text: String) throws {
        let pay = try PayPhrase(text)
        #expect((pay.minimum, pay.maximum, pay.salaries) == (6_000, 8_000, 13))
    }

    @Test(
        arguments: [
            ("面议", "pay-negotiable"), ("工资面议", "pay-negotiable"), ("6000以上", "pay-unclear"), ("6000+", "pay-unclear"),
            ("底薪3000+提成", "pay-unclear"),
            ("8000-6000", "pay-unclear"), ("6000-8千万", "pay-unclear"), ("10-15万/年", "pay-unclear"), ("6000-8000-9000", "pay-unclear"),
            ("6.5元", "pay-unclear"), ("约6000", "pay-unclear"), ("", "pay-unclear"), ("-", "pay-unclear"),
            ("99999999999999999999", "pay-unclear"),
            ("6000-8000元/月（包吃住）", "pay-unclear"),
        ]
    )
    func `pay that says no two numbers is not guessed`(text: String, code: String) {
        #expect(code == Self.refusal { () throws(Reason) in _ = try PayPhrase(text) })
    }

    @Test(arguments: [("10", 10), ("１０人", 10), ("5名", 5), ("3.0", 3), (" 100000 ", 100_000)])
    func `a number of people is read`(text: String, number: Int) throws {
        #expect(try CellValue.openings(text) == number)
    }

    @Test(
        arguments: [
            ("若干", "openings-vague"), ("不限", "openings-vague"), ("10-20人", "openings-range"), ("10～20", "openings-range"),
            ("0", "out-of-range"),
            ("100001", "out-of-range"), ("十来个", "not-a-number"), ("2.5", "not-a-number"), ("10人（男5女5）", "not-a-number"),
            ("99999999999999999999", "not-a-number"),
        ]
    )
    func `what is no number of people is not guessed`(text: String, code: String) {
        #expect(code == Self.refusal { () throws(Reason) in _ = try CellValue.openings(text) })
    }

    @Test(
        arguments: [
            "2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "2026年03月01号", "20260301", "２０２６年３月１日", "2026-03-01 08:30", "2026 年 3 月 1 日",
        ]
    )
    func `a day is read`(text: String) throws {
        #expect(try CellValue.date(text).description == "2026-03-01")
    }

    @Test(
        arguments: [
            ("长期", "date-open-ended"), ("招满为止", "date-open-ended"), ("3月1日", "date-without-year"), ("3/1", "date-without-year"),
            ("2026年3月", "not-a-day"),
            ("2026-02-30", "not-a-date"), ("2026.3.1-2026.6.30", "not-a-day"), ("下个月", "not-a-day"), ("1999-01-01", "date-out-of-range"),
        ]
    )
    func `what is no day is not guessed`(text: String, code: String) {
        #expect(code == Self.refusal { () throws(Reason) in _ = try CellValue.date(text) })
    }

    private static func terms(_ text: String, _ column: JobColumn) throws(Reason) -> JobTerms? {
        var reading = TermsReading()
        for phrase in try TermPhrase.read(text, in: column) { try reading.take(phrase) }
        return try reading.terms()
    }

    private static let five: [JobTerms.Insurance] = [.pension, .medical, .unemployment, .injury, .maternity]

    @Test func `terms are read from the usual phrases`() throws {
        let expected = try JobTerms(
            shift: .twoShift,
            hoursADay: 8,
            restDaysAMonth: 4,
            meals: .provided,
            dormitory: .init(kind: .free, people: 4, couples: true),
            insurance: Self.five + [.housingFund],
            contract: .direct,
            probationMonths: 3,
            age: .init(minimum: 18, maximum: 45)
        )
        let text = "包吃包住、五险一金，两班倒；月休4天 每天8小时、4人间、夫妻房、企业直招、试用期三个月、18-45周岁"
        #expect(try Self.terms(text, .terms) == expected)
    }

    @Test(
        arguments: [
            ("长白班", .shift, try! JobTerms(shift: .day)), ("8", .hoursADay, try! JobTerms(hoursADay: 8)),
            ("八小时", .hoursADay, try! JobTerms(hoursADay: 8)),
            ("4天", .restDaysAMonth, try! JobTerms(restDaysAMonth: 4)), ("双休", .restDaysAMonth, try! JobTerms(restDaysAMonth: 8)),
            ("无", .meals, try! JobTerms(meals: JobTerms.Meals.none)), ("包", .dormitory, try! JobTerms(dormitory: .init(kind: .free))),
            ("住宿费200元/月", .dormitory, try! JobTerms(dormitory: .init(kind: .paid, cost: 200))),
            ("五险", .insurance, try! JobTerms(insurance: Self.five)),
            ("3个月", .probationMonths, try! JobTerms(probationMonths: 3)), ("无", .probationMonths, try! JobTerms(probationMonths: 0)),
            ("18-45", .age, try! JobTerms(age: .init(minimum: 18, maximum: 45))), ("45岁以下", .age, try! JobTerms(age: .init(maximum: 45))),
            ("年满18周岁", .terms, try! JobTerms(age: .init(minimum: 18))),
            ("2026年3月1日", .startsOn, try! JobTerms(startsOn: CalendarDate("2026-03-01"))),
            ("9:00-18:00", .contact, try! JobTerms(contact: .init(from: ClockTime("09:00"), until: ClockTime("18:00")))),
        ] as [(String, JobColumn, JobTerms)]
    )
    func `under the name of its column a short answer is enough`(text: String, column: JobColumn, terms: JobTerms) throws {
        #expect(try Self.terms(text, column) == terms)
    }

    @Test(arguments: ["不限", "/", "-", "无要求"]) func `a cell that says nothing says nothing`(text: String) throws {
        #expect(try Self.terms(text, .age) == nil)
    }

    @Test(
        arguments: [
            ("提供住宿", .terms, "term-unreadable"), ("三险一金", .insurance, "term-unreadable"), ("轮休", .restDaysAMonth, "term-unreadable"),
            ("节日福利、全勤奖", .terms, "term-unreadable"), ("8:00-17:00", .hoursADay, "term-unreadable"), ("包住，不包住", .terms, "terms-contradict"),
            ("夫妻房", .dormitory, "dormitory-unclear"), ("45-18岁", .age, "below-minimum"), ("14小时", .hoursADay, "not-in-halves"),
        ] as [(String, JobColumn, String)]
    )
    func `what can't be read is not guessed`(text: String, column: JobColumn, code: String) {
        #expect(code == Self.refusal { () throws(Reason) in _ = try Self.terms(text, column) })
    }

    private static func refusal(_ body: () throws(Reason) -> Void) -> String? {
        do throws(Reason) {
            try body()
            return nil
        } catch {
            return error.code
        }
    }
}
