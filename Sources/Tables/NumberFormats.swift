import Glibc

/// How a workbook shows its numbers: which of them are dates (ECMA-376-1, 18.8.30).
final class NumberFormats: XMLListener {
    /// For each style of cells the number of its format.
    private var styles: [Int] = []
    /// What the formats of the workbook's own are made of, by their number.
    private var codes: [Int: Kind] = [:]
    private var isOfCells = false

    fileprivate enum Kind {
        case number, date, moment, time
    }

    /// A workbook has 64,000 styles at most.
    private static let stylesLimit = 65_536

    func begin(_ element: String, _ attributes: XMLAttributes) throws(TableFault) {
        switch element {
        case "cellXfs": isOfCells = true
        case "xf" where isOfCells:
            guard styles.count < Self.stylesLimit else { throw .damaged(part: "styles") }
            styles.append(attributes["numFmtId"].flatMap { Int($0) } ?? 0)
        case "numFmt":
            guard codes.count < Self.stylesLimit, let id = attributes["numFmtId"].flatMap({ Int($0) }) else { return }
            codes[id] = Kind(code: attributes["formatCode"] ?? "")
        default: break
        }
    }

    func text(_: UnsafeBufferPointer<UInt8>) {}

    func end(_ element: String) {
        if element == "cellXfs" { isOfCells = false }
    }

    /// The number as it is meant: a date, a time of the day, or the number itself, by 15 digits as spreadsheets have them.
    func text(of value: Double, style: Int, isFrom1904: Bool) -> String {
        let format = styles.indices.contains(style) ? styles[style] : 0
        let kind = codes[format] ?? Kind(builtIn: format)
        if kind != .number, let moment = Moment(serial: value, isFrom1904: isFrom1904) {
            switch kind {
            case .time: return moment.time
            case .moment where moment.seconds > 0: return "\(moment.date) \(moment.time)"
            default: return moment.date
            }
        }
        return Self.plain(value)
    }

    private static func plain(_ value: Double) -> String {
        if let whole = Int(exactly: value), whole.magnitude < 1_000_000_000_000_000 { return String(whole) }
        var room = [CChar](repeating: 0, count: 32)
        _ = withVaList([value]) { vsnprintf(&room, room.count, "%.15g", $0) }
        return room.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}

extension NumberFormats.Kind {
    /// The formats that need no code; 27 to 36 and 50 to 58 are dates in Chinese, Japanese and Korean.
    fileprivate init(builtIn id: Int) {
        switch id {
        case 14...17, 27...31, 36, 50...54, 57, 58: self = .date
        case 22: self = .moment
        case 18...21, 32...35, 45...47, 55, 56: self = .time
        default: self = .number
        }
    }

    /// What a code shows, without what stands in quotes, in brackets or behind a backslash; only its first section counts.
    fileprivate init(code: String) {
        var letters = ""
        var (isQuoted, isBracketed, isEscaped) = (false, false, false)
        for character in code.lowercased() {
            if isEscaped { isEscaped = false; continue }
            switch character {
            case "\"": isQuoted.toggle()
            case _ where isQuoted: break
            case "\\", "_", "*": isEscaped = true
            case "[": isBracketed = true
            case "]": isBracketed = false
            case _ where isBracketed: break
            case ";": self.init(letters: letters); return
            default: letters.append(character)
            }
        }
        self.init(letters: letters)
    }

    /// `m` is a month beside days or years, and minutes beside hours or seconds.
    private init(letters: String) {
        let isTime = letters.contains { "hs".contains($0) }
        let isDate = letters.contains { "yd".contains($0) } || letters.contains("m") && !isTime
        if letters.contains("general") {
            self = .number
        } else {
            self = isDate ? isTime ? .moment : .date : isTime ? .time : .number
        }
    }
}

/// A moment as a workbook counts it: days since the end of 1899, or since 1904, and their fraction.
private struct Moment {
    let days: Int
    let seconds: Int

    /// The first number whose date has a year of five digits.
    private static let end = 2_958_466.0

    /// Nil for what is no moment.
    init?(serial: Double, isFrom1904: Bool) {
        guard serial >= 0, serial < Self.end else { return nil }
        let total = (serial * 86_400).rounded()
        let whole = Int(total) / 86_400
        seconds = Int(total) % 86_400
        // Days before 1970. From 1900 on there is a 29 February that never was, number 60.
        days = isFrom1904 ? whole - 24_107 : whole - (whole < 60 ? 25_568 : 25_569)
    }

    /// By the algorithm `civil_from_days` (https://howardhinnant.github.io/date_algorithms.html).
    var date: String {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * month + 2) / 5 + 1
        let year = yearOfEra + era * 400 + (month >= 10 ? 1 : 0)
        return "\(padded(year, 4))-\(padded(month < 10 ? month + 3 : month - 9, 2))-\(padded(day, 2))"
    }

    var time: String { "\(padded(seconds / 3_600, 2)):\(padded(seconds / 60 % 60, 2))" }

    private func padded(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
