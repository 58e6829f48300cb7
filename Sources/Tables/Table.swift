/// What stands in a file that a spreadsheet program writes: rows of texts, as people see them.
///
/// A number is its shortest text, a date `2026-03-01`, a truth `TRUE` or `FALSE`, an error its sign (`#N/A`). A formula is the value that
/// was saved with it, or itself (`=A1+B1`) where none was.
package struct Table: Hashable, Sendable {
    /// What the file was.
    package let origin: Origin
    /// The rows in which there is anything, in the order of the file.
    package internal(set) var rows: [Row] = []

    package enum Origin: Hashable, Sendable {
        case text(TextEncoding, separator: Character)
        /// The sheet that was read, and all that can be seen.
        case workbook(sheet: String, sheets: [String])
    }

    package struct Row: Hashable, Sendable {
        /// The line of the sheet, or of the file, on which it begins, from 1.
        package let number: Int
        /// Its cells from the first column to the last in which there is anything.
        package internal(set) var cells: [String]
        /// The columns in which it shares one cell with rows above or below it, from 0, ascending.
        package internal(set) var shared: [Int] = []

        package init(number: Int, cells: [String], shared: [Int] = []) {
            self.number = number
            self.cells = cells
            self.shared = shared
        }
    }

    package init(origin: Origin) {
        self.origin = origin
    }

    package mutating func append(_ rows: [Row]) { self.rows += rows }

    /// How much a table may hold.
    package struct Limits: Sendable {
        package var rows: Int
        package var columns: Int
        /// Bytes of UTF-8 in one cell.
        package var cell: Int
        /// Bytes of UTF-8 in all cells together.
        package var text: Int
        /// Bytes of all that is unpacked from a workbook.
        package var unpacked: Int

        package init(rows: Int, columns: Int, cell: Int, text: Int, unpacked: Int) {
            self.rows = rows
            self.columns = columns
            self.cell = cell
            self.text = text
            self.unpacked = unpacked
        }
    }

    /// Reads a workbook (XLSX, ECMA-376) or separated values (RFC 4180), which the first bytes tell.
    /// - Parameters:
    ///   - sheet: the one to be read of a workbook; without it the first that can be seen and holds anything.
    ///   - advanced: hears now and then how many rows have been read; what it throws ends the reading.
    /// - Throws: ``TableFault``, and what `advanced` throws.
    package static func read(
        _ bytes: [UInt8],
        sheet: String? = nil,
        limits: Limits,
        advanced: (Int) throws -> Void = { _ in }
    ) throws -> Table {
        guard !bytes.isEmpty else { throw TableFault.empty }
        let table: Table
        if bytes.starts(with: [0x50, 0x4B]) {
            table = try Workbook(bytes, limits).table(sheet, advanced)
        } else if bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw TableFault.oldWorkbook
        } else {
            table = try separated(bytes, limits, advanced)
        }
        guard !table.rows.isEmpty else { throw TableFault.empty }
        return table
    }
}

/// What makes a file unreadable as a table, and where.
package enum TableFault: Error, Hashable, Sendable {
    /// There is nothing in it.
    case empty
    /// A workbook of before 2007, or one that a password locks.
    case oldWorkbook
    /// A page of the web, which some programs write under a spreadsheet's name.
    case markup
    /// Neither text nor a workbook.
    case unknownFormat
    /// In none of the encodings that are known.
    case undecodable(line: Int)
    case unclosedQuote(line: Int)
    case quoteInsideCell(line: Int)
    case textAfterQuote(line: Int)
    case longCell(row: Int, limit: Int)
    case manyColumns(row: Int, limit: Int)
    case manyRows(limit: Int)
    /// More text in all, or more unpacked, than any table of jobs has.
    case muchText(limit: Int)
    /// A workbook of which a part is missing, broken or not what it should be.
    case damaged(part: String)
    case missingSheet(String)
}

/// Counts what is kept of a table against its limits.
struct Allowance {
    let limits: Table.Limits
    private var text = 0
    private var rows = 0

    init(_ limits: Table.Limits) {
        self.limits = limits
    }

    /// Takes a row that is kept, once it is whole.
    mutating func take(_ row: Table.Row) throws(TableFault) {
        rows += 1
        guard rows <= limits.rows else { throw .manyRows(limit: limits.rows) }
        guard row.cells.count <= limits.columns else { throw .manyColumns(row: row.number, limit: limits.columns) }
        for cell in row.cells {
            guard cell.utf8.count <= limits.cell else { throw .longCell(row: row.number, limit: limits.cell) }
            try take(cell)
        }
    }

    mutating func take(_ cell: String) throws(TableFault) {
        text += cell.utf8.count
        guard text <= limits.text else { throw .muchText(limit: limits.text) }
    }
}

extension Table.Row {
    /// The row without empty cells at its end; nil when nothing is left.
    init?(number: Int, trimming cells: [String]) {
        guard let last = cells.lastIndex(where: { !$0.allSatisfy(\.isWhitespace) }) else { return nil }
        self.init(number: number, cells: Array(cells[...last]))
    }
}
