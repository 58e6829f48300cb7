/// Jobs to import, as CSV in UTF-8 with one header line, its columns in any order.
package enum JobSheet {
    /// Rows in one sheet, at most; also empty ones count.
    package static let rowLimit = 20_000
    /// Faults that are reported, at most: the first ones.
    package static let faultLimit = 100
    /// Bytes in one cell, at most: twice as many as the longest text may have.
    static let fieldLimit = 32_768
    /// Cells in one row, at most: the columns, and as many more for mistakes to be told about.
    static let fieldsLimit = 64

    /// What is wrong with a sheet, and where.
    package struct Fault: Hashable, Sendable {
        /// The physical line on which the row begins, from 1.
        package let line: Int
        /// The column's name as the header writes it; nil when the whole line is meant.
        package let column: String?
        package let reason: Reason
    }

    package struct Unreadable: Error, Hashable {
        package let faults: [Fault]
    }

    /// All rows, or nothing.
    /// - Throws: `Unreadable` with a fault for each bad cell; the last one is what makes the rest unreadable, if anything does.
    package static func read(_ bytes: [UInt8]) throws(Unreadable) -> [Row] {
        var reading = try Reading(bytes)
        while try reading.advance() {}
        return reading.rows
    }

    /// A sheet that is read a few rows at a time, so that whoever wants it no longer can stop.
    package struct Reading {
        /// The rows read so far; all there are once ``advance()`` is false.
        package private(set) var rows: [Row] = []
        private var reader: CSVReader
        private let header: Header
        private var faults: [Fault] = []
        private var count = 0

        /// Rows in one step: some milliseconds.
        private static let step = 100

        /// Reads the header.
        package init(_ bytes: [UInt8]) throws(Unreadable) {
            if let fault = encodingFault(bytes) { throw Unreadable(faults: [fault]) }
            reader = CSVReader(bytes, fieldLimit: fieldLimit, fieldsLimit: fieldsLimit)
            guard let first = try Self.record(&reader, after: []) else {
                throw Unreadable(faults: [
                    Fault(line: 1, column: nil, reason: Reason("sheet-empty", "The file is empty; begin with the header line."))
                ])
            }
            header = try Header(first)
        }

        /// - Returns: whether there is more.
        /// - Throws: as ``JobSheet/read(_:)`` does.
        package mutating func advance() throws(Unreadable) -> Bool {
            for _ in 0..<Self.step {
                guard faults.count < faultLimit, let record = try Self.record(&reader, after: faults) else {
                    guard faults.isEmpty else { throw Unreadable(faults: Array(faults.prefix(faultLimit))) }
                    return false
                }
                count += 1
                guard count <= rowLimit else {
                    let fault = Fault(
                        line: record.line,
                        column: nil,
                        reason: Reason("sheet-too-long", "The file has more than {limit} rows; split it.", ["limit": "\(rowLimit)"])
                    )
                    throw Unreadable(faults: faults + [fault])
                }
                if record.fields.allSatisfy(\.asSeen.isEmpty) { continue }
                if let row = Row(record, header, &faults) { rows.append(row) }
            }
            return true
        }

        private static func record(_ reader: inout CSVReader, after faults: [Fault]) throws(Unreadable) -> CSVReader.Record? {
            do throws(CSVReader.Fault) {
                return try reader.next()
            } catch {
                throw Unreadable(faults: faults + [Fault(error)])
            }
        }
    }

    private static func encodingFault(_ bytes: [UInt8]) -> Fault? {
        if bytes.starts(with: [0xff, 0xfe]) || bytes.starts(with: [0xfe, 0xff]) {
            return Fault(line: 1, column: nil, reason: Reason("sheet-utf-16", "The file is in UTF-16; save it as \"CSV UTF-8\"."))
        }
        guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
        return Fault(
            line: bad + 1,
            column: nil,
            reason: Reason("sheet-not-utf-8", "The file is not in UTF-8 (perhaps GBK); save it as \"CSV UTF-8\".")
        )
    }
}

extension JobSheet.Fault {
    init(_ fault: CSVReader.Fault) {
        switch fault {
        case .unterminatedQuote(let line):
            self.init(
                line: line,
                column: nil,
                reason: Reason("quote-unterminated", "A quoted field that begins here never ends; close it with a double quote.")
            )
        case .quoteInsideField(let line):
            self.init(
                line: line,
                column: nil,
                reason: Reason("quote-inside-field", "A double quote stands inside a field; quote the whole field and write it twice.")
            )
        case .longField(let line):
            self.init(
                line: line,
                column: nil,
                reason: Reason(
                    "cell-too-long",
                    "A field has more than {limit} bytes; shorten it, or close its quote.",
                    ["limit": "\(JobSheet.fieldLimit)"]
                )
            )
        case .manyFields(let line):
            self.init(
                line: line,
                column: nil,
                reason: Reason(
                    "too-many-columns",
                    "The row has more than {limit} fields; leave out what isn't needed.",
                    ["limit": "\(JobSheet.fieldsLimit)"]
                )
            )
        case .textAfterQuote(let line):
            self.init(
                line: line,
                column: nil,
                reason: Reason("text-after-quote", "Text follows a closing quote; write a double quote inside a quoted field twice.")
            )
        }
    }
}

extension JobSheet {
    enum Column: String, CaseIterable {
        case uscc, title, occupation, duties, conditions, place, region, payMinimum, payMaximum, payUnit, openings, validThrough, source

        /// A sheet without this column is read as one whose cells are all empty.
        var isOptional: Bool { self == .source }

        var chinese: String {
            switch self {
            case .uscc: "统一社会信用代码"
            case .title: "岗位名称"
            case .occupation: "职业"
            case .duties: "岗位职责"
            case .conditions: "任职条件"
            case .place: "工作地点"
            case .region: "行政区划"
            case .payMinimum: "最低薪资"
            case .payMaximum: "最高薪资"
            case .payUnit: "薪资单位"
            case .openings: "招聘人数"
            case .validThrough: "有效期至"
            case .source: "来源"
            }
        }

        static let byName: [String: Column] = Dictionary(
            uniqueKeysWithValues: allCases.flatMap { [($0.rawValue.lowercased(), $0), ($0.chinese, $0)] }
        )
    }

    /// The columns of a sheet: where each stands, and how the sheet writes its name.
    struct Header {
        private(set) var places: [Column: Int] = [:]
        let names: [String]

        init(_ record: CSVReader.Record) throws(Unreadable) {
            // A spreadsheet writes empty columns, too, when it once had something in them.
            let last = record.fields.lastIndex { !$0.asSeen.isEmpty } ?? -1
            names = record.fields.prefix(last + 1).map(\.asSeen)
            var faults: [Fault] = []
            for (place, name) in names.enumerated() {
                if let column = Column.byName[name.lowercased()] {
                    if places.updateValue(place, forKey: column) != nil {
                        faults.append(
                            Fault(line: record.line, column: name, reason: Reason("column-twice", "The header names this column twice."))
                        )
                    }
                } else {
                    faults.append(Fault(line: record.line, column: name, reason: Self.unknown(name)))
                }
            }
            let missing = Column.allCases.filter { places[$0] == nil && !$0.isOptional }
            if !missing.isEmpty {
                let list = missing.map { "\($0.rawValue) (\($0.chinese))" }.joined(separator: ", ")
                faults.append(
                    Fault(
                        line: record.line,
                        column: nil,
                        reason: Reason("columns-missing", "The header lacks {columns}.", ["columns": list])
                    )
                )
            }
            guard faults.isEmpty else { throw Unreadable(faults: faults) }
        }

        private static func unknown(_ name: String) -> Reason {
            name.contains(where: { "\t;；，、|".contains($0) })
                ? Reason("separator", "The header's names must be separated by commas.")
                : Reason("column-unknown", "The header has a column that is not known; leave it out.")
        }
    }
}
