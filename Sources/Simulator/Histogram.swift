/// How often each latency occurred, in constant memory: a bucket for each 1/32 of a power of two of microseconds, so that a
/// quantile is at most 3.2 % above the true value. Covers 0 µs to 71 minutes; longer is counted as 71 minutes.
package struct Histogram: Sendable, Equatable {
    private static let fine = 32
    private var buckets = [UInt64](repeating: 0, count: 28 * fine)
    package private(set) var count: UInt64 = 0
    package private(set) var maximum: Duration = .zero

    package init() {}

    package mutating func record(_ latency: Duration) {
        buckets[Self.bucket(of: latency.microseconds)] += 1
        count += 1
        maximum = max(maximum, latency)
    }

    package mutating func add(_ other: Histogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
        maximum = max(maximum, other.maximum)
    }

    /// The latency that the given part of all recorded ones does not exceed, rounded up to its bucket's end; zero if none was recorded.
    package func quantile(_ part: Double) -> Duration {
        let wanted = UInt64((Double(count) * part).rounded(.up))
        var seen: UInt64 = 0
        for (index, occurrences) in buckets.enumerated() where occurrences > 0 {
            seen += occurrences
            if seen >= wanted { return min(.microseconds(Self.upperBound(of: index)), maximum) }
        }
        return maximum
    }

    /// Values below 32 have a bucket each; above, the leading bit chooses a row of 32 and the next five bits the place in it.
    private static func bucket(of microseconds: Int64) -> Int {
        let value = UInt64(min(max(microseconds, 0), Int64(UInt32.max)))
        if value < UInt64(fine) { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        return (exponent - 4) * fine + Int(value >> (exponent - 5)) - fine
    }

    private static func upperBound(of bucket: Int) -> Int64 {
        if bucket < fine { return Int64(bucket) }
        let shift = bucket / fine - 1
        return Int64((bucket % fine + fine + 1) << shift) - 1
    }
}

extension Duration {
    /// Whole microseconds, rounded down.
    package var microseconds: Int64 {
        components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
}
