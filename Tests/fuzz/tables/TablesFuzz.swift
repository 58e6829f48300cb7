/// What libFuzzer calls with bytes it chose by the branches that earlier ones took (https://llvm.org/docs/LibFuzzer.html).
///
/// The first byte chooses: a file as it is; or, so that the fuzzer need not find out how to pack them, the parts of a workbook.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzTables(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = Array(UnsafeBufferPointer(start: start, count: count))
    guard let first = data.first else { return 0 }
    let file = first == UInt8(ascii: "x") ? packed(data.dropFirst()) : Array(data.dropFirst())
    let limits = Table.Limits(rows: 50, columns: 10, cell: 200, text: 2_000, unpacked: 10_000)
    do {
        let table = try Table.read(file, limits: limits)
        check(table, limits)
        demand(
            try Table.read(quoted(table), limits: limits).rows.map(\.cells) == table.rows.map(\.cells),
            "what was read is read otherwise"
        )
    } catch {
        demand(error is TableFault, "another error than a fault: \(error)")
    }
    return 0
}

/// A precondition that says in an optimised build too what was wrong.
private func demand(_ holds: @autoclosure () throws -> Bool, _ otherwise: String) {
    guard (try? holds()) == true else { fatalError(otherwise) }
}

private func check(_ table: Table, _ limits: Table.Limits) {
    demand(!table.rows.isEmpty && table.rows.count <= limits.rows, "rows without end, or none")
    demand(table.rows.allSatisfy { !$0.cells.isEmpty && $0.cells.count <= limits.columns }, "cells without end, or none")
    demand(table.rows.allSatisfy { $0.cells.allSatisfy { $0.utf8.count <= limits.cell } }, "a cell without end")
    demand(table.rows.reduce(0) { $0 + $1.cells.reduce(0) { $0 + $1.utf8.count } } <= limits.text, "text without end")
    demand(zip(table.rows, table.rows.dropFirst()).allSatisfy { $0.number < $1.number }, "rows are out of order")
    demand(table.rows.allSatisfy { row in row.shared.allSatisfy { $0 >= 0 && $0 < limits.columns } }, "a shared column that is none")
}

/// By bytes: a quote with an accent is another character than a quote.
private func quoted(_ table: Table) -> [UInt8] {
    let quote = UInt8(ascii: "\"")
    let rows = table.rows.map { row in
        row.cells.map { [quote] + $0.utf8.flatMap { $0 == quote ? [quote, quote] : [$0] } + [quote] }.joined(separator: [UInt8(ascii: ",")])
    }
    return [0xEF, 0xBB, 0xBF] + Array(rows.joined(separator: [UInt8(ascii: "\n")]))
}

/// A workbook of sheet, shared texts and styles, between which stand bytes that no text has.
private func packed(_ data: ArraySlice<UInt8>) -> [UInt8] {
    let pieces = data.split(separator: 0xFF, maxSplits: 2, omittingEmptySubsequences: false).map { Array($0) }
    let relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    func relations(_ targets: [(String, String)]) -> [UInt8] {
        let links = targets.map { "<Relationship Id=\"\($0.0)\" Type=\"\(relation)/\($0.0)\" Target=\"\($0.1)\"/>" }
        return Array("<Relationships>\(links.joined())</Relationships>".utf8)
    }
    var parts: [(String, [UInt8])] = [
        ("_rels/.rels", relations([("officeDocument", "w.xml")])),
        ("_rels/w.xml.rels", relations([("worksheet", "s.xml"), ("sharedStrings", "t.xml"), ("styles", "f.xml")])),
        ("w.xml", Array("<workbook><sheets><sheet name=\"a\" id=\"worksheet\"/></sheets></workbook>".utf8)),
    ]
    parts += zip(["s.xml", "t.xml", "f.xml"], pieces + Array(repeating: Array("<a/>".utf8), count: 3 - pieces.count))
    return stored(parts)
}

/// The parts as a ZIP file that packs nothing (APPNOTE.TXT, 4.3).
private func stored(_ parts: [(name: String, bytes: [UInt8])]) -> [UInt8] {
    func little(_ value: Int, _ width: Int) -> [UInt8] { (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
    var (file, directory): ([UInt8], [UInt8]) = ([], [])
    for (name, bytes) in parts {
        let head =
            little(20, 2) + little(0, 8) + little(Int(crc32(bytes)), 4) + little(bytes.count, 4) + little(bytes.count, 4)
            + little(name.utf8.count, 2) + little(0, 2)
        directory += Array("PK\u{1}\u{2}".utf8) + little(20, 2) + head + little(0, 10) + little(file.count, 4) + Array(name.utf8)
        file += Array("PK\u{3}\u{4}".utf8) + head + Array(name.utf8) + bytes
    }
    let end = Array("PK\u{5}\u{6}".utf8) + little(0, 4) + little(parts.count, 2) + little(parts.count, 2) + little(directory.count, 4)
    return file + directory + end + little(file.count, 4) + little(0, 2)
}

/// RFC 1952 §8.
private func crc32(_ bytes: [UInt8]) -> UInt32 {
    var sum = ~UInt32(0)
    for byte in bytes {
        sum ^= UInt32(byte)
        for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
}
