import Recruiting
import Tables
import TestSupport
import Testing

@testable import Imports

@Suite struct MatchingTests {
    private static func table(_ rows: [[String]]) -> Table {
        var table = Table(origin: .text(.utf8, separator: ","))
        table.append(rows.enumerated().map { Table.Row(number: $0.offset + 1, cells: $0.element) })
        return table
    }

    @Test func `a county's table is understood without help`() throws {
        let table = try Table.read(workbook("county"), limits: .jobs)
        let matching = Matching(guessing: table)
        #expect(matching.header == .init(first: 2, last: 3))
        let uses: [JobColumn?] = [
            nil, .company, .title, .occupation, .duties, .conditions, .age, .conditions, .payMinimum, .payMaximum, .openings, .place,
            .region,
            .validThrough,
        ]
        #expect(matching.columns == uses.map { $0.map { .column($0) } ?? .ignored })
        #expect(table.labels(matching.header)[8] == ["薪资待遇（元/月）", "最低"])
    }

    @Test func `without merged cells a name over two columns is both columns'`() {
        let table = Self.table([["岗位名称", "薪资", "", "人数"], ["", "最低", "最高", ""], ["焊工", "6000", "8000", "3"]])
        let matching = Matching(guessing: table)
        #expect(matching.header == .init(first: 1, last: 2))
        #expect(matching.columns == [.column(.title), .column(.payMinimum), .column(.payMaximum), .column(.openings)])
    }

    @Test func `every synonym is known, whatever signs stand around it`() {
        for (column, names) in JobColumn.names {
            for name in names { #expect(JobColumn(label: [name]) == column, "\(name)") }
        }
        #expect(JobColumn(label: ["*招聘人数（人）："]) == .openings && JobColumn(label: ["岗位 名称"]) == .title)
        #expect(Set(JobColumn.names.keys) == Set(JobColumn.allCases))
    }

    @Test func `what nobody knows, and what comes twice, is undecided`() {
        let matching = Matching(guessing: Self.table([["岗位名称", "星座", "职位", "序号", "要求", "学历要求"], ["焊工"]]))
        #expect(matching.columns == [.column(.title), .undecided, .undecided, .ignored, .column(.conditions), .column(.conditions)])
    }

    @Test func `a table without a header that is known has one all the same`() {
        #expect(
            Matching(guessing: Self.table([["甲", "乙"], ["丙"]]))
                == Matching(header: .init(first: 1, last: 1), columns: [.undecided, .undecided])
        )
    }
}
