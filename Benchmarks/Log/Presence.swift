import Postgres
import ReadModels
import Recruiting

/// What it costs each second to tell which nodes live, and whom a dead one has left behind, beside all observations of past seasons.
struct Presence {
    let cluster: BenchCluster
    let size: Size

    /// Nodes that are enrolled.
    private static let nodes: UInt64 = 50

    func measure(into report: Report) async throws {
        guard report.wants("jobcast.presence") else { return }
        let (size, report) = (size, report)
        try await cluster.database { settings in
            try await running(settings) { _, pool in
                let events = size.observed * 100 / 93
                try await Season.fill(pool, events: events)
                try await pool.connection { db in
                    try db.execute(Self.counters)
                    for number in 0..<Self.nodes { try Nodes.enrol(NodeID(number: number), "bench", in: db) }
                }
                // The last session is on, and its viewers are this node's.
                let last = UInt64(events - 1) / 22_600 % 4
                try await report.figure("jobcast.presence.roll", unit: "ms") {
                    try await milliseconds { try await pool.connection { db in _ = try Nodes.enrolled(in: db) } }
                }
                for (name, node) in [("over", (last + 1) % 4), ("on", last)] {
                    try await report.figure("jobcast.presence.left_behind_\(name)", unit: "ms") {
                        try await milliseconds { _ = try await Nodes.leftBehind(by: NodeID(number: node), in: pool) }
                    }
                }
            }
        }
    }

    /// As the projection has them: nobody is in sessions that are over.
    private static let counters = """
        INSERT INTO session_counters (session, online, position)
            SELECT correlation, CASE max(position) WHEN (SELECT max(position) FROM events WHERE lane = 1) THEN 700 ELSE 0 END, max(position)
            FROM events WHERE lane = 1 GROUP BY correlation
        """

    /// Of the second call, as the first one prepares the statement.
    private func milliseconds(_ body: () async throws -> Void) async throws -> Double {
        try await body()
        let start = ContinuousClock.now
        try await body()
        return (ContinuousClock.now - start) / .milliseconds(1)
    }
}
