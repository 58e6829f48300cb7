extension Table {
    /// Reads separated values in whatever encoding, and by whichever separator, they are written.
    static func separated(_ bytes: [UInt8], _ limits: Limits, _ advanced: (Int) throws -> Void) throws -> Table {
        let (text, encoding) = try TextEncoding.decode(bytes)
        let begin = text.firstIndex { $0 > 0x20 }
        guard let begin else { throw TableFault.empty }
        guard text[begin] != UInt8(ascii: "<") else { throw TableFault.markup }
        let (separator, start) = separator(of: text, limits)
        var reader = SeparatedReader(text, from: start, separator: separator, cellLimit: limits.cell, cellsLimit: limits.columns)
        var table = Table(origin: .text(encoding, separator: Character(Unicode.Scalar(separator))))
        var allowance = Allowance(limits)
        var records = 0
        while let record = try reader.next() {
            records += 1
            if records % 500 == 0 { try advanced(table.rows.count) }
            guard let row = Row(number: record.line, trimming: record.cells) else { continue }
            try allowance.take(row)
            table.rows.append(row)
        }
        return table
    }

    private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

    /// What separates cells, and where the first begins: what a first line `sep=;` says, or what makes the most alike rows of several
    /// cells of the first fifty.
    private static func separator(of text: [UInt8], _ limits: Limits) -> (UInt8, start: Int) {
        if text.starts(with: Array("sep=".utf8)), text.count > 4, separators.contains(text[4]) { return (text[4], 5) }
        let scored = separators.map { separator in
            var reader = SeparatedReader(text, from: 0, separator: separator, cellLimit: limits.cell, cellsLimit: 4 * limits.columns)
            var counts: [Int: Int] = [:]
            for _ in 0..<50 {
                guard let record = try? reader.next() else { break }
                counts[record.cells.count, default: 0] += 1
            }
            return (separator, score: counts.map { ($0.key - 1) * $0.value }.max() ?? 0)
        }
        let best = scored.max { $0.score < $1.score }
        return (best.flatMap { $0.score > 0 ? $0.0 : nil } ?? separators[0], 0)
    }
}

/// Records of separated values under RFC 4180, read one after the other in linear time.
///
/// Lines end in CRLF, LF or CR; empty lines are no records.
struct SeparatedReader {
    struct Record {
        /// The physical line on which the record begins, from 1.
        let line: Int
        let cells: [String]
    }

    private let bytes: [UInt8]
    private let separator: UInt8
    /// Bytes in a cell, at most.
    private let cellLimit: Int
    /// Cells in a record, at most; empty ones above it are passed over.
    private let cellsLimit: Int
    private var index: Int
    private var line = 1

    /// - Parameter bytes: valid UTF-8.
    init(_ bytes: [UInt8], from start: Int, separator: UInt8, cellLimit: Int, cellsLimit: Int) {
        self.bytes = bytes
        self.separator = separator
        self.cellLimit = cellLimit
        self.cellsLimit = cellsLimit
        index = start
    }

    /// The next record; nil at the end of the text.
    mutating func next() throws(TableFault) -> Record? {
        while index < bytes.count, bytes[index] == .cr || bytes[index] == .lf { endLine() }
        guard index < bytes.count else { return nil }
        let start = line
        var cells: [String] = []
        while true {
            let cell = try index < bytes.count && bytes[index] == .quote ? quoted() : plain()
            if cells.count < cellsLimit {
                cells.append(cell)
            } else if !cell.isEmpty {
                throw .manyColumns(row: start, limit: cellsLimit)
            }
            guard index < bytes.count, bytes[index] == separator else { break }
            index += 1
        }
        if index < bytes.count { endLine() }
        return Record(line: start, cells: cells)
    }

    private mutating func plain() throws(TableFault) -> String {
        let start = index
        while index < bytes.count {
            guard index - start <= cellLimit else { throw .longCell(row: line, limit: cellLimit) }
            switch bytes[index] {
            case separator, .cr, .lf: return String(decoding: bytes[start..<index], as: UTF8.self)
            case .quote: throw .quoteInsideCell(line: line)
            default: index += 1
            }
        }
        return String(decoding: bytes[start...], as: UTF8.self)
    }

    private mutating func quoted() throws(TableFault) -> String {
        let opening = line
        var text: [UInt8] = []
        index += 1
        while index < bytes.count {
            guard text.count <= cellLimit else { throw .longCell(row: opening, limit: cellLimit) }
            let byte = bytes[index]
            if byte == .cr || byte == .lf {
                let start = index
                endLine()
                text += bytes[start..<index]
            } else if byte != .quote {
                text.append(byte)
                index += 1
            } else if index + 1 < bytes.count, bytes[index + 1] == .quote {
                text.append(.quote)
                index += 2
            } else {
                index += 1
                guard index == bytes.count || [separator, .cr, .lf].contains(bytes[index]) else { throw .textAfterQuote(line: line) }
                return String(decoding: text, as: UTF8.self)
            }
        }
        throw .unclosedQuote(line: opening)
    }

    private mutating func endLine() {
        index += bytes[index] == .cr && index + 1 < bytes.count && bytes[index + 1] == .lf ? 2 : 1
        line += 1
    }
}

extension UInt8 {
    fileprivate static let cr = UInt8(ascii: "\r")
    fileprivate static let lf = UInt8(ascii: "\n")
    fileprivate static let quote = UInt8(ascii: "\"")
}
