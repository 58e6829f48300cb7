package import Tables

/// What is known of an import as a whole.
package struct ImportSummary: Codable, Sendable {
    package var source: Source
    package var matching: Matching
    package var labels: [[String]]
    /// Of each column the first texts below the header.
    package var samples: [[String]]
    package var counts: Counts

    /// What the file was.
    package struct Source: Codable, Sendable {
        package var encoding: String?
        package var separator: String?
        package var sheet: String?
        package var sheets: [String]?
    }

    package struct Counts: Codable, Sendable {
        package var good = 0
        package var faulty = 0
        package var repeated = 0
        package var known = 0
        package var beside = 0
        /// How many rows have a finding that blocks a job, or that whoever vets it should see.
        package var flagged = 0
    }

    /// Samples of a column.
    private static let samples = 3

    package init(_ table: Table, _ matching: Matching) {
        source = Source(table.origin)
        self.matching = matching
        labels = table.labels(matching.header)
        let rows = table.rows.filter { $0.number > matching.header.last }.prefix(40)
        samples = labels.indices.map { column in
            var seen: [String] = []
            for text in rows.map({ $0.text(column).quoted }) where !text.isEmpty && !seen.contains(text) && seen.count < Self.samples {
                seen.append(text)
            }
            return seen
        }
        counts = Counts()
    }

    /// What must be said of every job and stands in no column.
    package var missing: [JobColumn] {
        func has(_ columns: JobColumn...) -> Bool {
            columns.contains { !matching.places(of: $0).isEmpty || matching.constants[$0] != nil }
        }
        var missing: [JobColumn] = has(.company, .uscc) ? [] : [.company]
        if !has(.pay) {
            if !has(.payMinimum), !has(.payMaximum) {
                missing.append(.pay)
            } else {
                missing += [.payMinimum, .payMaximum].filter { !has($0) }
            }
        }
        return missing + [.title, .duties, .conditions, .place, .region, .openings, .validThrough].filter { !has($0) }
    }

    /// The names of the columns, so that they are known when the table is read again.
    package var knownLabels: [[String]] {
        labels.indices.map { place in
            guard matching.columns.indices.contains(place), case .column(let column) = matching.columns[place] else { return labels[place] }
            return JobColumn(label: labels[place]) == column ? labels[place] : [column.name(isChinese: true)]
        }
    }

    package var undecided: Int { matching.columns.count { $0 == .undecided } }

    /// The summary as clients get it.
    struct Shown: Encodable {
        let source: Source
        let header: Matching.Header
        let columns: [Column]
        let constants: [JobColumn: String]
        let missing: [JobColumn]
        let counts: Counts

        struct Column: Encodable {
            let label: String
            let use: Matching.Use
            let isFilled: Bool
            let samples: [String]
        }
    }

    var shown: Shown {
        let columns = labels.indices.map { place in
            Shown.Column(
                label: labels[place].joined(separator: " ").quoted,
                use: matching.columns.indices.contains(place) ? matching.columns[place] : .undecided,
                isFilled: matching.filled.contains(place),
                samples: samples[place]
            )
        }
        return Shown(
            source: source,
            header: matching.header,
            columns: columns,
            constants: matching.constants,
            missing: missing,
            counts: counts
        )
    }
}

extension ImportSummary.Source {
    init(_ origin: Table.Origin) {
        switch origin {
        case .text(let encoding, let separator): self.init(encoding: encoding.rawValue, separator: String(separator))
        case .workbook(let sheet, let sheets): self.init(sheet: sheet, sheets: sheets)
        }
    }
}
