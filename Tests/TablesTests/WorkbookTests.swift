import FoundationEssentials
import TestSupport
import Testing

@testable import Tables

@Suite struct WorkbookTests {
    private static func read(_ name: String, _ arguments: String = "", sheet: String? = nil) throws -> Table {
        try Table.read(arguments.isEmpty ? workbook(name) : workbook(name, arguments), sheet: sheet, limits: .some)
    }

    @Test func `every type of cell is the text that people see`() throws {
        let table = try Self.read("types")
        #expect(table.rows.map(\.number) == [1, 2, 4])
        #expect(
            table.rows[0].cells == [
                "文本", "6000", "0.6", "1234567.891", "TRUE", "2026-03-01", "2026-03-01 08:30", "20:15", "#N/A", "=A1&B1", "13800138000",
            ]
        )
        #expect(table.rows[1].cells == ["", "", "末"])
        #expect(table.rows[2].cells == ["2026-03-01", "46082", "0.85"])
    }

    @Test func `what other programs write is read alike`() throws {
        #expect(
            try Self.read("cells").rows.map(\.cells) == [
                [
                    "共用", "富文本", "甲\r\n乙&", "行内", "2", "值", "", "=A1+1", "#REF!", "FALSE", "0.3", "13800138000", "2026-03-01",
                ]
            ]
        )
        #expect(try Self.read("prefixed").rows.map(\.cells) == [["前缀"]])
        #expect(try Self.read("from1904").rows.map(\.cells) == [["2026-03-01"]])
    }

    @Test func `numbers and escapes at the ends of what can be written are texts, too`() throws {
        #expect(
            try Self.read("extremes").rows.map(\.cells) == [
                [
                    "-9.22337203685478e+18", "9.22337203685478e+18", "-1e+308", "nan", "-inf", "inf", "0", "A中", "", "b", "_x00_",
                    "_x004G_",
                    "_x0041",
                ]
            ]
        )
    }

    /// In a process of its own, as others read workbooks at the same time.
    @Test func `a text of nothing but escapes takes a few times its own memory`() async {
        await #expect(processExitsWith: .success) {
            let bytes = try workbook("escapes")
            let before = try memoryPeak()
            #expect(throws: TableFault.longCell(row: 1, limit: 32_768)) { try Table.read(bytes, limits: .some) }
            #expect(try memoryPeak() - before < 64 << 20)
        }
    }

    @Test func `the first sheet that is seen and holds anything is read, or the one that is named`() throws {
        let table = try Self.read("sheets")
        #expect(table.origin == .workbook(sheet: "岗位", sheets: ["空表", "岗位", "企业"]))
        #expect(table.rows.map(\.cells) == [["岗位"]])
        #expect(try Self.read("sheets", sheet: "企业").rows.map(\.cells) == [["企业"]])
        #expect(throws: TableFault.missingSheet("无")) { try Self.read("sheets", sheet: "无") }
    }

    @Test func `cells that are one are given to each row, which knows that it shares them`() throws {
        let table = try Self.read("county")
        #expect(table.rows.map(\.number) == [1, 2, 3, 4, 5, 6, 8, 9])
        #expect(Set(table.rows[0].cells).count == 1 && table.rows[0].cells.count == 14)
        #expect(table.rows[1].cells[8...9] == ["薪资待遇（元/月）", "薪资待遇（元/月）"] && table.rows[2].cells[8...9] == ["最低", "最高"])
        #expect(table.rows[3...5].map { $0.cells[1] } == Array(repeating: "广州明珞装备股份有限公司", count: 3))
        #expect(table.rows[3...5].map(\.shared) == [[1], [1], [1]])
        #expect(table.rows[6].cells[0] == "合计" && table.rows[6].shared.isEmpty)
    }

    @Test func `as many rows as are allowed are read, and progress is told`() throws {
        var told: [Int] = []
        let table = try Table.read(workbook("plain", "1999"), limits: .some) { told.append($0) }
        #expect(table.rows.count == 2_000 && told == [500, 1_000, 1_500, 2_000])
        #expect(table.rows[1_999].cells[1] == "数控技工1998")
    }

    @Test func `whoever no longer wants it ends the reading`() throws {
        let bytes = try workbook("plain", "1500")
        #expect(throws: CancellationError.self) { try Table.read(bytes, limits: .some) { _ in throw CancellationError() } }
    }

    @Test(
        arguments: [
            ("doctype", "", .damaged(part: "DOCTYPE")), ("bomb", "", .muchText(limit: Table.Limits.some.unpacked)),
            ("strings", "200000", .muchText(limit: Table.Limits.some.text)), ("repeated", "", .muchText(limit: Table.Limits.some.text)),
            ("merges", "", .damaged(part: "mergeCells")), ("deep", "", .damaged(part: "a")),
            ("token", "", .damaged(part: "xl/worksheets/sheet1.xml")), ("without", "xl/workbook.xml", .damaged(part: "xl/workbook.xml")),
            ("without", "_rels/.rels", .damaged(part: "_rels/.rels")), ("without", "xl/_rels/workbook.xml.rels", .empty),
            ("without", "xl/worksheets/sheet1.xml", .damaged(part: "xl/worksheets/sheet1.xml")),
            ("stranger", "", .damaged(part: "_rels/.rels")),
            ("tall", "2001", .manyRows(limit: 2_000)), ("wide", "", .manyColumns(row: 1, limit: 64)), ("far", "", .damaged(part: "row")),
        ] as [(String, String, TableFault)]
    )
    func `a workbook that is broken, or means harm, says so`(name: String, argument: String, fault: TableFault) throws {
        #expect(throws: fault) { try Self.read(name, argument) }
    }

    @Test func `what is no workbook says what it is`() throws {
        #expect(throws: TableFault.oldWorkbook) { try Table.read([0xD0, 0xCF, 0x11, 0xE0, 0xA1], limits: .some) }
        #expect(throws: TableFault.damaged(part: "zip")) { try Table.read(Array("PK\u{3}\u{4}abc".utf8), limits: .some) }
        #expect(throws: TableFault.empty) { try Table.read([], limits: .some) }
    }

    @Test(arguments: UInt64(1)...60) func `no bytes whatever bring the reader down`(seed: UInt64) throws {
        var random = Seed(seed)
        var bytes = Self.sample
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        do {
            #expect(try !Table.read(bytes, limits: .some).rows.isEmpty)
        } catch {
            #expect(error is TableFault)
        }
    }

    private static let sample = try! workbook("county")
}

/// Bytes of memory that this process ever had at once (proc(5), VmHWM).
private func memoryPeak() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    return try #require(status.firstMatch(of: /VmHWM:\s+(\d+) kB/).flatMap { Int($0.1) }) * 1_024
}

extension Table.Limits {
    /// A tenth of what an import of jobs allows.
    static let some = Table.Limits(rows: 2_000, columns: 64, cell: 32_768, text: 4 << 20, unpacked: 16 << 20)
}
