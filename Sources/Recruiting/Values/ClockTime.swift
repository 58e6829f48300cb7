/// A time of the day on China's clocks, written `09:30`.
package struct ClockTime: TextCoded, Comparable {
    /// Minutes since midnight.
    package let minute: Int

    package init(_ text: String, field: String = "time") throws(Invalid) {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = Int(digits: parts[0]), let minute = Int(digits: parts[1]),
            hour < 24, minute < 60
        else { throw Invalid(field: field, reason: Reason("not-a-time-of-day", "must be a time of the day as in 09:30")) }
        self.minute = hour * 60 + minute
    }

    package var description: String { "\((minute / 60).padded(2)):\((minute % 60).padded(2))" }

    package static func < (a: ClockTime, b: ClockTime) -> Bool { a.minute < b.minute }
}
