import Glibc

/// A child process that waits for this one to end – however it ends – and then does away with something that must not outlive it.
///
/// It reads a pipe of which only this process has the other end; the kernel closes that at our death.
package final class Watchdog: Sendable {
    private let process: Int32
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
    package convenience init(process: Int32) throws {
        try self.init("kill -KILL \"$1\"", "\(process)")
    }

    private init(_ script: String, _ arguments: String...) throws {
        let whole = "trap '' INT TERM HUP\nread -r _\n\(script)"
        let output: Int32
        (process, pipe, output) = try spawn(["sh", "-c", whole, "jobcast-test-watchdog"] + arguments)
        close(output)
    }

    /// Does now what it would do at the end of this process, and waits for it.
    package func end() {
        close(pipe)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    }
}
