import Glibc
package import Postgres
package import PostgresCluster
import Schema

/// A throw-away PostgreSQL in a temporary folder, for tests that break it; nothing of it outlives the test process.
package struct TestCluster: Sendable {
    package let server: PostgresServer
    private let folder: String
    private let watch: Watchdog

    /// Makes and starts one with `settings` added to its configuration. Blocks the thread.
    init(_ settings: [(String, String)] = [], access: [String] = []) throws {
        try self.init { server in
            try server.initialise(options: ["--no-sync"])
            try server.configure(Self.settings + settings, access: access)
        }
        try server.start()
    }

    private init(_ prepare: (PostgresServer) throws -> Void) throws {
        var template = Array("/tmp/jobcast-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw PostgresError.cluster("no temporary folder: \(String(cString: strerror(errno)))") }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        let data = "\(folder)/data"
        watch = try Watchdog(folder: folder, data: data)
        let account = try ServiceAccount()
        try account.makePrivate(folder)
        server = PostgresServer(binaries: try .find(), account: account, data: data, sockets: folder, log: "\(folder)/log")
        try prepare(server)
    }

    /// Fast and unsafe, as a test may be.
    package static let settings = [
        ("listen_addresses", ""), ("max_connections", "600"), ("shared_buffers", "128MB"), ("fsync", "off"), ("synchronous_commit", "off"),
        ("full_page_writes", "off"), ("timezone", "UTC"), ("jit", "off"), ("log_min_messages", "log"), ("max_wal_senders", "4"),
    ]

    package func settings(database: String = "postgres") -> ConnectionSettings {
        server.settings(database: database)
    }

    package func start() async throws {
        try await onOwnThread(named: "test") { try server.start() }
    }

    /// A fast shutdown: connections are ended, nothing is lost.
    package func stop() async throws {
        try await onOwnThread(named: "test") { try server.stop() }
    }

    package func restart() async throws {
        try await stop()
        try await start()
    }

    /// kill -9 of the main process, as a crash or the kernel's OOM killer does it. A busy backend goes on until it waits for something.
    package func crash() throws {
        guard let postmaster = server.postmaster() else { throw PostgresError.cluster("the server isn't running") }
        kill(postmaster.process, SIGKILL)
        awaitEnd()
    }

    /// kill -9 of all its processes, as when its container is killed: no backend goes on.
    package func crashWhole() {
        for process in server.processes() { kill(process, SIGKILL) }
        awaitEnd()
    }

    /// Waits until the kernel has taken the main process away: before that, a start would take it for one that runs.
    private func awaitEnd() {
        while server.postmaster() != nil { poll(nil, 0, 1) }
    }

    /// SIGSTOP to all its processes, as if its machine hung: connections stay and nothing answers.
    package func pause() {
        for process in server.processes() { kill(process, SIGSTOP) }
    }

    package func resume() {
        for process in server.processes() { kill(process, SIGCONT) }
    }

    /// A second server that follows this one.
    package func replica() async throws -> TestCluster {
        try await onOwnThread(named: "test") {
            let replica = try TestCluster { try server.replicate(to: $0) }
            try replica.server.configure(Self.settings + [("primary_conninfo", server.settings(database: "postgres").url)])
            try replica.server.start()
            return replica
        }
    }

    /// Stops the server and deletes everything.
    package func remove() async throws {
        try await onOwnThread(named: "test") { watch.end() }
    }
}

extension PostgresServer {
    /// Makes a copy of this running server in the empty place `copy`, which follows it once started.
    fileprivate func replicate(to copy: PostgresServer) throws {
        let words = ["-D", copy.data, "-d", "host='\(sockets)' user=\(Self.user)", "-R", "-c", "fast", "-X", "stream"]
        let answer = try account.run([binaries.path("pg_basebackup")] + words)
        guard answer.status == 0 else { throw PostgresError.cluster("pg_basebackup failed: \(answer.output)") }
    }
}

/// Runs `body` with a cluster of its own that it may stop, crash, restart and replicate.
package func withCluster<Result: Sendable>(
    _ settings: [(String, String)] = [],
    access: [String] = [],
    _ body: (TestCluster) async throws -> Result
) async throws -> Result {
    let cluster = try await onOwnThread(named: "test") { try TestCluster(settings, access: access) }
    let result: Result
    do {
        result = try await body(cluster)
    } catch {
        try await cluster.remove()
        throw error
    }
    try await cluster.remove()
    return result
}

/// The same with all tables and no rows in its database. Unless `settings` say otherwise it loses nothing that it has acknowledged.
package func withMigratedCluster(
    _ settings: [(String, String)] = [("fsync", "on"), ("synchronous_commit", "on"), ("full_page_writes", "on")],
    _ body: (TestCluster, ConnectionSettings) async throws -> Void
) async throws {
    try await withCluster(settings) { cluster in
        let pool = PostgresPool(cluster.settings(), maximum: 1, logger: .quiet)
        // The migration waits for no standby; what comes after it does.
        try await pool.connection { try $0.execute("SET synchronous_commit = local") }
        try await Migrator(pool, migrations: Schema.migrations(), logger: .quiet).apply()
        await pool.close()
        try await body(cluster, cluster.settings())
    }
}
