import FoundationEssentials
import Glibc
import Logging
import Postgres
import TestSupport
import Testing

@testable import PostgresCluster

@Suite struct `An embedded cluster` {
    @Test func `is made at the first start, and has its data at the second`() async throws {
        try await withFolder { folder in
            let cluster = EmbeddedCluster(logger: .quiet)
            let settings = try await cluster.start(directory: folder)
            try await query(settings, "CREATE TABLE kept AS SELECT 7 AS id")
            try await cluster.stop()
            let again = try await cluster.start(directory: folder)
            try await query(again, "SELECT id FROM kept")
            try await cluster.stop()
        }
    }

    @Test func `is durable, in UTF-8, checked, and hears nobody but its socket`() async throws {
        try await withFolder { folder in
            let cluster = EmbeddedCluster(logger: .quiet)
            let settings = try await cluster.start(directory: folder)
            let values = try await query(
                settings,
                """
                SELECT concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit'), current_setting('server_encoding'),
                    current_setting('data_checksums'), current_setting('listen_addresses'), current_setting('full_page_writes'))
                """
            )
            #expect(try values[0].decode(0, as: String.self) == "on on UTF8 on  on")
            #expect(permissions(folder) == 0o700 && permissions("\(folder)/run") == 0o700)
            try await cluster.stop()
        }
    }

    @Test func `leaves no process behind when stopped`() async throws {
        try await withFolder { folder in
            let cluster = EmbeddedCluster(logger: .quiet)
            _ = try await cluster.start(directory: folder)
            let server = try server(in: folder)
            #expect(!server.processes().isEmpty)
            try await cluster.stop()
            #expect(server.processes().isEmpty)
        }
    }

    @Test func `is joined by a second process, and stopped by the last`() async throws {
        try await withFolder { folder in
            let (first, second) = (EmbeddedCluster(logger: .quiet), EmbeddedCluster(logger: .quiet))
            let settings = try await [first.start(directory: folder), second.start(directory: folder)]
            #expect(settings[0] == settings[1])
            try await first.stop()
            try await query(settings[1], "SELECT 1")
            try await second.stop()
            #expect(try server(in: folder).processes().isEmpty)
        }
    }

    @Test func `is started once by processes that start at the same time`() async throws {
        try await withFolder { folder in
            let clusters = (0..<4).map { _ in EmbeddedCluster(logger: .quiet) }
            try await withThrowingTaskGroup { group in
                for cluster in clusters { group.addTask { try await query(cluster.start(directory: folder), "SELECT 1") } }
                for try await _ in group {}
            }
            for cluster in clusters { try await cluster.stop() }
            #expect(try server(in: folder).processes().isEmpty)
        }
    }

    @Test func `left running by a process that was killed is joined by the next one`() async throws {
        try await withFolder { folder in
            let postmaster = try await {
                // Its locks go with it, as the kernel takes them from a killed process.
                let killed = EmbeddedCluster(logger: .quiet)
                _ = try await killed.start(directory: folder)
                return try server(in: folder).postmaster()?.process
            }()
            let next = EmbeddedCluster(logger: .quiet)
            try await query(next.start(directory: folder), "SELECT 1")
            let process = try server(in: folder).postmaster()?.process
            #expect(process != nil && process == postmaster)
            try await next.stop()
            #expect(try server(in: folder).processes().isEmpty)
        }
    }

    @Test func `starts again after a kill -9 of its main process`() async throws {
        try await withFolder { folder in
            let cluster = EmbeddedCluster(logger: .quiet)
            let settings = try await cluster.start(directory: folder)
            try await query(settings, "CREATE TABLE kept AS SELECT 7 AS id")
            kill(try #require(try server(in: folder).postmaster()).process, SIGKILL)
            let next = EmbeddedCluster(logger: .quiet)
            try await query(next.start(directory: folder), "SELECT id FROM kept")
            try await next.stop()
            try await cluster.stop()
            #expect(try server(in: folder).processes().isEmpty)
        }
    }

    @Test(.timeLimit(.minutes(10))) func `that is kept running comes back after a kill -9 of its main process`() async throws {
        try await withFolder { folder in
            let cluster = EmbeddedCluster(logger: .quiet)
            let settings = try await cluster.start(directory: folder)
            try await query(settings, "CREATE TABLE kept AS SELECT 7 AS id")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await cluster.keepRunning() }
                for _ in 1...2 {
                    let postmaster = try #require(try server(in: folder).postmaster()).process
                    kill(postmaster, SIGKILL)
                    while try server(in: folder).postmaster().map({ $0.process == postmaster || !$0.isReady }) ?? true {
                        try await Task.sleep(for: .milliseconds(20))
                    }
                    try await query(settings, "SELECT id FROM kept")
                }
                group.cancelAll()
            }
            try await cluster.stop()
            #expect(try server(in: folder).processes().isEmpty)
        }
    }

    @Test func `starts in spite of a pid file that names another process`() async throws {
        try await withFolder { folder in
            let cluster = EmbeddedCluster(logger: .quiet)
            _ = try await cluster.start(directory: folder)
            try await cluster.stop()
            let lines = "\(getpid())\n\(folder)/data\n0\n5432\n\(folder)/run\n\n0 0\nready\n"
            try ServiceAccount().write(lines, to: "\(folder)/data/postmaster.pid")
            try await query(cluster.start(directory: folder), "SELECT 1")
            try await cluster.stop()
        }
    }

    @Test func `makes a new start of an initdb that was interrupted`() async throws {
        try await withFolder { folder in
            mkdir("\(folder)/data.unfinished", 0o700)
            try Data("15\n".utf8).write(to: URL(filePath: "\(folder)/data.unfinished/PG_VERSION"))
            let cluster = EmbeddedCluster(logger: .quiet)
            try await query(cluster.start(directory: folder), "SELECT 1")
            try await cluster.stop()
        }
    }

    @Test func `has its socket elsewhere when the folder's path is too long for one`() async throws {
        try await withFolder { folder in
            let long = folder + "/" + String(repeating: "长", count: 60)
            let cluster = EmbeddedCluster(logger: .quiet)
            try await query(cluster.start(directory: long), "SELECT 1")
            try await cluster.stop()
            #expect(ClusterFolder.socketFolder(in: folder) == "\(folder)/run")
            let fits = String(repeating: "a", count: ClusterFolder.longestSocketPath - "//run/.s.PGSQL.5432".utf8.count)
            #expect(ClusterFolder.socketFolder(in: "/" + fits) == "/\(fits)/run")
            #expect(ClusterFolder.socketFolder(in: "/a" + fits).hasPrefix("/tmp/jobcast-"))
            rmdir(ClusterFolder.socketFolder(in: long))
        }
    }

    @Test func `moves out of a folder that the server's user can't enter`() async throws {
        guard geteuid() == 0 else { return }
        try await withFolder { folder in
            #expect(chown(folder, 0, 0) == 0)
            let directory = "\(folder)/postgres"
            let elsewhere = ClusterFolder.elsewhere(for: directory)
            let watch = try Watchdog(folder: elsewhere, data: "\(elsewhere)/data")
            let cluster = EmbeddedCluster(logger: .quiet)
            for _ in 1...2 {
                try await query(cluster.start(directory: directory), "SELECT 1")
                try await cluster.stop()
            }
            let target = try FileManager.default.destinationOfSymbolicLink(atPath: directory)
            #expect(target == elsewhere)
            try await onOwnThread(named: "clean up") { watch.end() }
        }
    }

    @Test func `of an ordinary user is run as that user when root starts it`() async throws {
        guard geteuid() == 0, let nobody = getpwnam("nobody")?.pointee.pw_uid else { return }
        try await withFolder { folder in
            #expect(chown(folder, nobody, nobody) == 0)
            let cluster = EmbeddedCluster(logger: .quiet)
            try await query(cluster.start(directory: folder), "SELECT 1")
            var status = stat()
            #expect(stat("\(folder)/data", &status) == 0 && status.st_uid == nobody)
            try await cluster.stop()
        }
    }

    @Test func `shows the end of the server's log when it can't start`() async throws {
        try await withFolder { folder in
            let cluster = EmbeddedCluster(logger: .quiet)
            _ = try await cluster.start(directory: folder)
            try await cluster.stop()
            try FileManager.default.removeItem(atPath: "\(folder)/data/global/pg_control")
            let failure = await #expect(throws: PostgresError.self) { try await cluster.start(directory: folder) }
            let text = "\(try #require(failure))"
            #expect(text.contains("pg_control") && text.contains("\(folder)/server.log"))
        }
    }

    @Test func `refuses data of another major version and says what to install`() async throws {
        try await withFolder { folder in
            mkdir("\(folder)/data", 0o700)
            try Data("9\n".utf8).write(to: URL(filePath: "\(folder)/data/PG_VERSION"))
            let failure = await #expect(throws: PostgresError.self) {
                try await EmbeddedCluster(logger: .quiet).start(directory: folder)
            }
            let text = "\(try #require(failure))"
            #expect(text.contains("postgresql-9"))
        }
    }
}

/// A folder for the length of a test, or of the test process; a server still running in it is ended.
private func withFolder(_ body: (String) async throws -> Void) async throws {
    var template = Array("/tmp/jobcast-test-XXXXXX".utf8CString)
    _ = try #require(mkdtemp(&template))
    let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let watch = try Watchdog(folder: folder, data: "\(folder)/data")
    try ServiceAccount().makePrivate(folder)
    do {
        try await body(folder)
    } catch {
        try await onOwnThread(named: "clean up") { watch.end() }
        throw error
    }
    try await onOwnThread(named: "clean up") { watch.end() }
}

private func server(in folder: String) throws -> PostgresServer {
    try PostgresServer(
        binaries: .find(),
        account: ServiceAccount(),
        data: "\(folder)/data",
        sockets: "\(folder)/run",
        log: "\(folder)/server.log"
    )
}

private func permissions(_ path: String) -> UInt32 {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
}

@discardableResult
private func query(_ settings: ConnectionSettings, _ sql: String) async throws -> Rows {
    let pool = PostgresPool(settings, maximum: 1, logger: .quiet)
    let rows = try await pool.connection { try $0.query(sql) }
    await pool.close()
    return rows
}
