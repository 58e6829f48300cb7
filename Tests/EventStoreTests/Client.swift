import Glibc
import Postgres

/// A process of its own with a connection of its own: psql, waiting for what to do next.
final class Client {
    private let process: pid_t
    private let input: Int32

    /// One that is in the middle of an append: it has written, holds the head's lock, and has not committed.
    static func holdingAppend(_ settings: ConnectionSettings) throws -> Client {
        let client = try Client(settings)
        client.send(
            """
            BEGIN;
            SELECT head FROM log_append('{x-1}', '{1}', '{1}', '{}', '{}', '{}', '{}', '{}', ARRAY[gen_random_uuid()], '{0}', '{1}', '{1}',
                '{x-1}', '{1}', '{1}', '{Noted}', '{1}', '{0}', '{null}', '{k}', '{i}', '{null}', '{null}', ARRAY['{}'::jsonb]);

            """
        )
        return client
    }

    private init(_ settings: ConnectionSettings) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw PostgresError.cluster("no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        let arguments = ["psql", "-qX", settings.url]
        let words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        let failure = posix_spawnp(&process, "psql", &actions, nil, words, environ)
        close(ends[0])
        guard failure == 0 else { throw PostgresError.cluster("no psql: \(String(cString: strerror(failure)))") }
        self.process = process
        input = ends[1]
    }

    private func send(_ text: String) {
        _ = Array(text.utf8).withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
    }

    /// kill -9.
    func kill() {
        _ = Glibc.kill(process, SIGKILL)
    }

    deinit {
        kill()
        close(input)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
    }
}
