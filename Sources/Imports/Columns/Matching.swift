import Recruiting
package import Tables

/// How a table is understood: where its header stands, and what each column is.
package struct Matching: Hashable, Sendable, Codable {
    /// The numbers of the header's first and last row.
    package var header: Header
    /// By the places of the columns.
    package var columns: [Use]
    /// The places of columns in which an empty cell means the one above it.
    package var filled: Set<Int>
    /// What holds for every row, for what no column says.
    package var constants: [JobColumn: String]

    package struct Header: Hashable, Sendable, Codable {
        package var first: Int
        package var last: Int

        package init(first: Int, last: Int) {
            (self.first, self.last) = (first, last)
        }
    }

    package enum Use: Hashable, Sendable {
        case column(JobColumn)
        /// Left out knowingly.
        case ignored
        /// Nobody has said yet.
        case undecided

        fileprivate var isColumn: Bool { if case .column = self { true } else { false } }
    }

    package init(header: Header, columns: [Use], filled: Set<Int> = [], constants: [JobColumn: String] = [:]) {
        (self.header, self.columns, self.filled, self.constants) = (header, columns, filled, constants)
    }
}

extension Matching.Use: Codable {
    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        self = text == "ignored" ? .ignored : JobColumn(rawValue: text).map { .column($0) } ?? .undecided
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private var description: String {
        switch self {
        case .column(let column): column.rawValue
        case .ignored: "ignored"
        case .undecided: "undecided"
        }
    }
}

extension Matching {
    /// Rows above the header, at most.
    private static let above = 30

    /// What the names of the columns tell. The header is the row, or the two, in which most names are known.
    package init(guessing table: Table) {
        let candidates = table.rows.prefix(Self.above).indices.flatMap { row in
            [Header(table, row, row)] + (row + 1 < table.rows.count ? [Header(table, row, row + 1)] : [])
        }
        let scored = candidates.map { ($0, known: Self(header: $0, of: table).columns.count(where: \.isColumn)) }
        var best = scored[0]
        for candidate in scored where candidate.known > best.known { best = candidate }
        self.init(header: best.0, of: table)
    }

    /// What the names in this header tell.
    package init(header: Header, of table: Table) {
        let labels = table.labels(header)
        var taken: Set<JobColumn> = []
        let columns = labels.map { label -> Use in
            guard !label.isEmpty else { return .ignored }
            if JobColumn.isBeside(label) { return .ignored }
            guard let column = JobColumn(label: label), column.joins || taken.insert(column).inserted else { return .undecided }
            return .column(column)
        }
        self.init(header: header, columns: columns)
    }

    package func places(of column: JobColumn) -> [Int] {
        columns.indices.filter { columns[$0] == .column(column) }
    }
}

extension Matching.Header {
    fileprivate init(_ table: Table, _ first: Int, _ last: Int) {
        self.init(first: table.rows[first].number, last: table.rows[last].number)
    }
}

extension Table {
    /// The parts of each column's name, from top to bottom. What stands over several columns is part of each one's.
    package func labels(_ header: Matching.Header) -> [[String]] {
        let rows = rows.filter { (header.first...max(header.first, header.last)).contains($0.number) }
        let width = self.rows.reduce(0) { max($0, $1.cells.count) }
        return (0..<width).map { column in
            var parts: [String] = []
            for (index, row) in rows.enumerated() {
                var text = row.text(column)
                // Without merged cells a name that stands over several columns is written over the first alone.
                if text.isEmpty, index + 1 < rows.count, !rows[index + 1].text(column).isEmpty {
                    text = (0..<column).reversed().lazy.map { row.text($0) }.first { !$0.isEmpty } ?? ""
                }
                if !text.isEmpty, text != parts.last { parts.append(text) }
            }
            return parts
        }
    }
}

extension Table.Row {
    /// The cell's text as people see it; empty where there is none.
    package func text(_ column: Int) -> String { column < cells.count ? cells[column].asSeen : "" }
}
