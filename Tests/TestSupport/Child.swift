import CLibpq
import Foundation
import Glibc
package import Postgres
import Synchronization

/// Another process: gone at the latest when this object is, or this process, however that ends.
package final class Child: Sendable {
    package let id: Int32
    private let name: String
    private let input: Int32
    private let output: Int32
    private let said = Mutex([UInt8]())
    private let status = Mutex<Int32?>(nil)
    private let watchdog: Watchdog

    package struct Ended: Error { let name: String }

    /// Runs a program found by PATH; it reads what is sent to it, and ``line()`` gives what it writes.
    package init(_ arguments: [String], environment: [String: String] = [:]) throws {
        name = arguments[0]
        let variables = environment.map { "\($0.key)=\($0.value)" }
        (id, input, output) = try spawn(["env"] + variables + arguments)
        watchdog = try Watchdog(process: id)
    }

    /// Runs a program of this package, built beside the tests.
    package convenience init(built name: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        // What it says is compared, whatever the language of whoever runs the tests.
        try self.init(
            [folder.appendingPathComponent(name).path] + arguments,
            environment: environment.merging(["LC_ALL": "C"]) { given, _ in given }
        )
    }

    /// `jobcast serve` on a free port, which ``port()`` tells.
    package static func server(_ settings: ConnectionSettings, _ arguments: [String] = []) throws -> Child {
        try jobcast(settings, ["serve", "--port", "0"] + arguments)
    }

    /// A command of `jobcast`, with the secrets that all of them share.
    package static func jobcast(_ settings: ConnectionSettings, _ arguments: [String], environment: [String: String] = [:]) throws -> Child
    {
        let secret = "a secret for tests, thirty-two bytes at least"
        let shared = ["JOBCAST_TOKEN_SECRET": secret, "JOBCAST_MASTER_KEY": secret, "DATABASE_URL": settings.url]
        return try Child(built: "jobcast", arguments, environment: shared.merging(environment) { $1 })
    }

    deinit {
        signal(SIGKILL)
        _ = wait()
        for end in [input, output] { close(end) }
    }

    package func send(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
    }

    package func signal(_ number: Int32) {
        // One that has been waited for is no child any more, and its number may be another's.
        status.withLock { if $0 == nil { kill(id, number) } }
    }

    /// Blocks the thread until it has ended.
    /// - Returns: its status as waitpid(2) gives it. It is 0 for an end in peace.
    package func wait() -> Int32 {
        if let known = status.withLock({ $0 }) { return known }
        var info = siginfo_t()
        while waitid(P_PID, id_t(id), &info, WEXITED | WNOWAIT) == -1 && errno == EINTR {}
        // While its number is still its own.
        watchdog.end()
        var ended: Int32 = 0
        while waitpid(id, &ended, 0) == -1 && errno == EINTR {}
        status.withLock { $0 = ended }
        return ended
    }

    /// The next line it writes, to standard output or standard error. Blocks the thread.
    package func line() throws -> String {
        try said.withLock { said in
            while true {
                if let end = said.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { said.removeFirst(end + 1) }
                    return String(decoding: said[..<end], as: UTF8.self)
                }
                var piece = [UInt8](repeating: 0, count: 4096)
                let count = read(output, &piece, piece.count)
                guard count > 0 else { throw Ended(name: name) }
                said += piece[..<count]
            }
        }
    }

    /// The port on which a server listens, once it does. Blocks the thread.
    package func port() throws -> Int {
        while true {
            let port = try line().split(separator: "url=http://127.0.0.1:").dropFirst().first.flatMap { Int($0.prefix(while: \.isNumber)) }
            if let port { return port }
        }
    }
}

/// - Returns: the process, in a group of its own, where to write what it reads, and where to read what it writes.
func spawn(_ arguments: [String]) throws -> (process: pid_t, input: Int32, output: Int32) {
    var (reading, writing): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe2(&reading, O_CLOEXEC) == 0, pipe2(&writing, O_CLOEXEC) == 0 else { throw PostgresError.cluster("no pipe") }
    defer { for end in [reading[0], writing[1]] { close(end) } }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, reading[0], 0)
    posix_spawn_file_actions_adddup2(&actions, writing[1], 1)
    posix_spawn_file_actions_adddup2(&actions, writing[1], 2)
    // Or a connection that this process closes would stay open in that one.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    let words = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    let failure = posix_spawnp(&process, arguments[0], &actions, &attributes, words, environ)
    guard failure == 0 else {
        for end in [reading[1], writing[0]] { close(end) }
        throw PostgresError.cluster("can't run \(arguments[0]): \(String(cString: strerror(failure)))")
    }
    return (process, reading[1], writing[0])
}
