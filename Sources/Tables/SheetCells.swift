/// The cells of one sheet of a workbook, and which of them are one.
final class SheetCells: XMLListener {
    private(set) var rows: [Table.Row] = []
    private(set) var merges: [CellRange] = []
    /// What ended the reading from outside.
    private(set) var stopped: (any Error)?

    private let strings: [String]
    private let formats: NumberFormats
    private let isFrom1904: Bool
    private let limits: Table.Limits
    private let advanced: (Int) throws -> Void
    private var allowance: Allowance

    private var number = 0
    private var cells: [String] = []
    private var cell = Cell()
    private var part = Part.other

    private struct Cell {
        var column = -1
        var type = "n"
        var style = 0
        var value: [UInt8] = []
        var formula: [UInt8]?
    }

    private enum Part {
        case value, formula, other
    }

    /// Cells that are one: the largest tables of a county have some thousands.
    private static let mergesLimit = 100_000

    init(strings: [String], formats: NumberFormats, isFrom1904: Bool, _ limits: Table.Limits, _ advanced: @escaping (Int) throws -> Void) {
        self.strings = strings
        self.formats = formats
        self.isFrom1904 = isFrom1904
        self.limits = limits
        self.advanced = advanced
        allowance = Allowance(limits)
    }

    func begin(_ element: String, _ attributes: XMLAttributes) throws(TableFault) {
        switch element {
        case "c": try beginCell(attributes)
        case "v", "t": part = .value
        case "f":
            part = .formula
            cell.formula = []
        case "row":
            number = try rowNumber(attributes["r"])
            cells = []
            cell.column = -1
        case "rPh": part = .other
        case "mergeCell":
            guard merges.count < Self.mergesLimit else { throw .damaged(part: "mergeCells") }
            if let range = attributes["ref"].flatMap(CellRange.init) { merges.append(range) }
        default: break
        }
    }

    func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(TableFault) {
        switch part {
        case .value: cell.value += bytes
        case .formula: cell.formula?.append(contentsOf: bytes)
        case .other: break
        }
        guard cell.value.count <= limits.cell, cell.formula?.count ?? 0 <= limits.cell else {
            throw .longCell(row: number, limit: limits.cell)
        }
    }

    func end(_ element: String) throws(TableFault) {
        switch element {
        case "c": try endCell()
        case "row": try endRow()
        case "v", "t", "f", "rPh": part = .other
        default: break
        }
    }

    private func beginCell(_ attributes: XMLAttributes) throws(TableFault) {
        let column: Int
        if let reference = attributes["r"] {
            guard let place = CellPlace(reference) else { throw .damaged(part: reference) }
            column = place.column
        } else {
            column = cell.column + 1
        }
        cell = Cell(column: column, type: attributes["t"] ?? "n", style: attributes["s"].flatMap { Int($0) } ?? 0)
        part = .other
    }

    private func endCell() throws(TableFault) {
        let text = try text(of: cell)
        guard !text.isEmpty else { return }
        guard cell.column < limits.columns else { throw .manyColumns(row: number, limit: limits.columns) }
        while cells.count <= cell.column { cells.append("") }
        cells[cell.column] = text
    }

    private func endRow() throws(TableFault) {
        guard let row = Table.Row(number: number, trimming: cells) else { return }
        try allowance.take(row)
        rows.append(row)
        guard rows.count % 500 == 0 else { return }
        do {
            try advanced(rows.count)
        } catch {
            stopped = error
            throw .empty
        }
    }

    private func text(of cell: Cell) throws(TableFault) -> String {
        let value = String(decoding: cell.value, as: UTF8.self)
        if value.isEmpty, cell.type != "str", let formula = cell.formula { return "=" + String(decoding: formula, as: UTF8.self) }
        switch cell.type {
        case "s":
            if value.isEmpty { return "" }
            guard let index = Int(value), strings.indices.contains(index) else { throw .damaged(part: "sharedStrings") }
            return strings[index]
        case "b": return value == "1" || value == "true" ? "TRUE" : value.isEmpty ? "" : "FALSE"
        case "n": return Double(value).map { formats.text(of: $0, style: cell.style, isFrom1904: isFrom1904) } ?? value
        case "d": return value.hasSuffix("T00:00:00") ? String(value.dropLast(9)) : value
        default: return value.unescaped
        }
    }

    /// Rows stand in their order; one without a number follows the one before.
    private func rowNumber(_ text: String?) throws(TableFault) -> Int {
        guard let next = text.map({ Int($0) }) ?? number + 1, next > number, next <= CellPlace.lastRow else { throw .damaged(part: "row") }
        return next
    }
}

/// Where a cell stands, from 0: A1 is the first of the first row.
struct CellPlace: Hashable {
    let row: Int
    let column: Int

    /// ECMA-376 has as many rows, and columns up to XFD.
    static let lastRow = 1_048_576
    private static let lastColumn = 16_384

    init?(_ reference: String) {
        var (column, row) = (0, 0)
        for byte in reference.utf8 where byte != UInt8(ascii: "$") {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where row == 0: column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
            case UInt8(ascii: "0")...UInt8(ascii: "9") where column > 0: row = row * 10 + Int(byte - UInt8(ascii: "0"))
            default: return nil
            }
            guard column <= Self.lastColumn, row <= Self.lastRow else { return nil }
        }
        guard column > 0, row > 0 else { return nil }
        (self.row, self.column) = (row - 1, column - 1)
    }
}

/// Cells that are shown as one.
struct CellRange: Hashable {
    let rows: ClosedRange<Int>
    let columns: ClosedRange<Int>

    init?(_ reference: String) {
        let corners = reference.split(separator: ":").compactMap { CellPlace(String($0)) }
        guard corners.count == 2, corners[0].row <= corners[1].row, corners[0].column <= corners[1].column else { return nil }
        rows = corners[0].row...corners[1].row
        columns = corners[0].column...corners[1].column
    }
}

extension Table {
    /// Gives each row its own of the cells that are one, and says which it shares with other rows.
    mutating func spread(_ ranges: [CellRange], _ limits: Limits) throws(TableFault) {
        var allowance = Allowance(limits)
        for row in rows { try allowance.take(row) }
        // Ranges don't overlap, so that all of them have no more cells than the table.
        var left = limits.rows * limits.columns
        for range in ranges where range.columns.lowerBound < limits.columns {
            let first = index(ofRow: range.rows.lowerBound + 1)
            let columns = range.columns.lowerBound...min(range.columns.upperBound, limits.columns - 1)
            guard first < rows.count, rows[first].number == range.rows.lowerBound + 1, let text = rows[first].cell(columns.lowerBound)
            else { continue }
            for index in first..<index(ofRow: range.rows.upperBound + 2) {
                left -= columns.count
                guard left >= 0 else { throw .damaged(part: "mergeCells") }
                for column in columns where rows[index].cell(column) != text {
                    try allowance.take(text)
                    rows[index].set(text, at: column)
                }
                if range.rows.count > 1 { rows[index].shared = Set(rows[index].shared).union(columns).sorted() }
            }
        }
    }

    /// The place of the first row that isn't above `number`.
    private func index(ofRow number: Int) -> Int {
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].number < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Table.Row {
    /// The cell's text; nil where there is none.
    fileprivate func cell(_ column: Int) -> String? { column < cells.count && !cells[column].isEmpty ? cells[column] : nil }

    fileprivate mutating func set(_ text: String, at column: Int) {
        while cells.count <= column { cells.append("") }
        cells[column] = text
    }
}
