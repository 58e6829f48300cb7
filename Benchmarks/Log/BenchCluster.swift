import FoundationEssentials
import Glibc
import Logging
import Postgres
import PostgresCluster
import Schema

/// A throw-away PostgreSQL: durable, with room to breathe. What is measured beside it has the same settings (docs/performance.md).
struct BenchCluster {
    private let server: PostgresServer
    private let folder: String

    init() throws {
        var template = Array("/tmp/jobcast-bench-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw PostgresError.cluster("no temporary folder: \(String(cString: strerror(errno)))") }
        folder = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
        let account = try ServiceAccount()
        try account.makePrivate(folder)
        server = PostgresServer(
            binaries: try PostgresBinaries.find(),
            account: account,
            data: "\(folder)/data",
            sockets: folder,
            log: "\(folder)/log"
        )
        try server.initialise()
        try server.configure([
            ("listen_addresses", ""), ("max_connections", "100"), ("shared_buffers", "1GB"), ("max_wal_size", "8GB"),
            ("fsync", "on"), ("synchronous_commit", "on"), ("timezone", "UTC"),
        ])
        try server.start()
    }

    /// Runs `body` with an empty migrated database, which is dropped afterwards.
    func database<Result>(_ body: (ConnectionSettings) async throws -> Result) async throws -> Result {
        let name = "bench_\(UUID().uuidString.prefix(8).lowercased())"
        try await administrate("CREATE DATABASE \(name)")
        let settings = server.settings(database: name)
        let pool = PostgresPool(settings, maximum: 1, logger: .quiet)
        try await Migrator(pool, migrations: Schema.migrations(), logger: .quiet).apply()
        await pool.close()
        let result = try await body(settings)
        try await administrate("DROP DATABASE \(name) WITH (FORCE)")
        return result
    }

    private func administrate(_ statement: String) async throws {
        let pool = PostgresPool(server.settings(database: "postgres"), maximum: 1, logger: .quiet)
        try await pool.connection { try $0.execute(statement) }
        await pool.close()
    }

    func remove() {
        do {
            try server.stop()
            try FileManager.default.removeItem(atPath: folder)
        } catch {
            print("# \(folder) could not be removed: \(error)")
        }
    }
}

extension Logger {
    static var quiet: Logger { Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() } }
}
