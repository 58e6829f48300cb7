import EventSourcing
import EventStore
import Logging
import Postgres
import Synchronization
import TestSupport
import Testing

@testable import Processes

@Suite(.timeLimit(.minutes(10))) struct ProcessRunnerTests {
    @Test func `a process looks on one node alone, and at once after the events that it names`() async throws {
        try await withNodes { node in
            let (one, two) = (Counting(), Counting())
            try await beside([node("one", one)]) {
                try await eventually { one.looks > 0 ? true : nil }
                try await beside([node("two", two)]) {
                    let before = one.looks
                    try await eventually {
                        try await node.want()
                        return one.looks > before ? true : nil
                    }
                    #expect(two.looks == 0)
                }
            }
        }
    }

    @Test func `when its node is gone another one has it`() async throws {
        try await withNodes { node in
            let (one, two) = (Counting(), Counting())
            try await beside([node("one", one)]) {
                try await eventually { one.looks > 0 ? true : nil }
                return
            }
            try await beside([node("two", two)]) {
                try await eventually { two.looks > 0 ? true : nil }
                let status = try await eventually {
                    let status = try await ProcessStatus.read(in: node.pool).first
                    return status?.node == "two" ? status : nil
                }
                #expect(status.name == "counting" && status.error == nil && status.idleFor < .seconds(600))
            }
        }
    }

    @Test func `what went wrong is told until it goes right`() async throws {
        try await withNodes { node in
            let process = Counting()
            process.fail(true)
            try await beside([node("one", process)]) {
                try await eventually { try await ProcessStatus.read(in: node.pool).first?.error == "Refused()" ? true : nil }
                process.fail(false)
                try await eventually {
                    try await node.want()
                    return try await ProcessStatus.read(in: node.pool).contains { $0.error == nil } ? true : nil
                }
            }
        }
    }
}

/// What nodes of one database share.
private struct Nodes {
    let log: EventLog
    let pool: PostgresPool
    let settings: ConnectionSettings

    func callAsFunction(_ name: String, _ process: Counting) -> ProcessRunner {
        ProcessRunner([process], log: log, node: name, pool: pool, database: settings, logger: Logger(label: "test"))
    }

    /// Appends an event that the process names.
    func want() async throws {
        let origin = Origin(actorKind: "test", actorID: "test")
        let stream = StreamName("thing-\(Int.random(in: 0..<Int.max))")
        let event = NewEvent(stream: stream, type: "Wanted", data: Array("{}".utf8))
        _ = try await log.append(Append([event], expected: [stream: 0], key: .unique(), origin: origin))
    }
}

private func withNodes(_ body: @escaping @Sendable (Nodes) async throws -> Void) async throws {
    try await withDatabase { pool, settings in
        let log = EventLog(settings, pool: pool, logger: Logger(label: "test"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await log.run() }
            defer { group.cancelAll() }
            try await body(Nodes(log: log, pool: pool, settings: settings))
        }
    }
}

/// Runs `body` while the runners run, and returns when they have ended.
private func beside(_ runners: [ProcessRunner], _ body: () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for runner in runners { group.addTask { try await runner.run() } }
        defer { group.cancelAll() }
        try await body()
    }
}

/// Counts how often it looks.
private final class Counting: Process {
    struct Refused: Error {}

    let name = "counting"
    let triggers: Set<String> = ["Wanted"]
    let pause = Duration.seconds(3_600)
    private let state = Mutex((looks: 0, fails: false))

    var looks: Int { state.withLock { $0.looks } }

    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    func work() async throws {
        let fails = state.withLock { state in
            state.looks += 1
            return state.fails
        }
        if fails { throw Refused() }
    }
}
