import Synchronization

/// The figures of this process, as counters, gauges and histograms, told in the text format of Prometheus.
package final class Metrics: Sendable {
    private struct Buckets {
        var counts: [UInt64]
        var sum = 0.0
    }

    private struct Values {
        var counters: [Name: Double] = [:]
        var histograms: [Name: Buckets] = [:]
        var gauges: [Name: @Sendable () -> Double] = [:]
        var helps: [String: String] = [:]
    }

    private struct Name: Hashable, Comparable {
        let family: String
        let labels: String

        static func < (a: Name, b: Name) -> Bool { (a.family, a.labels) < (b.family, b.labels) }
    }

    /// Upper bounds in seconds: from a cached page to the deadline of a slow request.
    private static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

    private let values = Mutex(Values())

    package init() {}

    package func describe(_ family: String, _ help: String) {
        values.withLock { $0.helps[family] = help }
    }

    package func count(_ family: String, _ labels: KeyValuePairs<String, String> = [:], by amount: Double = 1) {
        let name = Name(family: family, labels: Self.text(labels))
        values.withLock { $0.counters[name, default: 0] += amount }
    }

    /// Counts the time that something took.
    package func observe(_ family: String, _ labels: KeyValuePairs<String, String> = [:], seconds: Double) {
        let name = Name(family: family, labels: Self.text(labels))
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        values.withLock { values in
            var histogram = values.histograms[name] ?? Buckets(counts: Array(repeating: 0, count: Self.bounds.count + 1))
            histogram.counts[bucket] += 1
            histogram.sum += seconds
            values.histograms[name] = histogram
        }
    }

    /// A figure that is asked for when somebody reads the metrics.
    package func gauge(_ family: String, _ labels: KeyValuePairs<String, String> = [:], _ value: @escaping @Sendable () -> Double) {
        let name = Name(family: family, labels: Self.text(labels))
        values.withLock { $0.gauges[name] = value }
    }

    /// The text exposition format, version 0.0.4.
    package func exposition() -> String {
        let values = values.withLock { $0 }
        var lines: [String] = []
        func head(_ family: String, _ type: String, after last: inout String?) {
            guard last != family else { return }
            last = family
            if let help = values.helps[family] { lines.append("# HELP \(family) \(help)") }
            lines.append("# TYPE \(family) \(type)")
        }
        var last: String?
        for (name, value) in values.counters.sorted(by: { $0.key < $1.key }) {
            head(name.family, "counter", after: &last)
            lines.append("\(name.family)\(name.labels) \(Self.text(value))")
        }
        for (name, value) in values.gauges.sorted(by: { $0.key < $1.key }) {
            head(name.family, "gauge", after: &last)
            lines.append("\(name.family)\(name.labels) \(Self.text(value()))")
        }
        for (name, histogram) in values.histograms.sorted(by: { $0.key < $1.key }) {
            head(name.family, "histogram", after: &last)
            lines.append(contentsOf: Self.lines(of: histogram, name))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func lines(of histogram: Buckets, _ name: Name) -> [String] {
        let inside = name.labels.isEmpty ? "" : name.labels.dropFirst().dropLast() + ","
        var total: UInt64 = 0
        let buckets = zip(bounds.map(text) + ["+Inf"], histogram.counts).map { bound, count in
            total += count
            return "\(name.family)_bucket{\(inside)le=\"\(bound)\"} \(total)"
        }
        return buckets + ["\(name.family)_sum\(name.labels) \(histogram.sum)", "\(name.family)_count\(name.labels) \(total)"]
    }

    private static func text(_ value: Double) -> String {
        value.isNaN ? "NaN" : value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    private static func text(_ labels: KeyValuePairs<String, String>) -> String {
        guard !labels.isEmpty else { return "" }
        let pairs = labels.map { "\($0)=\"\(escaped($1))\"" }
        return "{\(pairs.joined(separator: ","))}"
    }

    /// A label's value as the text format wants it. Each request counts under labels, and hardly one of them needs anything.
    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n") }) else {
            return value
        }
        return value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
