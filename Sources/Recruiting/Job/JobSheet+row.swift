extension JobSheet {
    /// One job, all its cells checked; its company is still a code.
    package struct Row: Hashable, Sendable {
        package let line: Int
        package let uscc: UnifiedSocialCreditCode
        private let texts: JobTexts
        private let region: Region
        private let pay: Pay
        private let openings: Int
        private let validThrough: CalendarDate
        private let source: JobSource

        package func posting(batch: BatchID, by: Subject? = nil, organisation: OrganisationID? = nil) -> JobPosted {
            // The only check left in this initialiser is the number of openings, which the row has passed.
            try! JobPosted(
                company: CompanyID(uscc),
                texts: texts,
                region: region,
                pay: pay,
                openings: openings,
                validThrough: validThrough,
                source: source,
                batch: batch,
                by: by,
                organisation: organisation
            )
        }

        /// Reads one row; nil after adding to `faults` one fault per bad cell.
        init?(_ record: CSVReader.Record, _ header: Header, _ faults: inout [Fault]) {
            let width = header.names.count
            guard record.fields.count >= width, record.fields.dropFirst(width).allSatisfy(\.asSeen.isEmpty) else {
                let counts = ["count": "\(record.fields.count)", "wanted": "\(width)"]
                let reason = Reason("row-width", "The row has {count} fields, the header {wanted}.", counts)
                faults.append(Fault(line: record.line, column: nil, reason: reason))
                return nil
            }
            var cells = Cells(record: record, header: header)
            let uscc = cells.read(.uscc) { (text) throws(Invalid) in try UnifiedSocialCreditCode(text) }
            let texts = cells.texts()
            let region = cells.read(.region) { (text) throws(Invalid) in try Region(text) }
            let pay = cells.pay()
            let openings = cells.number(.openings, 1...JobPosted.openingsLimit)
            let validThrough = cells.read(.validThrough) { (text) throws(Invalid) in try CalendarDate(sheet: text) }
            let source = cells.read(.source) { (text) throws(Invalid) in try JobSource(sheet: text) }
            faults += cells.faults
            guard let uscc, let texts, let region, let pay, let openings, let validThrough, let source else { return nil }
            line = record.line
            (self.uscc, self.texts, self.region, self.pay) = (uscc, texts, region, pay)
            (self.openings, self.validThrough, self.source) = (openings, validThrough, source)
        }
    }

    /// The cells of one row, read by column; what cannot be read becomes a fault.
    private struct Cells {
        let record: CSVReader.Record
        let header: Header
        private(set) var faults: [Fault] = []

        init(record: CSVReader.Record, header: Header) {
            self.record = record
            self.header = header
        }

        mutating func read<Value>(_ column: Column, _ parse: (String) throws(Invalid) -> Value) -> Value? {
            let place = header.places[column]
            let text = place.map { record.fields[$0] } ?? ""
            do throws(Invalid) {
                return try parse(text.asSeen)
            } catch {
                let name = place.map { header.names[$0] }
                faults.append(Fault(line: record.line, column: name, reason: error.reason))
                return nil
            }
        }

        mutating func number(_ column: Column, _ range: ClosedRange<Int>) -> Int? {
            read(column) { (text) throws(Invalid) in
                guard let value = Int(sheet: text), range.contains(value) else {
                    throw Invalid(field: column.rawValue, reason: .outOfRange(range))
                }
                return value
            }
        }

        mutating func texts() -> JobTexts? {
            let title = text(.title, .title)
            let occupation = text(.occupation, .occupation)
            let duties = text(.duties, .duties)
            let conditions = text(.conditions, .conditions)
            let place = text(.place, .place)
            guard let title, let occupation, let duties, let conditions, let place else { return nil }
            return try? JobTexts(title: title, occupation: occupation, duties: duties, conditions: conditions, place: place)
        }

        private mutating func text(_ column: Column, _ field: JobTexts.Field) -> String? {
            read(column) { (text) throws(Invalid) in try JobTexts.checked(text, field) }
        }

        mutating func pay() -> Pay? {
            let minimum = number(.payMinimum, 1...Pay.limit)
            let maximum = number(.payMaximum, 1...Pay.limit)
            let unit = read(.payUnit) { (text) throws(Invalid) in try Pay.Unit(sheet: text) }
            guard let minimum, let maximum, let unit else { return nil }
            return read(.payMaximum) { (_) throws(Invalid) in try Pay(minimum: minimum, maximum: maximum, unit: unit) }
        }
    }
}

extension Pay.Unit {
    /// Takes `month`, `月`, `元/月`, and so for day (日, 天), hour (小时, 时) and piece (件).
    fileprivate init(sheet text: String) throws(Invalid) {
        let unit = text.hasPrefix("元/") ? String(text.dropFirst(2)) : text.lowercased()
        switch unit {
        case "month", "月": self = .month
        case "day", "日", "天": self = .day
        case "hour", "小时", "时": self = .hour
        case "piece", "件": self = .piece
        default: throw Invalid(field: "payUnit", reason: Reason("not-a-pay-unit", "must be month (月), day (日), hour (小时) or piece (件)"))
        }
    }
}

extension Int {
    /// Takes full-width digits as well, and `4000.0`, as spreadsheets write a whole number.
    fileprivate init?(sheet text: String) {
        let plain = text.asHalfWidth
        let parts = plain.split(separator: ".", maxSplits: 1)
        guard parts.count < 2 || parts[1].allSatisfy({ $0 == "0" }), plain.last != ".", plain.first != ".", let whole = parts.first else {
            return nil
        }
        self.init(digits: whole.utf8)
    }
}

extension CalendarDate {
    /// Takes `2026/1/5` as well, into which spreadsheets turn a date.
    fileprivate init(sheet text: String) throws(Invalid) {
        let parts = text.split(omittingEmptySubsequences: false) { $0 == "/" || $0 == "-" }
        let padded = parts.map { $0.count == 1 ? "0\($0)" : String($0) }
        try self.init(padded.joined(separator: "-"), field: "validThrough")
    }
}

extension JobSource {
    /// Reads an empty cell, `original`, `原创` or `本企业` as an original; anything else names where a repost was taken from.
    fileprivate init(sheet text: String) throws(Invalid) {
        self = try ["", "original", "原创", "本企业"].contains(text.lowercased()) ? .original : .repost(from: text)
    }
}
