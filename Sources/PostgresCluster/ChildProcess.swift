import CLibpq
import FoundationEssentials
import Glibc
import Postgres

/// Runs a program found by PATH to its end, in `/`, with nothing on its standard input; blocks the thread.
/// - Returns: the exit code (128 and more for a signal) and what it wrote to standard output and standard error together.
func runProgram(_ arguments: [String], environment: [String: String]) throws(PostgresError) -> (status: Int32, output: String) {
    var ends: (Int32, Int32) = (0, 0)
    let made = withUnsafeMutablePointer(to: &ends) { $0.withMemoryRebound(to: Int32.self, capacity: 2) { pipe2($0, O_CLOEXEC) } }
    guard made == 0 else { throw .cluster("no pipe: \(String(cString: strerror(errno)))") }
    let process: pid_t
    do throws(PostgresError) {
        process = try spawn(arguments, environment: environment, output: ends.1)
    } catch {
        close(ends.0)
        close(ends.1)
        throw error
    }
    close(ends.1)
    let output = readToEnd(ends.0)
    close(ends.0)
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    return (status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + (status & 0x7f), output)
}

private func spawn(_ arguments: [String], environment: [String: String], output: Int32) throws(PostgresError) -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    posix_spawn_file_actions_addchdir_np(&actions, "/")
    // Or a connection that this process closes would stay open in a server that it starts.
    posix_spawn_file_actions_addclosefrom_np(&actions, 3)
    let words = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in words + variables { free(text) } }
    var process = pid_t()
    let failure = posix_spawnp(&process, arguments[0], &actions, nil, words, variables)
    guard failure == 0 else { throw .cluster("can't run \(arguments[0]): \(String(cString: strerror(failure)))") }
    return process
}

private func readToEnd(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count > 0 {
            bytes += chunk[..<count]
        } else if count == 0 || errno != EINTR {
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}
