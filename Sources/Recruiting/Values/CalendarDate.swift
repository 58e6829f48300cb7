/// A day of the Gregorian calendar, written `2026-01-05`; between the years 2000 and 2199.
package struct CalendarDate: TextCoded, Comparable {
    /// Days since 1970-01-01.
    package let day: Int

    /// What lies before the first day or after the last becomes that day.
    package init(day: Int) {
        self.day = min(max(day, Self.bounds.lowerBound), Self.bounds.upperBound)
    }

    package init(_ text: String, field: String = "date") throws(Invalid) {
        guard let day = Self.day(text.utf8) else {
            throw Invalid(field: field, reason: Reason("not-a-date", "must be a calendar date as in 2026-01-05"))
        }
        guard Self.bounds.contains(day) else {
            throw Invalid(field: field, reason: Reason("date-out-of-range", "must be a date from 2000-01-01 to 2199-12-31"))
        }
        self.day = day
    }

    /// A limit of our own. No broadcast is older, and a later year is a typing mistake: so whatever can be computed from a date or
    /// a moment can be written and read again.
    static let bounds = days(2000, 1, 1)...days(2199, 12, 31)
    package static let earliest = CalendarDate(day: bounds.lowerBound)
    package static let latest = CalendarDate(day: bounds.upperBound)

    /// The number of a day in any year from 0001 to 9999; nil for what isn't ten bytes in this form, and for a day that isn't.
    static func day(_ text: some Collection<UInt8>) -> Int? {
        guard text.count == 10 else { return nil }
        var (numbers, place) = ([0, 0, 0] as InlineArray<3, Int>, 0)
        for (index, byte) in text.enumerated() {
            if index == 4 || index == 7 {
                guard byte == UInt8(ascii: "-") else { return nil }
                place += 1
            } else {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                numbers[place] = numbers[place] * 10 + Int(byte & 15)
            }
        }
        let (year, month, day) = (numbers[0], numbers[1], numbers[2])
        guard year >= 1, (1...12).contains(month), day >= 1, day <= length(ofMonth: month, year) else { return nil }
        return days(year, month, day)
    }

    package var description: String {
        let (year, month, day) = civil
        return "\(year.padded(4))-\(month.padded(2))-\(day.padded(2))"
    }

    /// 1 is Monday and 7 is Sunday (ISO 8601); 1970-01-01 was a Thursday.
    package var weekday: Int { (day + 3) % 7 + 1 }

    package func advanced(days: Int) -> CalendarDate {
        CalendarDate(day: day.adding(days))
    }

    /// The same day of a later month, or that month's last day where it is shorter.
    package func advanced(months: Int) -> CalendarDate {
        let (year, month, day) = civil
        let index = year * 12 + month - 1 + months
        let length = Self.length(ofMonth: index % 12 + 1, index / 12)
        return CalendarDate(day: Self.days(index / 12, index % 12 + 1, min(day, length)))
    }

    package static func < (a: CalendarDate, b: CalendarDate) -> Bool { a.day < b.day }

    /// The number of a day, for years from 1 on. Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
    static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    /// The year, month and day of a day's number. Source: as `days`, civil_from_days.
    var civil: (year: Int, month: Int, day: Int) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    static func length(ofMonth month: Int, _ year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}

extension FixedWidthInteger {
    /// The sum, or the limit of the type that it goes beyond.
    func adding(_ other: Self) -> Self {
        let (sum, isBeyond) = addingReportingOverflow(other)
        return isBeyond ? other < 0 ? .min : .max : sum
    }
}

extension Int {
    /// The number that ASCII digits write; nil for anything else, also for a sign.
    init?(digits: some Sequence<UInt8>) {
        var value = 0
        var count = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit), count < 18 else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
            count += 1
        }
        guard count > 0 else { return nil }
        self = value
    }

    func padded(_ width: Int) -> String {
        let text = String(self)
        return String(repeating: "0", count: Swift.max(0, width - text.count)) + text
    }
}
