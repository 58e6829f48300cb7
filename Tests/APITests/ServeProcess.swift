import EventStore
import Foundation
import Glibc
import Logging
import Postgres
import TestSupport

@testable import API

/// `jobcast serve` as a process of its own, as an operator runs it.
final class ServeProcess: Sendable {
    let server: TestServer
    private let process: pid_t

    /// Starts one on a database that has its tables, and returns when it is ready.
    static func start(_ name: String, _ pool: PostgresPool, _ database: ConnectionSettings) async throws -> ServeProcess {
        let port = try freePort()
        let server = TestServer(
            wires: Wires(port: port),
            database: database,
            pool: pool,
            log: EventLog(database, pool: pool, logger: .quiet),
            signer: await TokenSigner(secret: TestServer.secret),
            stop: {}
        )
        let process = try ServeProcess(server, name, port)
        try await eventually {
            do { return try await server.get("/readyz").status == 200 ? true : nil } catch { return nil }
        }
        return process
    }

    private init(_ server: TestServer, _ name: String, _ port: Int) throws {
        self.server = server
        let binary = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appendingPathComponent("jobcast").path
        let secret = String(decoding: TestServer.secret, as: UTF8.self)
        let environment = [
            "DATABASE_URL=\(server.database.url)", "JOBCAST_TOKEN_SECRET=\(secret)", "JOBCAST_MASTER_KEY=\(secret)",
            "JOBCAST_LOG_LEVEL=error", "JOBCAST_CONNECTIONS=5",
        ]
        let arguments = [binary, "serve", "--port", "\(port)", "--drain", "1", "--node", name]
        process = try Self.spawn(arguments, environment)
    }

    /// SIGTERM, and the end of the process: its exit status.
    func stop() async throws -> Int32 {
        kill(process, SIGTERM)
        return try await onOwnThread(named: "test") { [process] in
            var status: Int32 = 0
            while waitpid(process, &status, 0) == -1 && errno == EINTR {}
            return status
        }
    }

    deinit {
        // One that has been waited for is no child any more, and its number may be another's.
        guard waitpid(process, nil, WNOHANG) == 0 else { return }
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    private static func spawn(_ arguments: [String], _ environment: [String]) throws -> pid_t {
        let words = arguments.map { strdup($0) } + [nil]
        let settings = environment.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var process = pid_t()
        let failure = posix_spawn(&process, arguments[0], nil, nil, words, settings)
        guard failure == 0 else { throw PostgresError.cluster("no \(arguments[0]): \(String(cString: strerror(failure)))") }
        return process
    }

    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard result else { throw PostgresError.cluster("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
