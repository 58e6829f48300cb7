import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import ReadModels
import Recruiting

/// Reading the log in order, and rebuilding what was made from it.
struct Reads {
    let cluster: BenchCluster
    let size: Size

    func measure(into report: Report) async throws {
        guard ["limit.read", "jobcast.read.", "jobcast.rebuild"].contains(where: report.wants) else { return }
        let (size, report) = (size, report)
        try await cluster.database { settings in
            try await running(settings) { log, pool in
                try await Season.fill(pool, events: size.events)
                _ = try await log.refreshHead()
                let events = Double(size.events)
                try await report.figure("limit.read") { try await events / seconds { try await copyOut(pool) } }
                try await report.figure("jobcast.read.raw") { try await events / seconds { try await readRaw(log) } }
                try await report.figure("jobcast.read.typed") { try await events / seconds { try await readTyped(log) } }
                if report.wants("jobcast.rebuild") { try await foldAll(log) }
                try await report.figure("jobcast.rebuild") { try await events / seconds { try await rebuildAll(settings) } }
            }
        }
    }
}

private func seconds(_ body: () async throws -> Void) async throws -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start) / .seconds(1)
}

private func copyOut(_ pool: PostgresPool) async throws {
    try await pool.connection { db in
        var bytes = 0
        try db.copyOut("COPY (SELECT * FROM events ORDER BY position) TO STDOUT (FORMAT binary)") { bytes += $0.count }
        precondition(bytes > 0)
    }
}

private func readRaw(_ log: EventLog) async throws {
    var weight = 0
    try await log.scan(through: log.head.position) { page in
        for event in page { weight &+= event.data.count }
    }
    precondition(weight > 0)
}

private func readTyped(_ log: EventLog) async throws {
    var read = 0
    try await log.scan(through: log.head.position) { page in
        for event in page { read += try event.decoded() }
    }
    precondition(read == Int(log.head.position.rawValue))
}

extension RecordedEvent {
    fileprivate func decoded() throws -> Int {
        switch stream.category {
        case "submission": _ = try Submission.Event(type: type, data: data)
        case "job": _ = try Job.Event(type: type, data: data)
        case "session": _ = try Session.Event(type: type, data: data)
        case "question": _ = try Question.Event(type: type, data: data)
        case "audience": _ = try Audience.Event(type: type, data: data)
        default: return 0
        }
        return 1
    }
}

/// Brings the live read models to the head: a rebuild goes as far as they are.
func foldAll(_ log: EventLog) async throws {
    for projection in Projections.all {
        let runner = ProjectionRunner(projection, log: log, logger: .quiet)
        while runner.progress.position < log.head.position { try await runner.advance(100_000) }
    }
}

/// Over two connections, as `jobcast rebuild` does it.
func rebuildAll(_ settings: ConnectionSettings) async throws {
    let pool = PostgresPool(settings, maximum: 2, logger: .quiet)
    try await withThrowingTaskGroup(of: Void.self) { group in
        for rebuild in try await Rebuild.several(Projections.all, in: pool, parts: 2) {
            group.addTask {
                let outcome = try await rebuild.run()
                precondition(outcome.position > .start && outcome.differences.values.allSatisfy { $0 == 0 })
            }
        }
        try await group.waitForAll()
    }
    await pool.close()
}
