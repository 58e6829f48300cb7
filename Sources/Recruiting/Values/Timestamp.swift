package import FoundationEssentials

/// A moment to the millisecond, written in UTC as in `2026-01-05T08:00:00.000Z` (RFC 3339).
///
/// Whole milliseconds rather than `Date`, so that what is read back from the log equals what was written; in the years of
/// `CalendarDate`, by UTC.
package struct Timestamp: TextCoded, Comparable {
    /// Milliseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
    package let milliseconds: Int64

    /// What lies before the first moment or after the last, as by a clock that is wrong, becomes that moment.
    package init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.range.lowerBound), Self.range.upperBound)
    }

    /// The moment rounded to the nearest millisecond.
    package init(_ date: Date) {
        let rounded = (date.timeIntervalSince1970 * 1000).rounded()
        self.init(milliseconds: Int64(exactly: rounded) ?? (rounded > 0 ? .max : .min))
    }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Takes RFC 3339 with any offset and any number of fraction digits; what is finer than a millisecond is cut off.
    package init(_ text: String, field: String = "time") throws(Invalid) {
        guard let milliseconds = Self.parse(Array(text.utf8)) else {
            throw Invalid(
                field: field,
                reason: Reason("not-a-moment", "must be a moment with its offset, as in 2026-01-05T16:00:00+08:00 or 2026-01-05T08:00:00Z")
            )
        }
        guard Self.range.contains(milliseconds) else {
            throw Invalid(field: field, reason: Reason("moment-out-of-range", "must be a moment in the years 2000 to 2199, in UTC"))
        }
        self.milliseconds = milliseconds
    }

    private static let range = Int64(CalendarDate.bounds.lowerBound) * day...Int64(CalendarDate.bounds.upperBound + 1) * day - 1

    package var description: String {
        let day = Int(milliseconds / Self.day)
        let rest = Int(milliseconds - Int64(day) * Self.day)
        let (hour, minute, second) = (rest / 3_600_000, rest / 60_000 % 60, rest / 1000 % 60)
        return "\(CalendarDate(day: day))T\(hour.padded(2)):\(minute.padded(2)):\(second.padded(2)).\((rest % 1000).padded(3))Z"
    }

    /// The day on China's calendars at this moment: UTC+8, no summer time since 1991.
    package var chinaDate: CalendarDate {
        CalendarDate(day: Int((milliseconds + Self.chinaOffset) / Self.day))
    }

    /// The moment at which China's clocks show `minutes` after midnight on `date`.
    package init(china date: CalendarDate, minutes: Int) {
        self.init(milliseconds: Int64(date.day) * Self.day + Int64(minutes) * 60_000 - Self.chinaOffset)
    }

    package func advanced(by duration: Duration) -> Timestamp {
        Timestamp(milliseconds: milliseconds.adding(duration.milliseconds))
    }

    /// Milliseconds from `earlier` to this moment; negative when it is later.
    package func milliseconds(since earlier: Timestamp) -> Int {
        Int(milliseconds - earlier.milliseconds)
    }

    package static func < (a: Timestamp, b: Timestamp) -> Bool { a.milliseconds < b.milliseconds }

    private static let day: Int64 = 86_400_000
    private static let chinaOffset: Int64 = 8 * 3_600_000

    private static func parse(_ text: [UInt8]) -> Int64? {
        guard text.count >= 20, text[10] | 0x20 == UInt8(ascii: "t"), text[13] == UInt8(ascii: ":"), text[16] == UInt8(ascii: ":"),
            let date = CalendarDate.day(text[..<10]),
            let hour = Int(digits: text[11..<13]), let minute = Int(digits: text[14..<16]), let second = Int(digits: text[17..<19]),
            hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = text[19...]
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, digits.count <= 9, let value = Int(digits: (digits + [48, 48]).prefix(3)) else { return nil }
            fraction = value
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = offset(rest) else { return nil }
        let seconds = Int64(date) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
        return seconds * 1000 + Int64(fraction) - offset
    }

    private static func offset(_ text: ArraySlice<UInt8>) -> Int64? {
        if text.count == 1, let only = text.first, only | 0x20 == UInt8(ascii: "z") { return 0 }
        let bytes = Array(text)
        guard bytes.count == 6, bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-"), bytes[3] == UInt8(ascii: ":"),
            let hour = Int(digits: bytes[1..<3]), let minute = Int(digits: bytes[4..<6]), hour < 24, minute < 60
        else { return nil }
        return Int64(hour * 60 + minute) * 60_000 * (bytes[0] == UInt8(ascii: "-") ? -1 : 1)
    }
}

extension Duration {
    /// Whole milliseconds, cut off; the limit of `Int64` for what is longer than 292 million years.
    package var milliseconds: Int64 {
        let (whole, isBeyond) = components.seconds.multipliedReportingOverflow(by: 1000)
        guard !isBeyond else { return components.seconds < 0 ? .min : .max }
        return whole.adding(components.attoseconds / 1_000_000_000_000_000)
    }
}
