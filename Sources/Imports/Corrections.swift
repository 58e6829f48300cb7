/// A table with what is wrong behind each row, as CSV that a spreadsheet program opens and this server takes again.
package struct Corrections {
    /// UTF-8 with a byte order mark, by which spreadsheet programs know it.
    package private(set) var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    private let width: Int

    package init(labels: [[String]], problem: String) {
        width = labels.count
        add(labels.map { $0.joined(separator: " ") }, problem)
    }

    package mutating func add(_ cells: [String], _ problem: String) {
        let row = Array(cells.prefix(width)) + Array(repeating: "", count: max(0, width - cells.count)) + [problem]
        for (index, cell) in row.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            Self.write(cell, into: &bytes)
        }
        bytes += [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    }

    /// In quotes, each quote twice, and behind an apostrophe where a spreadsheet would compute it (OWASP, CSV Injection). By bytes: a
    /// quote with an accent is another character than a quote.
    private static func write(_ cell: String, into bytes: inout [UInt8]) {
        let quote = UInt8(ascii: "\"")
        bytes.append(quote)
        if let first = cell.utf8.first,
            "=+-@\t\r\n".utf8.contains(first) || cell.hasPrefix("＝") || cell.hasPrefix("＋") || cell.hasPrefix("－") || cell.hasPrefix("＠")
        {
            bytes.append(UInt8(ascii: "'"))
        }
        for byte in cell.utf8 {
            bytes.append(byte)
            if byte == quote { bytes.append(quote) }
        }
        bytes.append(quote)
    }
}
