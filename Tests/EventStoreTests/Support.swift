import EventSourcing
import EventStore
import FoundationEssentials
import Logging
import Postgres
import TestSupport

/// Runs `body` with a log of its own, which is running; and its pool.
func withLog<Result: Sendable>(_ body: @escaping @Sendable (EventLog, PostgresPool) async throws -> Result) async throws -> Result {
    try await withDatabase { pool, settings in
        try await running(EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet)) { log in try await body(log, pool) }
    }
}

/// The same with `count` processes on one database.
func withLogs<Result: Sendable>(
    _ count: Int,
    _ body: @escaping @Sendable ([EventLog], PostgresPool) async throws -> Result
) async throws -> Result {
    try await withDatabase { pool, settings in
        let logs = (0..<count).map { _ in EventLog(settings, pool: pool, patience: .seconds(120), logger: .quiet) }
        return try await running(logs) { try await body(logs, pool) }
    }
}

/// Runs `body` while all of `logs` are running.
func running<Result: Sendable>(_ logs: [EventLog], _ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
    guard let first = logs.first else { return try await body() }
    return try await running(first) { _ in try await running(Array(logs.dropFirst()), body) }
}

/// Runs `body` while `log` is running.
func running<Result: Sendable>(_ log: EventLog, _ body: @escaping @Sendable (EventLog) async throws -> Result) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
            try await log.run()
            return nil
        }
        group.addTask { try await body(log) }
        defer { group.cancelAll() }
        guard case let result?? = try await group.next() else { throw CancellationError() }
        return result
    }
}

extension Origin {
    static let recruiter = Origin(actorKind: "recruiter", actorID: "li")
}

extension NewEvent {
    static func noted(_ stream: String, _ number: Int = 0) -> NewEvent {
        NewEvent(stream: StreamName(stream), type: "Noted", data: Array(#"{"number": \#(number)}"#.utf8))
    }
}

extension Append {
    /// `count` events on `stream`, which has `version` events.
    static func noted(_ stream: String, after version: Int = 0, count: Int = 1, key: AppendKey = .unique()) -> Append {
        Append((0..<count).map { .noted(stream, $0) }, expected: [StreamName(stream): version], key: key, origin: .recruiter)
    }
}
