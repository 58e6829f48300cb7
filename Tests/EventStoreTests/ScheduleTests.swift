import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import Synchronization
import TestSupport
import Testing

/// Schedules at random against ``LogModel``. One that fails names its seed.
@Suite struct `Schedules at random` {
    @Test func `one after the other, through several processes, are answered as the model answers them`() async throws {
        try await withLogs(3) { logs, pool in
            var model = LogModel()
            for seed in Seed.schedules(250) {
                // Past a wrong answer the log is no longer what the model says, and every seed would look wrong.
                guard try await follow(seed, &model, logs, pool) else { return }
            }
            try await #expect(everything(in: logs[0]) == model.lines)
        }
    }

    @Test func `at the same time, through several processes, have an order in which the model answers them so`() async throws {
        try await withLogs(3) { logs, pool in
            for seed in Seed.schedules(120) { try await race(seed, logs, pool, isCut: false) }
        }
    }

    @Test func `at the same time, with connections cut, lose and double nothing`() async throws {
        try await withLogs(3) { logs, pool in
            for seed in Seed.schedules(25) { try await race(seed, logs, pool, isCut: true) }
        }
    }
}

/// Twelve appends in turn; in one schedule of ten a connection is cut meanwhile.
/// - Returns: whether each was answered right.
private func follow(_ seed: Seed, _ model: inout LogModel, _ logs: [EventLog], _ pool: PostgresPool) async throws -> Bool {
    var scribe = Scribe(seed, streams: (0..<4).map { StreamName("s-\(seed.value)-\($0)") })
    let cut = scribe.random.once(in: 10) ? Int.random(in: 0..<12, using: &scribe.random) : nil
    for step in 0..<12 {
        let append = scribe.next { model.version(of: $0) }
        let log = logs.randomElement(using: &scribe.random)!
        let expected = model.append(append)
        async let answered = log.append(append)
        if step == cut { try await cutAppends(pool) }
        let outcome = try await answered
        // An append whose first try was committed and not answered is answered as what it then is: a repeat.
        let isRight = expected.contains(outcome) || (step == cut && expected == outcome.asFirst)
        #expect(isRight, "step \(step): \(outcome) instead of \(expected); \(seed.replay)")
        if !isRight { return false }
    }
    return true
}

/// Six clients at once; afterwards the log must be an order of theirs that the model gives the same answers for.
private func race(_ seed: Seed, _ logs: [EventLog], _ pool: PostgresPool, isCut: Bool) async throws {
    let start = try await logs[0].refreshHead()
    let history = History(start)
    try await withThrowingTaskGroup(of: Void.self) { group in
        var seeds = seed
        for client in 0..<6 {
            let own = Seed(seeds.next())
            group.addTask { try await write(own, seed, through: logs[client % logs.count], history) }
        }
        if isCut { group.addTask { for _ in 0..<3 { try await cutAppends(pool) } } }
        try await group.waitForAll()
    }
    let lines = try await everything(in: logs[0], after: start)
    for fault in history.faults(lines) { Issue.record("\(fault); \(seed.retry)") }
}

private func write(_ own: Seed, _ seed: Seed, through log: EventLog, _ history: History) async throws {
    let streams = (0..<3).map { StreamName("r-\(seed.value)-\($0)") }
    var scribe = Scribe(own, streams: streams)
    for _ in 0..<6 {
        let versions = try await log.read(streams: streams).mapValues(\.count)
        let append = scribe.next { versions[$0] ?? 0 }
        let known = history.known
        history.add(append, sentAt: known, try await answer(to: append, from: log))
    }
}

/// As a client does who must know: again with the same key, until there is an answer.
func answer(to append: Append, from log: EventLog) async throws -> AppendOutcome {
    while true {
        do { return try await log.append(append) } catch EventStoreError.outcomeUnknown, EventStoreError.overloaded {}
    }
}

/// Ends the connections over which appends go, whatever they are doing just now; how many there were.
@discardableResult
func cutAppends(_ pool: PostgresPool) async throws -> Int {
    try await pool.connection { db in
        try db.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND query LIKE 'SELECT log_append%'
            """
        ).count
    }
}

func everything(in log: EventLog, after start: LogPosition = .start) async throws -> [LogModel.Line] {
    try await log.read(after: start, limit: .max).map(LogModel.Line.init)
}

extension AppendOutcome {
    /// What a repeat says of the first time.
    fileprivate var asFirst: Set<AppendOutcome> {
        if case .repeated(let range) = self { [.appended(range)] } else { [] }
    }
}
