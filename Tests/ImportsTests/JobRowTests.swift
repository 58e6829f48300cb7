import FoundationEssentials
import Recruiting
import Tables
import TestSupport
import Testing

@testable import Imports

@Suite struct JobRowTests {
    private static let company = CompanyID(UUID())
    private static let today = try! CalendarDate("2026-01-01")
    private static let companies: [String: CompanyOfRow] = [
        "甲公司": .known(company, name: "甲公司"), "91440115MA6EYF1N1C": .known(company, name: "甲公司"),
        "乙公司": .known(CompanyID(UUID()), name: "乙公司"),
        "丙公司": .refused(.companyOfOthers),
    ]

    private static func rows(_ rows: [[String]], shared: [Int: [Int]] = [:], _ change: (inout Matching) -> Void = { _ in }) -> [JobRow] {
        var table = Table(origin: .text(.utf8, separator: ","))
        table.append(rows.enumerated().map { Table.Row(number: $0.offset + 1, cells: $0.element, shared: shared[$0.offset + 1] ?? []) })
        var matching = Matching(guessing: table)
        change(&matching)
        let posting = JobRowReader.Posting(batch: BatchID(UUID()), organisation: nil, today: today)
        var reader = JobRowReader(matching, labels: table.labels(matching.header), companies: companies, posting)
        return table.rows.map { reader.read($0) }
    }

    private static let header = ["企业名称", "岗位名称", "工作内容", "任职要求", "工作地点", "行政区划", "月薪", "招聘人数", "有效期至"]
    private static let row = ["甲公司", "焊工", "焊接", "初中", "黄埔区", "440112", "6000-8000", "3", "2026-06-30"]

    private static func with(_ column: String, _ text: String) -> [String] {
        var row = row
        row[header.firstIndex(of: column)!] = text
        return row
    }

    private static func posting(_ row: JobRow) -> JobPosted? {
        if case .posting(let posting, _, _) = row.outcome { posting } else { nil }
    }

    private static func faults(_ row: JobRow) -> [String] {
        if case .faulty(let faults) = row.outcome {
            faults.map { "\($0.place.map(String.init) ?? "-") \($0.column.rawValue) \($0.reason.code)" }
        } else {
            []
        }
    }

    @Test func `a row becomes a posting, its unit from the column's name and its occupation from the title`() throws {
        let posting = try #require(Self.posting(Self.rows([Self.header, Self.row])[1]))
        #expect(posting.company == Self.company && posting.title == "焊工" && posting.occupation == "焊工")
        let pay = try Pay(minimum: 6_000, maximum: 8_000, unit: .month)
        #expect(posting.pay == pay && posting.openings == 3)
    }

    @Test(
        arguments: [
            ("企业名称", "丁公司", "0 company not-registered"), ("企业名称", "丙公司", "0 company company-of-others"), ("企业名称", "", "0 company empty"),
            ("岗位名称", String(repeating: "长", count: 101), "1 title too-long"), ("行政区划", "广西", "5 region not-a-division"),
            ("月薪", "面议", "6 pay pay-negotiable"), ("招聘人数", "若干", "7 openings openings-vague"),
            ("招聘人数", "=SUM(A1:A3)", "7 openings cell-uncomputed"),
            ("招聘人数", "#N/A", "7 openings cell-uncomputed"), ("有效期至", "2025-12-31", "8 validThrough date-past"),
            ("有效期至", "长期", "8 validThrough date-open-ended"),
        ]
    )
    func `a bad cell is told by its place`(column: String, text: String, fault: String) {
        #expect(Self.faults(Self.rows([Self.header, Self.with(column, text)])[1]) == [fault])
    }

    @Test func `every bad cell of a row is told at once`() {
        let row = ["", "", "", "", "", "", "", "", ""]
        #expect(Self.faults(Self.rows([Self.header, row.dropLast() + ["x"]])[1]).count == 9)
    }

    @Test func `titles, headers that come again, sums and remarks are no jobs`() {
        let rows = Self.rows([
            ["招聘会岗位表"], Self.header, Self.row, Self.header, ["合计", "", "", "", "", "", "", "3"], ["备注：包吃住"],
            Array(repeating: "说明：以上属实", count: 9),
        ])
        #expect(rows.map { if case .beside = $0.outcome { "-" } else { "job" } } == ["-", "-", "job", "-", "-", "-", "-"])
        #expect(Self.posting(Self.rows([Self.header, Self.with("岗位名称", "注塑工")])[1]) != nil)
    }

    @Test func `an empty cell means the one above where that is said, and a fault where not`() {
        let rows = [Self.header, Self.row, Self.with("企业名称", "")]
        #expect(Self.faults(Self.rows(rows)[2]) == ["0 company empty"])
        #expect(Self.posting(Self.rows(rows) { $0.filled = [0] }[2])?.company == Self.company)
    }

    @Test func `a number of people that several rows share is none of them`() {
        #expect(Self.faults(Self.rows([Self.header, Self.row], shared: [2: [0, 7]])[1]) == ["7 openings openings-shared"])
    }

    @Test func `what no column says is missing until it is said for all rows`() {
        let rows = [Array(Self.header.dropLast()), Array(Self.row.dropLast())]
        #expect(Self.faults(Self.rows(rows)[1]) == ["- validThrough missing"])
        #expect(Self.posting(Self.rows(rows) { $0.constants = [.validThrough: "2026年6月30日"] }[1])?.validThrough.description == "2026-06-30")
    }

    @Test func `several columns make up the conditions, each behind its name`() {
        let rows = [Self.header + ["学历要求", "其他要求"], Self.row + ["高中", "不限"]]
        #expect(Self.posting(Self.rows(rows)[1])?.conditions == "任职要求：初中；学历要求：高中；其他要求：不限")
    }

    @Test func `code and name must tell the same company`() {
        let header = Self.header + ["统一社会信用代码"]
        #expect(Self.posting(Self.rows([header, Self.row + ["91440115MA6EYF1N1C"]])[1])?.company == Self.company)
        #expect(
            Self.faults(Self.rows([header, Self.with("企业名称", "乙公司") + ["91440115MA6EYF1N1C"]])[1]) == ["0 company company-name-differs"]
        )
    }

    @Test func `pay without a unit is not guessed`() {
        var header = Self.header
        header[6] = "薪资"
        #expect(Self.faults(Self.rows([header, Self.row])[1]) == ["6 pay pay-unit-missing"])
        #expect(Self.posting(Self.rows([header, Self.with("月薪", "200元/天")])[1])?.pay.unit == .day)
        #expect(Self.posting(Self.rows([header + ["薪资单位"], Self.row + ["元/小时"]])[1])?.pay.unit == .hour)
    }

    @Test func `an apostrophe that keeps a spreadsheet from computing is no text`() {
        #expect(Self.posting(Self.rows([Self.header, Self.with("岗位名称", "'=焊工")])[1])?.title == "=焊工")
    }

    @Test func `what the law forbids is a fault at its cell, and what it may not be is told to whoever vets`() {
        #expect(Self.faults(Self.rows([Self.header, Self.with("任职要求", "限男性，先交押金200元")])[1]).contains("3 conditions unlawful-wording"))
        let flagged = Self.rows([Self.header + ["年龄要求"], Self.row + ["18-35岁"]])[1]
        if case .posting(_, _, let findings) = flagged.outcome {
            #expect(findings.map(\.field) == ["terms/age"])
        } else {
            Issue.record("\(flagged)")
        }
    }

    @Test func `the same job has the same name whoever imports it`() throws {
        let first = Self.rows([Self.header, Self.row])[1]
        let second = Self.rows([Self.header, Self.row, Self.with("招聘人数", "4")])
        guard case .posting(_, let id, _) = first.outcome, case .posting(_, let same, _) = second[1].outcome,
            case .posting(_, let other, _) = second[2].outcome
        else {
            Issue.record("no postings")
            return
        }
        #expect(id == same && id != other)
    }

    @Test func `what is written for corrections is read again, and computes nothing`() throws {
        let cells = ["=1+1", "+86", "-1", "@x", "甲,\"乙\"\n丙", "\"\u{301}", "\t=1", "好"]
        var file = Corrections(labels: (0..<8).map { ["列\($0)"] }, problem: "问题")
        file.add(cells, "月薪：看不懂")
        let table = try Table.read(file.bytes, limits: .jobs)
        #expect(table.rows[1].cells == ["'=1+1", "'+86", "'-1", "'@x", "甲,\"乙\"\n丙", "\"\u{301}", "'\t=1", "好", "月薪：看不懂"])
    }
}
