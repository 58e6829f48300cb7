import EventSourcing
import EventStore
import Postgres
import ReadModels

/// What those who append feel of a rebuild: sixteen of them, each with one event every few milliseconds, as a lively evening has.
struct RebuildUnderLoad {
    let cluster: BenchCluster
    let size: Size

    private static let writers = 16
    private static let pause = Duration.milliseconds(20)

    func measure(into report: Report) async throws {
        let names = ["jobcast.append_1.p99_quiet", "jobcast.append_1.p99_during_rebuild"]
        guard names.contains(where: report.wants) else { return }
        let size = size
        try await cluster.database { settings in
            try await running(settings) { log, pool in
                try await Season.fill(pool, events: size.events)
                _ = try await log.refreshHead()
                try await foldAll(log)
                try await report.figure(names[0], unit: "ms") {
                    try await p99(of: log) { try await Task.sleep(for: size.time) }
                }
                try await report.figure(names[1], unit: "ms") {
                    try await p99(of: log) {
                        let start = ContinuousClock.now
                        while ContinuousClock.now - start < size.time { try await rebuildAll(settings) }
                    }
                }
            }
        }
    }

    /// Milliseconds of one-event appends while `body` runs.
    private func p99(of log: EventLog, while body: @escaping @Sendable () async throws -> Void) async throws -> Double {
        try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<Self.writers { group.addTask { try await appendTimes(of: log) } }
            try await body()
            group.cancelAll()
            var times: [Duration] = []
            for try await some in group { times += some }
            times.sort()
            return times[times.count * 99 / 100] / .milliseconds(1)
        }
    }

    private func appendTimes(of log: EventLog) async throws -> [Duration] {
        var times: [Duration] = []
        while !Task.isCancelled {
            let sent = ContinuousClock.now
            _ = try await log.append(.one())
            times.append(ContinuousClock.now - sent)
            try? await Task.sleep(for: Self.pause)
        }
        return times
    }
}
