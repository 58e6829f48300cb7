import Glibc
import TestSupport
import Testing

@testable import Tables

@Suite struct SeparatedTests {
    private static let rows = [["岗位名称", "人数", "说明"], ["数控技工", "10", "两班倒,包住"], ["焊工;钳工", "５", "说\"好\"\r\n两行"]]

    private static func text(_ separator: String, _ ending: String) -> String {
        rows.map { row in
            row.map { cell in
                let isPlain = !cell.contains { "\",;\t\r\n".contains($0) || $0 == "\r\n" }
                return isPlain ? cell : "\"\(cell.replacing("\"", with: "\"\""))\""
            }.joined(separator: separator)
        }.joined(separator: ending)
    }

    /// By Python, whose codecs are not those of the C library.
    private static func encoded(_ text: String, _ encoding: String) throws -> [UInt8] {
        switch encoding {
        case "utf-8": return Array(text.utf8)
        case "utf-8-sig": return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        case "utf-16-le": return text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        case "utf-16-be": return text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
        case "utf-16-le-sig": return [0xFF, 0xFE] + (try encoded(text, "utf-16-le"))
        case "utf-16-be-sig": return [0xFE, 0xFF] + (try encoded(text, "utf-16-be"))
        default: return try python("import sys; sys.stdout.buffer.write(sys.argv[1].encode(sys.argv[2]))", text, encoding)
        }
    }

    private static let encodings = ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be", "utf-16-le-sig", "utf-16-be-sig", "gbk", "gb18030"]

    @Test(arguments: encodings, [",", ";", "\t"])
    func `whatever the encoding, the separator and the ends of lines, the rows are the same`(encoding: String, separator: String) throws {
        for ending in ["\r\n", "\n", "\r"] {
            let table = try Table.read(Self.encoded(Self.text(separator, ending), encoding), limits: .some)
            #expect(table.rows.map(\.cells) == Self.rows)
        }
    }

    @Test func `a character of four bytes is read`() throws {
        let table = try Table.read(Self.encoded("岗位,人数\n㐀🧑‍🏭,1", "gb18030"), limits: .some)
        #expect(table.origin == .text(.gb18030, separator: ",") && table.rows[1].cells == ["㐀🧑‍🏭", "1"])
    }

    @Test func `a line of its own names the separator`() throws {
        #expect(try Table.read(Array("sep=;\n岗位,一;人数\n焊工;1".utf8), limits: .some).rows.map(\.cells) == [["岗位,一", "人数"], ["焊工", "1"]])
    }

    @Test func `rows and cells in which nothing stands are left out`() throws {
        let table = try Table.read(Array("\n\n岗位,人数,,\n,,,\n \u{3000},\n焊工,1,,\n".utf8), limits: .some)
        #expect(table.rows == [.init(number: 3, cells: ["岗位", "人数"]), .init(number: 6, cells: ["焊工", "1"])])
    }

    @Test(
        arguments: [
            (Array("a,b\n\"c\n\n".utf8), .unclosedQuote(line: 2)), (Array("a,b\n5\" c,d\n".utf8), .quoteInsideCell(line: 2)),
            (Array("a,b\n\"c\"d,e".utf8), .textAfterQuote(line: 2)), (Array("<html><table>".utf8), .markup),
            (Array("  \r\n <?xml".utf8), .markup), ([0xEF, 0xBB, 0xBF, 0x61, 0x0A, 0xFF], .undecodable(line: 2)),
            (Array("a,b\n".utf8) + [0xCA, 0xFD, 0x0A, 0xBF], .undecodable(line: 3)),
            ([0xFF, 0xFE, 0x61, 0x00, 0x00, 0xD8], .undecodable(line: 1)),
            ([0xFF, 0xFE, 0x61], .undecodable(line: 1)), ([0x89, 0x50, 0x4E, 0x47, 0, 0, 0, 0x0D], .unknownFormat),
            ([0x61, 0x01], .unknownFormat),
            ([0x0A, 0x20], .empty), (Array(repeating: UInt8(ascii: ","), count: 65), .empty),
            (Array(repeating: UInt8(ascii: ","), count: 65) + [0x61], .manyColumns(row: 1, limit: 64)),
            (Array(("\"" + String(repeating: "a\n", count: 20_000) + "\"").utf8), .longCell(row: 1, limit: 32_768)),
            (Array(String(repeating: "a\n", count: 2_001).utf8), .manyRows(limit: 2_000)),
        ] as [([UInt8], TableFault)]
    )
    func `text that can't be read says where`(bytes: [UInt8], fault: TableFault) {
        #expect(throws: fault) { try Table.read(bytes, limits: .some) }
    }

    @Test func `tall cells are read in linear time`() throws {
        // Of the processor, not of the wall: other work beside the test takes the wall's.
        func seconds(_ count: Int) throws -> Double {
            let bytes = Array(String(repeating: "焊工,\"一\n二\n三\n四\n五\",操作\n", count: count).utf8)
            let began = processorSeconds()
            #expect(try Table.read(bytes, limits: .some).rows.last?.number == 1 + (count - 1) * 5)
            return processorSeconds() - began
        }
        let (small, large) = (try seconds(200), try seconds(2_000))
        #expect(large < small * 40, "200 rows took \(small) s, 2,000 took \(large) s")
    }

    @Test(arguments: UInt64(1)...100) func `whatever is quoted is read back`(seed: UInt64) throws {
        var random = Seed(seed)
        let alphabet: [Character] = ["a", "岗", ",", "\"", "\n", "\r\n", "\t", "，", "é", "👩‍🏭", ";"]
        let rows = (0..<20).map { _ in
            ["始" + String((0..<Int.random(in: 0..<12, using: &random)).map { _ in alphabet.randomElement(using: &random)! }) + "末", "二"]
        }
        let separator = [",", ";", "\t"].randomElement(using: &random)!
        let text = rows.map { row in row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: separator) }
        let read = try Table.read(Array(text.joined(separator: ["\n", "\r\n", "\r"].randomElement(using: &random)!).utf8), limits: .some)
        #expect(read.rows.map(\.cells) == rows)
    }

    @Test(arguments: UInt64(1)...100) func `no bytes whatever bring the reader down`(seed: UInt64) {
        var random = Seed(seed)
        var bytes = Array(Self.text([",", ";", "\t"].randomElement(using: &random)!, "\n").utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = [0, 10, 13, 34, 44, 0xff, 65].randomElement(using: &random)!
        }
        do {
            #expect(try !Table.read(bytes, limits: .some).rows.isEmpty)
        } catch {
            #expect(error is TableFault)
        }
    }
}

/// The processor time that this thread has used.
private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}
