import Recruiting
import Tables

/// The cells of one row, read by what their columns are; what can't be read becomes a fault.
struct JobCells {
    let row: Table.Row
    let matching: Matching
    let places: [JobColumn: [Int]]
    let above: [Int: String]
    private(set) var faults: [CellFault] = []

    init(row: Table.Row, matching: Matching, places: [JobColumn: [Int]], above: [Int: String]) {
        (self.row, self.matching, self.places, self.above) = (row, matching, places, above)
    }

    /// What a column's cell says, and where it stands; empty where nothing does.
    private func text(_ column: JobColumn) -> (text: String, place: Int?) {
        let places = places[column] ?? []
        if let place = places.first { return (text(at: place), place) }
        return (matching.constants[column]?.asSeen ?? "", nil)
    }

    private func text(at place: Int) -> String {
        let text = row.text(place)
        // An apostrophe that keeps a spreadsheet from computing what follows is none of the text.
        if text.hasPrefix("'"), let second = text.dropFirst().first, "=+-@".contains(second) { return String(text.dropFirst()) }
        return text.isEmpty && matching.filled.contains(place) ? above[place] ?? "" : text
    }

    private mutating func fault(_ column: JobColumn, _ reason: Reason, at place: Int? = nil) {
        faults.append(CellFault(place: place ?? places[column]?.first, column: column, reason: reason))
    }

    /// The value of a cell that must say something.
    mutating func value<Value>(_ column: JobColumn, _ read: (String) throws(Reason) -> Value) -> Value? {
        let (text, place) = text(column)
        guard !text.isEmpty else {
            fault(column, place == nil ? .missing : .empty)
            return nil
        }
        return taken(column, text, place, read)
    }

    /// The value of a cell that may be empty.
    mutating func optional<Value>(_ column: JobColumn, _ read: (String) throws(Reason) -> Value) -> Value? {
        let (text, place) = text(column)
        return text.isEmpty ? nil : taken(column, text, place, read)
    }

    private mutating func taken<Value>(_ column: JobColumn, _ text: String, _ place: Int?, _ read: (String) throws(Reason) -> Value)
        -> Value?
    {
        do throws(Reason) {
            if (place.map(row.text) ?? text).isUncomputed {
                throw .unreadable("cell-uncomputed", "“{text}” is a formula or its error: put the value itself into the cell", text)
            }
            return try read(text)
        } catch {
            fault(column, error, at: place)
            return nil
        }
    }

    static func valid<Value>(_ make: () throws(Invalid) -> Value) throws(Reason) -> Value {
        do throws(Invalid) {
            return try make()
        } catch {
            throw error.reason
        }
    }
}

extension JobCells {
    /// The company that code or name tell; where both do they must tell the same one.
    mutating func company(_ known: [String: CompanyOfRow]) -> CompanyID? {
        let column = text(.uscc).text.isEmpty ? JobColumn.company : .uscc
        let found = value(column) { (text) throws(Reason) in
            guard let company = known[text] else { throw .notRegistered }
            switch company {
            case .known(let id, let name): return (id, name)
            case .refused(let reason): throw reason
            }
        }
        guard let found else { return nil }
        let name = text(.company).text
        if column == .uscc, !name.isEmpty, name != found.1, known[name] != .known(found.0, name: found.1) {
            fault(
                .company,
                Reason("company-name-differs", "is not the name under which the credit code is registered: {name}", ["name": found.1])
            )
            return nil
        }
        return found.0
    }

    mutating func texts(_ labels: [[String]]) -> JobTexts? {
        let title = line(.title, .title)
        // Where no column says the occupation in other words, it is what the job is called.
        let occupation =
            places[.occupation]?.isEmpty != false && matching.constants[.occupation] == nil ? title : line(.occupation, .occupation)
        let duties = joined(.duties, .duties, labels)
        let conditions = joined(.conditions, .conditions, labels)
        let address = joined(.place, .place, labels)
        guard let title, let occupation, let duties, let conditions, let address else { return nil }
        return try? JobTexts(title: title, occupation: occupation, duties: duties, conditions: conditions, place: address)
    }

    private mutating func line(_ column: JobColumn, _ field: JobTexts.Field) -> String? {
        value(column) { (text) throws(Reason) in try Self.valid { () throws(Invalid) in try JobTexts.checked(text, field) } }
    }

    /// The texts of several columns as one, each behind its column's name.
    private mutating func joined(_ column: JobColumn, _ field: JobTexts.Field, _ labels: [[String]]) -> String? {
        let places = places[column] ?? []
        guard places.count > 1 else { return line(column, field) }
        let parts = places.map { ($0, text(at: $0)) }.filter { !$0.1.isEmpty }
        guard !parts.isEmpty else {
            fault(column, .empty)
            return nil
        }
        let isPlain = field == .place
        let whole = parts.map { place, text in
            isPlain ? text : "\(labels.indices.contains(place) ? labels[place].last ?? "" : "")：\(text)"
        }.joined(separator: isPlain ? " " : "；")
        return taken(column, whole, places.first) { (text) throws(Reason) in
            try Self.valid { () throws(Invalid) in try JobTexts.checked(text, field) }
        }
    }

    mutating func openings() -> Int? {
        if let place = places[.openings]?.first, row.shared.contains(place) {
            fault(.openings, Reason("openings-shared", "stands for several rows: give each row its own number"))
            return nil
        }
        return value(.openings) { (text) throws(Reason) in try CellValue.openings(text) }
    }

    mutating func validThrough(_ today: CalendarDate) -> CalendarDate? {
        value(.validThrough) { (text) throws(Reason) in
            let day = try CellValue.date(text)
            guard day >= today else { throw Reason("date-past", "is past: give a day from today on") }
            return day
        }
    }

    mutating func pay(_ told: Pay.Unit?, salaries: Int?) -> Pay? {
        let isWhole = places[.pay]?.isEmpty == false || matching.constants[.pay] != nil
        let unitSaid = optional(.payUnit) { (text) throws(Reason) in try Pay.Unit(cell: text) }
        let range: (least: Int, most: Int, unit: Pay.Unit?, salaries: Int?)?
        if isWhole {
            range = value(.pay) { (text) throws(Reason) in try PayPhrase(text) }.map { ($0.minimum, $0.maximum, $0.unit, $0.salaries) }
        } else {
            let least = value(.payMinimum) { (text) throws(Reason) in try CellValue.amount(text) }
            let most = value(.payMaximum) { (text) throws(Reason) in try CellValue.amount(text) }
            range = if let least, let most { (least, most, nil, nil) } else { nil }
        }
        guard let range, !faults.contains(where: { $0.column == .payUnit }) else { return nil }
        let column = isWhole ? JobColumn.pay : .payMaximum
        guard let unit = range.unit ?? unitSaid ?? told else {
            fault(
                column,
                Reason("pay-unit-missing", "doesn't say for what time: write it as in 6000-8000元/月, or name the unit in a column")
            )
            return nil
        }
        do throws(Invalid) {
            return try Pay(minimum: range.least, maximum: range.most, unit: unit, salaries: range.salaries ?? salaries)
        } catch {
            fault(column, error.reason)
            return nil
        }
    }

    /// Nil after a fault.
    mutating func terms() -> (terms: JobTerms?, salaries: Int?)? {
        var reading = TermsReading()
        var isFaulty = false
        let columns: [JobColumn] = [
            .shift, .hoursADay, .restDaysAMonth, .meals, .dormitory, .insurance, .contract, .probationMonths, .age, .startsOn, .contact,
            .terms,
        ]
        for column in columns {
            let cells = places[column]?.isEmpty == false ? places[column]!.map { (text(at: $0), Int?.some($0)) } : [text(column)]
            for (text, place) in cells where !text.isEmpty {
                let isTaken: Void? = taken(column, text, place) { (text) throws(Reason) in
                    for phrase in try TermPhrase.read(text, in: column) { try reading.take(phrase) }
                }
                if isTaken == nil { isFaulty = true }
            }
        }
        guard !isFaulty else { return nil }
        do throws(Reason) {
            return (try reading.terms(), reading.salaries)
        } catch {
            fault(places[.dormitory]?.isEmpty == false ? .dormitory : .terms, error)
            return nil
        }
    }
}
