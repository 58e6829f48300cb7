import FoundationEssentials
package import Glibc
package import Postgres

/// Another process: gone at the latest when this object is, or this process, however that ends.
package final class Child: Sendable {
    package let process: pid_t
    private let input: Int32
    private let watchdog: Watchdog

    /// Runs a program found by PATH, with what is sent to it on its standard input and its output in `output`.
    package init(_ arguments: [String], environment: [String: String] = [:], output: String = "/dev/null") throws {
        let variables = environment.map { "\($0.key)=\($0.value)" }
        (process, input) = try spawn(["env"] + variables + arguments, output: output)
        watchdog = try Watchdog(process: process)
    }

    /// `jobcast serve` on any free port, from the same build as the tests.
    package static func server(_ settings: ConnectionSettings, output: String = "/dev/null") throws -> Child {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folder = tests.split(separator: "/").dropLast().joined(separator: "/")
        let secrets = ["JOBCAST_TOKEN_SECRET", "JOBCAST_MASTER_KEY"].map { ($0, "a secret for tests, thirty-two bytes at least") }
        let environment = Dictionary(uniqueKeysWithValues: secrets + [("DATABASE_URL", settings.url)])
        return try Child(["/\(folder)/jobcast", "serve", "--port", "0"], environment: environment, output: output)
    }

    package func send(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
    }

    package func signal(_ number: Int32) {
        kill(process, number)
    }

    deinit {
        kill(process, SIGKILL)
        watchdog.end()
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        close(input)
    }
}

/// - Returns: the process, in a group of its own, and where to write what it reads.
func spawn(_ arguments: [String], output: String) throws -> (process: pid_t, input: Int32) {
    var ends: [Int32] = [0, 0]
    // Closed in every program started meanwhile, or a reader would wait for that program's end too.
    guard pipe2(&ends, O_CLOEXEC) == 0 else { throw PostgresError.cluster("no pipe") }
    defer { close(ends[0]) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let failure = posix_spawnp(&process, arguments[0], &actions, &attributes, words, environ)
    guard failure == 0 else {
        close(ends[1])
        throw PostgresError.cluster("can't run \(arguments[0]): \(String(cString: strerror(failure)))")
    }
    return (process, ends[1])
}
