import FoundationEssentials
import Glibc
package import Postgres

/// A PostgreSQL of our own in a folder: makes it, starts it, finds it again. All calls block the thread.
package struct PostgresServer: Sendable {
    package let binaries: PostgresBinaries
    package let account: ServiceAccount
    /// PostgreSQL's data directory.
    package let data: String
    /// The folder of the server's Unix socket.
    package let sockets: String
    package let log: String
    /// The user that owns everything in the database.
    package static let user = "jobcast"

    package init(binaries: PostgresBinaries, account: ServiceAccount, data: String, sockets: String, log: String) {
        self.binaries = binaries
        self.account = account
        self.data = data
        self.sockets = sockets
        self.log = log
    }

    package var isInitialised: Bool { access("\(data)/PG_VERSION", F_OK) == 0 }

    package func settings(database: String) -> ConnectionSettings {
        ConnectionSettings(url: "host='\(sockets)' user=\(Self.user) dbname=\(database)")
    }

    /// Makes an empty cluster. Interrupted, it leaves nothing that the next call would take for one.
    package func initialise(options: [String] = []) throws(PostgresError) {
        let unfinished = data + ".unfinished"
        var answer: (status: Int32, output: String) = (1, "")
        for locale in ["C.UTF-8", "C"] where answer.status != 0 {
            try? FileManager.default.removeItem(atPath: unfinished)
            try account.makePrivate(unfinished)
            let words = ["-D", unfinished, "-U", Self.user, "--encoding=UTF8", "--locale=\(locale)", "--auth=reject"]
            answer = try account.run([binaries.path("initdb")] + words + options)
        }
        guard answer.status == 0 else { throw .cluster("initdb failed in \(unfinished): \(answer.output)") }
        guard rename(unfinished, data) == 0 else { throw .cluster("can't name \(data): \(String(cString: strerror(errno)))") }
    }

    /// Replaces the configuration: `settings` for postgresql.conf, `access` more lines for pg_hba.conf.
    ///
    /// Over the Unix socket the system says who connects (peer); the account itself, root and we ourselves may.
    package func configure(_ settings: [(String, String)], access: [String] = []) throws(PostgresError) {
        let fixed = [("unix_socket_directories", sockets), ("unix_socket_permissions", "0700"), ("hba_file", "\(data)/pg_hba.conf")]
        let lines = (fixed + settings).map { name, value in
            "\(name) = '\(value.replacing("\\", with: "\\\\").replacing("'", with: "''"))'"
        }
        try account.write(lines.joined(separator: "\n") + "\n", to: "\(data)/postgresql.conf")
        let local = ["local all all peer map=jobcast", "local replication all peer map=jobcast"]
        try account.write((local + access).joined(separator: "\n") + "\n", to: "\(data)/pg_hba.conf")
        let names = Set([account.name, "root"])
        try account.write(names.sorted().map { "jobcast \($0) \(Self.user)\n" }.joined(), to: "\(data)/pg_ident.conf")
    }

    /// Starts the server and returns when it answers. What a crash left behind is no obstacle.
    /// - Throws: `PostgresError.cluster` with the end of the server's log.
    package func start() throws(PostgresError) {
        try clearRemains()
        rename(log, log + ".before")
        let words = ["start", "-D", data, "-l", log, "-w", "-t", "600", "-s"]
        let answer = try account.run([binaries.path("pg_ctl")] + words)
        guard answer.status == 0 else {
            throw .cluster("PostgreSQL didn't start on \(data). \(trimmed(answer.output))\nThe end of its log, \(log):\n\(logTail())")
        }
    }

    /// Ends all connections, writes everything to disk and stops; nothing happens when the server isn't running.
    package func stop() throws(PostgresError) {
        guard postmaster() != nil else { return }
        let answer = try account.run([binaries.path("pg_ctl"), "stop", "-D", data, "-m", "fast", "-w", "-t", "600", "-s"])
        guard answer.status == 0 || postmaster() == nil else {
            throw .cluster("PostgreSQL on \(data) didn't stop: \(trimmed(answer.output))")
        }
    }

    private func logTail() -> String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? "(none)"
        return text.split(separator: "\n").suffix(15).joined(separator: "\n")
    }
}

/// A running server's main process, as its postmaster.pid tells (src/include/utils/pidfile.h).
package struct Postmaster: Sendable {
    package let process: Int32
    /// The folder of the server's Unix socket.
    package let sockets: String
    /// Whether it answers queries already.
    package let isReady: Bool
}

extension PostgresServer {
    /// The server running on `data`, by its pid file, if that process is one and works in that folder.
    package func postmaster() -> Postmaster? {
        guard let text = try? String(contentsOfFile: "\(data)/postmaster.pid", encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > 5, let process = Int32(lines[0]), isOurs(process) else { return nil }
        let state = lines.count > 7 ? lines[7].prefix { $0 != " " } : ""
        return Postmaster(process: process, sockets: String(lines[4]), isReady: state == "ready" || state == "standby")
    }

    /// The processes that work in the data folder: the postmaster and its children, or what a killed postmaster left.
    package func processes() -> [Int32] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { Int32($0) }.filter(isOurs)
    }

    /// A PostgreSQL process's working directory is its data folder.
    private func isOurs(_ process: Int32) -> Bool {
        let name = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
        guard name?.hasPrefix("postgres") == true else { return false }
        var here = stat()
        var there = stat()
        guard stat("/proc/\(process)/cwd", &there) == 0, stat(data, &here) == 0 else { return false }
        return here.st_dev == there.st_dev && here.st_ino == there.st_ino
    }

    /// Ends the children that a killed postmaster left (they hold its shared memory), and removes its lock files: their
    /// number may be another process by now, or one that is dead but not yet reaped, and PostgreSQL takes either for itself.
    private func clearRemains() throws(PostgresError) {
        guard postmaster() == nil else { throw .cluster("a PostgreSQL is running on \(data) already") }
        var tries = 0
        while true {
            let left = processes()
            if left.isEmpty { break }
            guard tries < 200 else { throw .cluster("PostgreSQL processes of an earlier run don't end: \(left)") }
            for process in left { kill(process, tries < 100 ? SIGQUIT : SIGKILL) }
            poll(nil, 0, 50)
            tries += 1
        }
        for file in ["\(data)/postmaster.pid", "\(sockets)/.s.PGSQL.5432.lock"] { unlink(file) }
    }
}
