import FoundationEssentials
import Glibc
package import Logging
package import Postgres

/// A private PostgreSQL in a folder of its own, for those who have no server: Unix socket only, made at the first start.
///
/// Several processes may use the same folder: the first starts the server, the others join it, the last to stop stops it.
/// A server left running by a process that was killed is joined, too, and one that died under us is started again.
package actor EmbeddedCluster {
    private enum State {
        case stopped
        case busy
        case running(ClusterUse)
    }

    private let logger: Logger
    private var state = State.stopped

    /// The time between two looks whether the server runs.
    private static let beat = Duration.milliseconds(500)
    /// The pauses before each try to start the server again: half a minute in all.
    private static let pauses: [Duration] = [.zero, .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(16)]

    package init(logger: Logger) {
        self.logger = logger
    }

    /// Starts the server in `directory`, which is made if need be, or joins the one that runs there.
    /// - Returns: settings for its database `jobcast`.
    /// - Throws: `PostgresError.cluster`, which says what to do.
    package func start(directory: String = ".jobcast/postgres") async throws -> ConnectionSettings {
        guard case .stopped = state else { throw PostgresError.misuse("this embedded cluster was started already") }
        state = .busy
        do {
            let use = try await onOwnThread(named: "pg-start") { [logger] in try ClusterUse(directory, logger: logger) }
            state = .running(use)
            return use.settings
        } catch {
            state = .stopped
            throw error
        }
    }

    /// Starts the server again when it is gone without having been stopped by us, until the task is cancelled.
    /// - Throws: `PostgresError.cluster` when it can't be started after several tries.
    package func keepRunning() async throws {
        while !Task.isCancelled {
            if case .running(let use) = state, !use.isServerThere { try await startAgain(use) }
            try? await Task.sleep(for: Self.beat)
        }
    }

    private func startAgain(_ use: ClusterUse) async throws {
        logger.error("the PostgreSQL of our own is gone: starting it again")
        for (index, pause) in Self.pauses.enumerated() {
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            do {
                try await onOwnThread(named: "pg-start") { try use.startAgain() }
                return logger.notice("the PostgreSQL of our own runs again")
            } catch {
                logger.error("the PostgreSQL of our own doesn't start", metadata: ["error": "\(error)"])
                if index == Self.pauses.count - 1 { throw error }
            }
        }
    }

    /// Leaves the server, and stops it when no other process uses it; nothing happens when it wasn't started.
    package func stop() async throws {
        guard case .running(let use) = state else { return }
        state = .busy
        defer { state = .stopped }
        try await onOwnThread(named: "pg-stop") { try use.end() }
    }
}

/// One process's use of the server in a folder. All calls block the thread.
struct ClusterUse: Sendable {
    private static let database = "jobcast"

    private let server: PostgresServer
    /// The lock that is held while someone starts or stops the server.
    private let startLock: FileLock
    /// The lock that all processes share that use the server.
    private let users: FileLock

    var settings: ConnectionSettings { server.settings(database: Self.database) }

    init(_ directory: String, logger: Logger) throws(PostgresError) {
        let account = try ServiceAccount(folder: directory)
        let folder = try ClusterFolder(directory, account: account, logger: logger)
        let startLock = try FileLock("\(folder.home)/start.lock", account: account)
        let users = try FileLock("\(folder.home)/users.lock", account: account)
        startLock.own()
        defer { startLock.release() }
        users.share()
        let server = try Self.runningServer(in: folder, account: account, users: users, logger: logger)
        (self.server, self.startLock, self.users) = (server, startLock, users)
        try Self.makeDatabase(on: server, logger: logger)
    }

    var isServerThere: Bool { server.postmaster() != nil }

    /// Starts the server again, unless another process has done so meanwhile.
    func startAgain() throws(PostgresError) {
        startLock.own()
        defer { startLock.release() }
        if try server.awaitReady() == nil { try server.start() }
    }

    func end() throws(PostgresError) {
        startLock.own()
        defer { startLock.release() }
        let isLast = users.ownIfFree()
        defer { users.release() }
        if isLast { try server.stop() }
    }

    private static func runningServer(
        in folder: ClusterFolder,
        account: ServiceAccount,
        users: FileLock,
        logger: Logger
    ) throws(PostgresError) -> PostgresServer {
        let data = "\(folder.home)/data"
        let binaries = try PostgresBinaries.find(major: PostgresServer.major(of: data))
        let log = "\(folder.home)/server.log"
        var server = PostgresServer(binaries: binaries, account: account, data: data, sockets: folder.sockets, log: log)
        if let running = try server.awaitReady() {
            server = PostgresServer(binaries: binaries, account: account, data: data, sockets: running.sockets, log: log)
            if server.answers {
                logger.info("joining the PostgreSQL that runs in \(folder.home)")
                return server
            }
            guard users.ownIfFree() else { throw .cluster("the PostgreSQL in \(folder.home), used by another process, doesn't answer") }
            users.share()
            try server.stop()
            server = PostgresServer(binaries: binaries, account: account, data: data, sockets: folder.sockets, log: log)
        }
        if !server.isInitialised {
            logger.info("making a PostgreSQL \(binaries.major) cluster in \(folder.home)")
            try server.initialise(options: ["--data-checksums"])
        }
        try server.configure(Self.configuration)
        try server.start()
        return server
    }

    private static let configuration = [
        ("listen_addresses", ""), ("port", "5432"), ("cluster_name", "jobcast"), ("max_connections", "100"), ("shared_buffers", "128MB"),
        ("max_wal_size", "2GB"), ("fsync", "on"), ("synchronous_commit", "on"), ("timezone", "UTC"), ("log_timezone", "UTC"),
        // A refused statement is its sender's to report, and its values don't belong in a log.
        ("log_min_messages", "log"), ("log_line_prefix", "%m [%p] "),
    ]

    private static func makeDatabase(on server: PostgresServer, logger: Logger) throws(PostgresError) {
        let connection = try LibpqConnection(server.settings(database: "postgres"), logger: logger)
        let found = try connection.query("SELECT FROM pg_database WHERE datname = $1", [.text(database)])
        if found.isEmpty { try connection.execute("CREATE DATABASE \(database)") }
    }
}

extension PostgresServer {
    /// The major version that made `data`; nil when there is nothing yet.
    static func major(of data: String) -> Int? {
        (try? String(contentsOfFile: "\(data)/PG_VERSION", encoding: .utf8)).flatMap { Int(trimmed($0)) }
    }

    /// Whether a connection can be made.
    var answers: Bool {
        (try? LibpqConnection(settings(database: "postgres"), logger: Logger(label: "postgres") { _ in SwiftLogNoOpLogHandler() })) != nil
    }

    /// The server running on `data`, once it answers queries; nil when there is none.
    /// - Throws: `PostgresError.cluster` when it is still busy after ten minutes, the same as `start` allows.
    func awaitReady() throws(PostgresError) -> Postmaster? {
        for _ in 0..<12_000 {
            guard let running = postmaster() else { return nil }
            if running.isReady { return running }
            poll(nil, 0, 50)
        }
        throw .cluster("the PostgreSQL on \(data) has been starting or stopping for ten minutes; see \(log)")
    }
}
