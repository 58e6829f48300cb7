import Commands
import EventSourcing
import EventStore
import FoundationEssentials
import Logging
import Postgres
import Recruiting
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

    @Test func `a node that says nothing loses its processes, and finds that out when it asks again`() async throws {
        try await withDatabase(migrated: false) { _, settings in
            let silent = PostgresPool(settings, maximum: 1, logger: Logger(label: "test"))
            let other = PostgresPool(settings, maximum: 1, logger: Logger(label: "test"))
            #expect(try await silent.connection { try Locks.claim(["counting"], in: $0) } == ["counting"])
            try await eventually { try await other.connection { try Locks.claim(["counting"], in: $0) }.isEmpty ? nil : true }
            #expect(try await silent.connection { try Locks.claim(["counting"], in: $0) } == [])
            for pool in [silent, other] { await pool.close() }
        }
    }

    @Test func `a node that hung knows by the clock that it may have lost its processes, before the server takes them`() {
        let ownership = Ownership(of: ["counting"], asked: .now)
        #expect(ownership.holds("counting") && !ownership.holds("other"))
        #expect(!ownership.holds("counting", at: .now + Ownership.lasts) && Ownership.lasts < Locks.idle)
    }

    @Test func `work under way finds that another has its lock, and writes nothing more`() async throws {
        try await withNodes { node in
            let one = Counting()
            try await beside([node("one", one)]) {
                try await eventually { one.mayWrite == true ? true : nil }
                try await node.pool.connection { db in
                    while try !Locks.claim([one.name], in: db).contains(one.name) {
                        let holders = "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 1"
                        let here = "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                        _ = try db.query("SELECT pg_terminate_backend(pid) FROM (\(holders) AND \(here)) AS held")
                    }
                    try db.execute("SET idle_session_timeout = 0")
                }
                try await eventually { one.mayWrite == false ? true : nil }
            }
            let head = try await node.log.refreshHead()
            let session = SessionID(UUID())
            let summary = AudienceSummarised(session: session, from: 1, through: 1, entries: 1, viewers: 1, seconds: [])
            let commands = CommandHandler(node.log, now: { Timestamp(.now) })
            #expect(try await !commands.attempt(SummariseAudience(summary), by: one.name) { false })
            #expect(try await node.log.refreshHead() == head)
            #expect(try await commands.attempt(SummariseAudience(summary), by: one.name) { true })
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
        ProcessRunner(
            [process],
            log: log,
            node: name,
            pool: pool,
            database: settings,
            now: { Timestamp(milliseconds: 0) },
            logger: Logger(label: "test")
        )
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
    private let asking = Mutex<(@Sendable () -> Bool)?>(nil)

    var looks: Int { state.withLock { $0.looks } }

    /// Whether it may write, as it would find now; nil before it first looked.
    var mayWrite: Bool? { asking.withLock { $0 }?() }

    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    func work(while isOurs: @escaping @Sendable () -> Bool) async throws {
        asking.withLock { $0 = isOurs }
        let fails = state.withLock { state in
            state.looks += 1
            return state.fails
        }
        if fails { throw Refused() }
    }
}
