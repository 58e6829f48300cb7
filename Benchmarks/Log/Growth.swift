import EventStore
import Glibc
import Postgres

/// Whether an append into a grown log costs what it costs in a young one.
struct Growth {
    let cluster: BenchCluster
    let size: Size

    func measure(into report: Report) async throws {
        for (events, name) in [(100_000, "100k"), (size.grown, size.grown == 20_000_000 ? "20m" : "\(size.grown / 1_000)k")] {
            let figure = "jobcast.append_1.p99_at_\(name)"
            guard report.wants(figure) else { continue }
            let time = size.time
            try await cluster.database { settings in
                try await running(settings) { log, pool in
                    try await Season.fill(pool, events: events)
                    try await settle(pool)
                    _ = try await p99(of: log, for: time)
                    try await report.figure(figure, unit: "ms") { try await p99(of: log, for: time) }
                }
            }
        }
    }

    /// Returns when nothing works any more on what filling left behind: a log grows in months, not in minutes.
    private func settle(_ pool: PostgresPool) async throws {
        let workers = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'"
        while try await pool.connection({ try $0.query(workers)[0].decode(0, as: Int.self) }) > 0 { try await Task.sleep(for: .seconds(1)) }
        try await pool.connection { try $0.execute("CHECKPOINT") }
        sync()
    }

    /// Milliseconds of one-event appends, one at a time.
    private func p99(of log: EventLog, for time: Duration) async throws -> Double {
        var times: [Duration] = []
        let start = ContinuousClock.now
        while ContinuousClock.now - start < time {
            let sent = ContinuousClock.now
            _ = try await log.append(.one())
            times.append(ContinuousClock.now - sent)
        }
        times.sort()
        return times[times.count * 99 / 100] / .milliseconds(1)
    }
}
