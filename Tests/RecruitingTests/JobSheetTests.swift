import Glibc
import Recruiting
import TestSupport
import Testing

@Suite struct JobSheetTests {
    static let header = "uscc,title,occupation,duties,conditions,place,region,payMinimum,payMaximum,payUnit,openings,validThrough,source"
    static let row = "91440115MA6EYF1N1C,数控车床操作工,数控技工,操作车床,会看图纸,黄埔区,440112,6000,9000,month,20,2026-03-31,"

    static func read(_ text: String) throws(JobSheet.Unreadable) -> [JobSheet.Row] {
        try JobSheet.read(Array(text.utf8))
    }

    static func faults(_ bytes: [UInt8]) -> [JobSheet.Fault] {
        do throws(JobSheet.Unreadable) {
            _ = try JobSheet.read(bytes)
            return []
        } catch {
            return error.faults
        }
    }

    /// The faults of `row` with one cell replaced.
    static func faults(_ column: String, _ cell: String) -> [JobSheet.Fault] {
        let place = header.split(separator: ",").firstIndex { $0 == column }!
        var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        cells[place] = cell
        return faults(Array("\(header)\n\(cells.joined(separator: ","))\n".utf8))
    }

    func posting(_ row: JobSheet.Row) -> JobPosted {
        row.posting(batch: EventExamples.batch)
    }

    @Test func `a row becomes a posting`() throws {
        let rows = try Self.read("\(Self.header)\n\(Self.row)\n")
        let expected = try JobPosted(
            company: CompanyID(Story.registration.uscc),
            texts: JobTexts(title: "数控车床操作工", occupation: "数控技工", duties: "操作车床", conditions: "会看图纸", place: "黄埔区"),
            region: Region("440112"),
            pay: Pay(minimum: 6000, maximum: 9000, unit: .month),
            openings: 20,
            validThrough: Story.day("2026-03-31"),
            batch: EventExamples.batch
        )
        #expect(rows.map(\.line) == [2])
        #expect(rows.map(posting) == [expected])
        #expect(rows.map(\.uscc) == [Story.registration.uscc])
    }

    @Test func `Chinese names in any order are the same sheet`() throws {
        let chinese =
            "来源,有效期至,招聘人数,薪资单位,最高薪资,最低薪资,行政区划,工作地点,任职条件,岗位职责,职业,岗位名称,统一社会信用代码\n"
            + ",2026/3/31,20,元/月,9000,6000,440112,黄埔区,会看图纸,操作车床,数控技工,数控车床操作工,91440115MA6EYF1N1C"
        #expect(try Self.read(chinese).map(posting) == Self.read("\(Self.header)\n\(Self.row)").map(posting))
    }

    static let spaced = header.replacing(",", with: " , ") + "\n" + row.replacing(",", with: " , ")
    static let quoted = "\"" + header.replacing(",", with: "\",\"") + "\"\n\"" + row.replacing(",", with: "\",\"") + "\""
    static let withoutSource = String(header.dropLast(7)) + "\n" + String(row.dropLast(1))
    static let variants: [String] = [
        "\u{feff}\(header)\n\(row)\n", "\(header)\r\n\(row)\r\n", "\(header)\r\(row)\r", "\n\n\(header)\n\n\(row)\n\n,,,,,,,,,,,,\n",
        "\(header)\n\(row)", "\(header.uppercased())\n\(row)", spaced, quoted, withoutSource,
        "\(header),,\n\(row),,\n", "\(header),\n\(row)",
        "\(header)\n\(row.replacing("6000", with: "６０００.0").replacing("91440115MA6EYF1N1C", with: "９１440115ma6eyf1n1c"))",
        "\(header)\n\(row.replacing("黄埔区", with: "\u{3000}黄埔区\u{200b}"))",
    ]

    @Test(arguments: variants)
    func `however a spreadsheet writes it, the row is the same`(text: String) throws {
        #expect(try Self.read(text).map(posting) == Self.read("\(Self.header)\n\(Self.row)").map(posting))
    }

    @Test func `a quoted cell holds commas, quotes and line breaks, and lines go on counting`() throws {
        let quoted = Self.row.replacing("操作车床", with: "\"操作\"\"CNC\"\",\r\n三班倒\"")
        let rows = try Self.read("\(Self.header)\n\(quoted)\n\(Self.row)\n")
        #expect(posting(rows[0]).duties == "操作\"CNC\",\r\n三班倒")
        #expect(rows.map(\.line) == [2, 4])
    }

    @Test(arguments: [
        ("月", Pay.Unit.month), ("日", .day), ("天", .day), ("元/小时", .hour), ("piece", .piece), ("件", .piece), ("Month", .month),
    ])
    func `units are taken in both languages`(text: String, unit: Pay.Unit) throws {
        #expect(posting(try Self.read("\(Self.header)\n\(Self.row.replacing("month", with: text))")[0]).pay.unit == unit)
    }

    @Test func `a source makes it a repost`() throws {
        let repost = try JobSource.repost(from: "粤桂岗位库")
        #expect(posting(try Self.read("\(Self.header)\n\(Self.row)粤桂岗位库")[0]).source == repost)
        #expect(posting(try Self.read("\(Self.header)\n\(Self.row)原创")[0]).source == .original)
    }

    @Test(arguments: [
        ("uscc", "91440115MA6EYF1N1D"), ("uscc", ""), ("uscc", "9.14E+17"), ("title", ""), ("title", String(repeating: "长", count: 101)),
        ("duties", " "), ("place", "a\u{0}"), ("region", "4401"), ("payMinimum", "6,000"), ("payMinimum", "六千"), ("payMinimum", "0"),
        ("payMinimum", "9001"), ("payMaximum", "6000.5"), ("payMaximum", "-1"), ("payUnit", "年"), ("openings", "0"), ("openings", "１０人"),
        ("openings", "100001"), ("openings", "20."), ("openings", ".0"), ("openings", "20.50"), ("validThrough", "2026-02-30"),
        ("validThrough", "明年"), ("source", String(repeating: "长", count: 101)),
    ])
    func `a bad cell is named by line and column`(column: String, cell: String) {
        let quoted = cell.contains(",") ? "\"\(cell)\"" : cell
        let faults = Self.faults(column, quoted)
        let named = cell == "9001" ? "payMaximum" : column
        #expect(faults.map(\.line) == [2] && faults.map(\.column) == [named])
    }

    @Test func `every bad cell of every row is named, and nothing is read`() {
        let bad = Self.row.replacing("6000", with: "x").replacing(",20,", with: ",y,")
        let faults = Self.faults(Array("\(Self.header)\n\(bad)\n\(Self.row)\n\(bad)\n".utf8))
        #expect(faults.map(\.line) == [2, 2, 4, 4])
        #expect(faults.map(\.column) == ["payMinimum", "openings", "payMinimum", "openings"])
    }

    @Test func `a fault names a column as its header does`() {
        let text = Self.header.replacing("openings", with: "招聘人数") + "\n" + Self.row.replacing(",20,", with: ",y,")
        #expect(Self.faults(Array(text.utf8)).map(\.column) == ["招聘人数"])
    }

    @Test(
        arguments: [
            ("", 1, nil), ("\u{feff}\n", 1, nil), ("uscc\n", 1, nil), ("\(header),uscc\n", 1, "uscc"),
            ("\(header),月薪\n", 1, "月薪"), ("\(header.replacing(",", with: ";"))\n", 1, header.replacing(",", with: ";")),
            ("\(header)\n\(row),x\n", 2, nil), ("\(header)\nabc\n", 2, nil), ("\(header)\n\(row)\n\"abc\n\n", 3, nil),
            ("\(header)\n\(row.replacing("操作", with: "5\" 操作"))\n", 2, nil), ("\(header)\n\"91\"x,\n", 2, nil),
            ("\n\(header)\n\n\"a\nb\"c\n", 5, nil), ("\(header),,x\n", 1, ""), ("\(header),,\n\(row),,x\n", 2, nil),
            ("\(header)\n" + String(repeating: ",", count: 100), 2, nil), ("\(header)\n" + String(repeating: "长", count: 20_000), 2, nil),
            ("\(header)\n\n\"" + String(repeating: "a\n", count: 20_000), 3, nil),
        ] as [(String, Int, String?)]
    )
    func `a sheet that is broken says where`(text: String, line: Int, column: String?) throws {
        let fault = try #require(Self.faults(Array(text.utf8)).first)
        #expect(fault.line == line && fault.column == column)
    }

    @Test func `faults found before a broken quote are told with it`() {
        let bad = Self.row.replacing(",20,", with: ",y,")
        #expect(Self.faults(Array("\(Self.header)\n\(bad)\n\"x\n".utf8)).map(\.column) == ["openings", nil])
    }

    @Test func `a file in another encoding says what to save it as`() {
        let gbk: [UInt8] = Array("\(Self.header)\n".utf8) + [0xca, 0xfd, 0xbf, 0xd8]
        #expect(Self.faults(gbk).map(\.line) == [2])
        #expect(Self.faults(gbk).first?.reason.code == "sheet-not-utf-8")
        #expect(Self.faults([0xff, 0xfe, 0x75, 0]).first?.reason.code == "sheet-utf-16")
    }

    @Test func `20,000 rows are read and one more is refused`() throws {
        let rows = String(repeating: "\(Self.row)\n", count: 20_000)
        #expect(try Self.read("\(Self.header)\n\(rows)").count == 20_000)
        #expect(Self.faults(Array("\(Self.header)\n\(rows)\(Self.row)\n".utf8)).map(\.line) == [20_002])
    }

    @Test func `no more than a hundred faults are told`() {
        let bad = String(repeating: Self.row.replacing(",20,", with: ",y,") + "\n", count: 2_000)
        #expect(Self.faults(Array("\(Self.header)\n\(bad)".utf8)).count == 100)
    }

    @Test func `the largest field is refused as soon as the smallest`() {
        let clock = ContinuousClock()
        let rest = Self.row.replacing("数控车床操作工", with: "a" + String(repeating: "\u{301}", count: 4 << 20))
        let blank = String(repeating: ",,,,\n", count: 3 << 20)
        let sheets = ["\"" + String(repeating: "岗", count: 5 << 20), rest, String(repeating: ",\n", count: 4 << 20), blank].map {
            Array("\(Self.header)\n\($0)\n".utf8)
        }
        for sheet in sheets {
            var faults: [JobSheet.Fault] = []
            let took = clock.measure { faults = Self.faults(sheet) }
            #expect(faults.count <= JobSheet.faultLimit + 1 && faults.last?.line != nil)
            #expect(took < .seconds(2), "\(sheet.count) bytes took \(took)")
        }
    }

    @Test func `100,000 lines in one sheet are read in linear time`() throws {
        let tall = Self.row.replacing("操作车床", with: "\"一\n二\n三\n四\n五\"") + "\n"
        // Of the processor, not of the wall: other work beside the test takes the wall's.
        func seconds(_ rows: Int) throws -> Double {
            let bytes = Array((Self.header + "\n" + String(repeating: tall, count: rows)).utf8)
            let began = processorSeconds()
            let last = try JobSheet.read(bytes).last?.line
            #expect(last == 2 + (rows - 1) * 5)
            return processorSeconds() - began
        }
        let (small, large) = (try seconds(2_000), try seconds(20_000))
        #expect(large < small * 40, "2,000 rows took \(small) s, 20,000 took \(large) s")
    }

    @Test(arguments: UInt64(1)...100) func `whatever is quoted is read back`(seed: UInt64) throws {
        var random = Seed(seed)
        let alphabet: [Character] = ["a", "岗", ",", "\"", "\n", "\r\n", "\t", "，", "é", "👩‍🏭", "x"]
        let texts = (0..<20).map { _ in
            "始" + String((0..<Int.random(in: 0..<12, using: &random)).map { _ in alphabet.randomElement(using: &random)! }) + "末"
        }
        let rows = texts.map { Self.row.replacing("操作车床", with: "\"\($0.replacing("\"", with: "\"\""))\"") }
        let ending = ["\n", "\r\n", "\r"].randomElement(using: &random)!
        let read = try Self.read(([Self.header] + rows).joined(separator: ending))
        #expect(read.map { posting($0).duties } == texts)
    }

    @Test(arguments: UInt64(1)...100) func `no bytes whatever bring the reader down`(seed: UInt64) {
        var random = Seed(seed)
        var bytes = Array("\(Self.header)\n\(Self.row)\n\(Self.row)\n".utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = [0, 10, 13, 34, 44, 0xff, 65].randomElement(using: &random)!
        }
        for fault in Self.faults(bytes) { #expect(fault.line >= 1 && fault.line <= bytes.count && !fault.reason.description.isEmpty) }
    }
}

/// The processor time that this thread has used.
private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
