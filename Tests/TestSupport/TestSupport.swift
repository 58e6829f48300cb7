package import Logging
package import Postgres
import Schema
import Synchronization

/// Runs `body` with a database of its own, which has all tables and no rows, on the cluster that all tests of this run share.
/// The pool makes up to `maximum` connections; without `migrated` there are no tables either.
package func withDatabase<Result: Sendable>(
    maximum: Int = 4,
    migrated: Bool = true,
    _ body: (PostgresPool, ConnectionSettings) async throws -> Result
) async throws -> Result {
    let shared = try await SharedCluster.shared.get()
    let name = "test_\(SharedCluster.counter.wrappingAdd(1, ordering: .relaxed).newValue)"
    try await shared.administration.connection { try $0.execute("CREATE DATABASE \(name) TEMPLATE \(migrated ? "migrated" : "template0")") }
    let settings = shared.cluster.settings(database: name)
    let pool = PostgresPool(settings, maximum: maximum, logger: .quiet)
    let result: Swift.Result<Result, any Error>
    do {
        result = .success(try await body(pool, settings))
    } catch {
        result = .failure(error)
    }
    await pool.close()
    try await shared.administration.connection { try $0.execute("DROP DATABASE \(name) WITH (FORCE)") }
    return try result.get()
}

/// The same for a test that needs no more than the pool.
package func withDatabase<Result: Sendable>(
    maximum: Int = 4,
    migrated: Bool = true,
    _ body: (PostgresPool) async throws -> Result
) async throws -> Result {
    try await withDatabase(maximum: maximum, migrated: migrated) { pool, _ in try await body(pool) }
}

extension Logger {
    /// A logger for what tests provoke on purpose.
    package static var quiet: Logger {
        Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
    }
}

/// The cluster of this run: started by the first test that asks, gone when the process is.
private actor SharedCluster {
    struct Running: Sendable {
        let cluster: TestCluster
        let administration: PostgresPool
    }

    static let shared = SharedCluster()
    static let counter = Atomic(0)

    private var start: Task<Running, any Error>?

    func get() async throws -> Running {
        if let start { return try await start.value }
        let task = Task { try await Self.start() }
        start = task
        return try await task.value
    }

    private static func start() async throws -> Running {
        let cluster = try await onOwnThread(named: "test") { try TestCluster() }
        let administration = PostgresPool(cluster.settings(), maximum: 2, logger: .quiet)
        try await administration.connection { try $0.execute("CREATE DATABASE migrated TEMPLATE template0") }
        let template = PostgresPool(cluster.settings(database: "migrated"), maximum: 1, logger: .quiet)
        try await Migrator(template, migrations: Schema.migrations(), logger: .quiet).apply()
        await template.close()
        return Running(cluster: cluster, administration: administration)
    }
}

/// Runs `body` as a task of its own; what it is given cancels that task, from whichever thread, and returns when it is cancelled.
package func cancelling(_ body: @escaping @Sendable (_ cancel: @escaping @Sendable () -> Void) async throws -> Void) async throws {
    let running = Mutex<Task<Void, any Error>?>(nil)
    let task = Task {
        try await body { while running.withLock({ $0?.isCancelled != true }) { running.withLock { $0?.cancel() } } }
    }
    running.withLock { $0 = task }
    try await task.value
}
