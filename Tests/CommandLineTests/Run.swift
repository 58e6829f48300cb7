import Foundation
import Glibc
import Postgres
import TestSupport

/// A command of `jobcast` that was run to its end, in a process of its own.
struct Run: Sendable {
    /// What it wrote, to standard output and standard error.
    let output: String
    /// As waitpid(2) gives it.
    let status: Int32

    /// The number of the signal that ended it: of a trap, as of a number that overflows, or of the deadline.
    var signal: Int32 { status & 0x7f }
    var code: Int32 { status >> 8 & 0xff }

    /// Without a database: nobody listens where `DATABASE_URL` points, so that a command ends once its settings are read.
    init(_ arguments: [String], environment: [String: String] = [:]) async throws {
        let secret = "a secret for tests, thirty-two bytes at least"
        let nobody = ["DATABASE_URL": "postgresql://u@127.0.0.1:1/d", "JOBCAST_TOKEN_SECRET": secret, "JOBCAST_MASTER_KEY": secret]
        try await self.init(child: Child(built: "jobcast", arguments, environment: nobody.merging(environment) { $1 }))
    }

    /// - Parameter patience: after which it is told to stop; a minute later it is killed.
    init(_ arguments: [String], on settings: ConnectionSettings, environment: [String: String] = [:], patience: Duration = .seconds(60))
        async throws
    {
        try await self.init(child: Child.jobcast(settings, arguments, environment: environment), patience: patience)
    }

    private init(child: Child, patience: Duration = .seconds(60)) async throws {
        (output, status) = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Task.sleep(for: patience)
                child.signal(SIGTERM)
                try await Task.sleep(for: .seconds(60))
                child.signal(SIGKILL)
            }
            defer { group.cancelAll() }
            return try await onOwnThread(named: "command") {
                var output = ""
                while let line = try? child.line() { output += line + "\n" }
                return (output, child.wait())
            }
        }
    }
}

/// Runs `body` with the path of a new folder, which is deleted afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "jobcast-command-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
}
