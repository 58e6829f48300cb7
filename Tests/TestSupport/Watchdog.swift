package import Glibc
import Postgres

/// A child process that waits for this one to end – however it ends – and then does away with something that must not outlive it.
///
/// It reads a pipe of which only this process has the other end; the kernel closes that at our death.
package final class Watchdog: Sendable {
    private let process: pid_t
    private let pipe: Int32

    /// Kills the PostgreSQL in `data` and deletes `folder`.
    package convenience init(folder: String, data: String) throws {
        let script = """
            tries=0
            # Again until it stays away: an initdb or pg_ctl of a killed test may still be at work.
            while [ -e "$2" ] && [ $tries -lt 100 ]; do
                pid=$(head -n 1 "$1/postmaster.pid")
                if grep -q '^postgres' "/proc/$pid/comm"; then kill -QUIT "$pid"; else rm -rf "$2"; fi
                sleep 0.1
                tries=$((tries + 1))
            done
            """
        try self.init(script, data, folder)
    }

    /// Kills a process.
    package convenience init(process: pid_t) throws {
        try self.init("kill -KILL \"$1\"", "\(process)")
    }

    private init(_ script: String, _ arguments: String...) throws {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw PostgresError.cluster("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        pipe = ends[1]
        let whole = "trap '' INT TERM HUP\nread -r _\n\(script)"
        process = try Self.spawn(["/bin/sh", "-c", whole, "jobcast-test-watchdog"] + arguments, input: ends[0])
        close(ends[0])
    }

    /// Does now what it would do at the end of this process, and waits for it.
    package func end() {
        close(pipe)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    }

    private static func spawn(_ arguments: [String], input: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        let words = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let failure = posix_spawn(&process, arguments[0], &actions, &attributes, words, environ)
        guard failure == 0 else { throw PostgresError.cluster("no watchdog: \(String(cString: strerror(failure)))") }
        return process
    }
}
