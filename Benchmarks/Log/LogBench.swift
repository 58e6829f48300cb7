import ArgumentParser
import EventStore
import Glibc
import Logging
import Postgres
import Schema
import UnixSignals

/// Measures the log beside what PostgreSQL itself can do on the same machine in the same run.
@main
struct LogBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobcast-bench-log",
        abstract: "Events a second into and out of the log, beside the limits of PostgreSQL. Prints `name value unit` lines.",
        discussion: "Each figure is the median of its runs. It makes a PostgreSQL of its own, with fsync on, and removes it."
    )

    @Flag(help: "About a minute, with smaller numbers.")
    var quick = false

    @Option(help: "Only figures whose names begin with one of these.")
    var only: [String] = []

    func run() async throws {
        let cluster = try BenchCluster()
        defer { cluster.remove() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await measure(cluster) }
            group.addTask {
                // Told to end, it still takes its PostgreSQL away.
                for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm, .sighup) { throw CancellationError() }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func measure(_ cluster: BenchCluster) async throws {
        let size = quick ? Size.quick : Size.full
        let report = Report(runs: size.runs, only: only)
        try await Limits(cluster: cluster, size: size).measure(into: report)
        try await OneAtATime(cluster: cluster, size: size).measure(into: report)
        try await Appends(cluster: cluster, size: size).measure(into: report)
        try await Reads(cluster: cluster, size: size).measure(into: report)
        try await RebuildUnderLoad(cluster: cluster, size: size).measure(into: report)
        try await Presence(cluster: cluster, size: size).measure(into: report)
        try await JobLists(cluster: cluster, size: size).measure(into: report)
        try await Growth(cluster: cluster, size: size).measure(into: report)
    }
}

/// How much is measured.
struct Size {
    let runs: Int
    /// The time of each figure and run.
    let time: Duration
    /// How many events stand in the logs that are read and rebuilt.
    let events: Int
    /// Audience events beside which presence is told.
    let observed: Int
    /// In the log whose appends must be as fast as a young one's.
    let grown: Int

    static let full = Size(runs: 3, time: .seconds(5), events: 1_000_000, observed: 5_000_000, grown: 20_000_000)
    static let quick = Size(runs: 1, time: .seconds(1), events: 100_000, observed: 100_000, grown: 1_000_000)
}

/// Prints figures as they come.
struct Report {
    let runs: Int
    let only: [String]

    func wants(_ name: String) -> Bool {
        only.isEmpty || only.contains { name.hasPrefix($0) || $0.hasPrefix(name) }
    }

    /// The median of what `measure` gives in each run.
    func figure(_ name: String, unit: String = "events/s", _ measure: () async throws -> Double) async throws {
        guard wants(name) else { return }
        var values: [Double] = []
        for _ in 0..<runs { values.append(try await measure()) }
        tell(name, median(values), unit)
    }

    /// The same of several that are compared closely: they take turns, so that what else the machine does meets them alike.
    func inTurns(_ figures: [(name: String, measure: () async throws -> Double)]) async throws {
        let figures = figures.filter { wants($0.name) }
        var values: [[Double]] = Array(repeating: [], count: figures.count)
        for _ in 0..<runs {
            for (index, figure) in figures.enumerated() { values[index].append(try await figure.measure()) }
        }
        for (figure, values) in zip(figures, values) { tell(figure.name, median(values), "events/s") }
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    func tell(_ name: String, _ value: Double, _ unit: String) {
        print("\(name) \(value >= 100 ? "\(Int(value.rounded()))" : "\((value * 1_000).rounded() / 1_000)") \(unit)")
        // A file gets it at once as well.
        fflush(nil)
    }
}

/// How often `body` ends in `time`, per second, with `tasks` of them at once, weighted by `count`.
func rate(_ time: Duration, tasks: Int = 1, count: Int = 1, _ body: @escaping @Sendable (_ task: Int, _ turn: Int) async throws -> Void)
    async throws -> Double
{
    let start = ContinuousClock.now
    let done = try await withThrowingTaskGroup(of: Int.self) { group in
        for task in 0..<tasks {
            group.addTask {
                var turn = 0
                while ContinuousClock.now - start < time {
                    try await body(task, turn)
                    turn += 1
                }
                return turn
            }
        }
        return try await group.reduce(0, +)
    }
    return Double(done * count) / ((ContinuousClock.now - start) / .seconds(1))
}
