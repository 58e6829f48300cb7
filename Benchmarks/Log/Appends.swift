import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import Recruiting

/// Appends through the log's own door: conditional and with a key each.
struct Appends {
    let cluster: BenchCluster
    let size: Size

    func measure(into report: Report) async throws {
        for inflight in [64, 1_024] {
            try await report.figure("jobcast.append_1.inflight_\(inflight)") {
                try await cluster.log { log, _ in
                    try await rate(size.time, tasks: inflight) { _, _ in _ = try await log.append(.one()) }
                }
            }
        }
        try await report.figure("jobcast.append_1000") {
            try await cluster.log { log, _ in
                try await rate(size.time, tasks: 2, count: 1_000) { _, _ in
                    let stream = StreamName(Sample.stream())
                    let events = (0..<1_000).map { _ in NewEvent(stream: stream, type: "ResumeSubmitted", data: Sample.data) }
                    _ = try await log.append(Append(events, expected: [stream: 0], origin: .bench))
                }
            }
        }
        try await report.figure("jobcast.observations", unit: "observations/s") {
            try await cluster.log { log, _ in
                try await rate(size.time, tasks: 8, count: 1_000) { task, turn in
                    try await log.observe(session: task, turn: turn, count: 1_000)
                }
            }
        }
    }
}

extension BenchCluster {
    /// Runs `body` with a running log that is empty.
    func log(_ body: @escaping @Sendable (EventLog, PostgresPool) async throws -> Double) async throws -> Double {
        try await database { settings in try await running(settings, body) }
    }
}

/// Runs `body` with a running log.
func running<Result: Sendable>(
    _ settings: ConnectionSettings,
    _ body: @escaping @Sendable (EventLog, PostgresPool) async throws -> Result
) async throws -> Result {
    let pool = PostgresPool(settings, maximum: 4, logger: .quiet)
    let log = EventLog(settings, pool: pool, patience: .seconds(60), logger: .quiet)
    let result = try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
            try await log.run()
            return nil
        }
        group.addTask { try await body(log, pool) }
        defer { group.cancelAll() }
        while let ended = try await group.next() {
            if let ended { return ended }
        }
        throw CancellationError()
    }
    await pool.close()
    return result
}

extension Origin {
    static let bench = Origin(actorKind: "viewer", actorID: "0192f0c1-5b1c-7000-8000-2a3b4c5d6e7f")
}

extension Append {
    /// One event that begins a stream.
    static func one() -> Append {
        let stream = StreamName(Sample.stream())
        return Append([NewEvent(stream: stream, type: "ResumeSubmitted", data: Sample.data)], expected: [stream: 0], origin: .bench)
    }
}

extension EventLog {
    /// One `AudienceObserved` with `count` observations, as a node writes it.
    func observe(session number: Int, turn: Int, count: Int) async throws {
        let id = SessionID(UUID(namespace: .dns, name: "session \(number)"))
        let at = Timestamp(.now)
        let observations = try (0..<count).map { index in
            let viewer = try Pseudonym(hexadecimal((turn * count + index) / 2))
            return Observation(index % 2 == 0 ? .entered : .left, viewer, at: at)
        }
        let observed = AudienceObserved(observations, session: id, node: "bench", from: at)
        let stream = Audience.stream(id, of: NodeID(number: 1))
        let event = NewEvent(
            stream: stream,
            type: AudienceObserved.type,
            data: Audience.Event.observed(observed).encoded(),
            lane: .audience
        )
        let origin = Origin(actorKind: "node", actorID: "bench", correlation: id.uuid)
        _ = try await append(Append([event], expected: [stream: turn], origin: origin))
    }
}

/// The number in 16 hexadecimal digits.
private func hexadecimal(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
}
