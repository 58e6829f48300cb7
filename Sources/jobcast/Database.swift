import FoundationEssentials
import Logging
import Postgres
import PostgresCluster
import Schema
import ServiceLifecycle

/// The database of a command: the one that DATABASE_URL names, or a PostgreSQL of our own for as long as the command runs.
struct Database {
    let settings: ConnectionSettings
    let pool: PostgresPool
    let logger: Logger
    private let cluster: EmbeddedCluster?

    /// - Parameter connections: how many the pool may make.
    static func open(_ settings: Settings, connections: Int = 4, logger: Logger) async throws -> Database {
        if let url = try settings.value(.databaseURL, flag: settings.databaseURL) {
            let connection = ConnectionSettings(url: url)
            if let fault = connection.fault { throw SettingError("DATABASE_URL \(Sentence(of: fault))") }
            let pool = PostgresPool(connection, maximum: connections, logger: logger)
            return Database(settings: connection, pool: pool, logger: logger, cluster: nil)
        }
        let cluster = EmbeddedCluster(logger: logger)
        let connection = try await cluster.start(directory: settings.dataFolder + "/postgres")
        let pool = PostgresPool(connection, maximum: connections, logger: logger)
        return Database(settings: connection, pool: pool, logger: logger, cluster: cluster)
    }

    /// What keeps the database up while a server runs: nothing, when it is somebody else's.
    var keeping: [any Service] { cluster.map { [ClusterKeeping(cluster: $0)] } ?? [] }

    func close() async throws {
        await pool.close()
        try await cluster?.stop()
    }

    /// Applies what is missing; safe in any number of processes at once. Where nothing is, no right to make tables is needed.
    /// - Returns: the names of those applied now.
    @discardableResult
    func migrate() async throws -> [String] {
        let migrator = try migrator
        return try await migrator.pending().isEmpty ? [] : try await migrator.apply()
    }

    /// - Throws: when the database isn't at this release's schema.
    func requireMigrated() async throws {
        let pending = try await migrator.pending()
        guard pending.isEmpty else {
            throw SettingError("The database lacks \(pending.joined(separator: ", ")): run jobcast migrate first.")
        }
    }

    func pendingMigrations() async throws -> Int {
        try await migrator.pending().count
    }

    private var migrator: Migrator {
        get throws { Migrator(pool, migrations: try Schema.migrations(), logger: logger) }
    }
}

/// Runs `body` on the database of the settings, and closes it whatever happens.
func withDatabase(_ settings: Settings, connections: Int = 4, _ body: (Database) async throws -> Void) async throws {
    let database = try await Database.open(settings, connections: connections, logger: settings.logger())
    do {
        try await body(database)
    } catch {
        try? await database.close()
        throw error
    }
    try await database.close()
}

private struct ClusterKeeping: Service {
    let cluster: EmbeddedCluster

    func run() async throws {
        try await cancelWhenGracefulShutdown { try await cluster.keepRunning() }
    }
}
