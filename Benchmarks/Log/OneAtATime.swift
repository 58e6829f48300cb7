import EventStore
import Postgres

/// One event at a time beside one insert under a lock: on the connection's thread, twenty for each hop to it, and awaited by a task each.
struct OneAtATime {
    let cluster: BenchCluster
    let size: Size

    func measure(into report: Report) async throws {
        let limits = Limits(cluster: cluster, size: size)
        try await report.inTurns([
            ("limit.insert_locked.c1", { try await limits.insertLocked() }),
            ("jobcast.append_1.c1", { try await onConnection() }),
            ("limit.insert_locked.c1.awaited", { try await limits.insertLocked(together: 1) }),
            ("jobcast.append_1.inflight_1", { try await awaited() }),
        ])
    }

    /// The database's share, without the log's own way to the connection.
    private func onConnection() async throws -> Double {
        let time = size.time
        return try await cluster.log { _, pool in
            try await rate(time, count: Limits.together) { _, _ in
                try await pool.connection { db in
                    for _ in 0..<Limits.together { _ = try db.query(AppendBatch.statement, AppendBatch([.one()]).parameters) }
                }
            }
        }
    }

    private func awaited() async throws -> Double {
        let time = size.time
        return try await cluster.log { log, _ in try await rate(time) { _, _ in _ = try await log.append(.one()) } }
    }
}
