import Access
import EventStore
import FoundationEssentials
import Glibc
import Postgres
import Recruiting
import Synchronization
import TestSupport
import Testing

@testable import API

@Suite(.timeLimit(.minutes(15))) struct `A server process` {
    @Test func `killed while clients write loses nothing that it acknowledged, and another answers their repeats the same`() async throws {
        try await withDatabase(maximum: 5) { pool, settings in
            let answers = Answers()
            try await withProcess(pool, settings) { server, process in
                let host = try await server.token(.host, "host-li")
                await withTaskGroup { group in
                    for writer in 0..<8 { group.addTask { await write(writer, as: host, to: server, answers) } }
                    while answers.all.count < 60 { await Task.yield() }
                    process.signal(SIGKILL)
                }
            }
            let acknowledged = answers.all
            try await serve(pool, settings) { server in
                let host = try await server.token(.host, "host-li")
                for (key, body) in acknowledged {
                    let again = try await server.post("/v1/sessions", as: host, key: key, Self.session)
                    #expect(again.status == 201 && again.body == body, "\(key): \(again.text)")
                }
                // Up to one for each writer was accepted, and its answer lost.
                let head = try await Int(server.head())
                #expect(head >= acknowledged.count && head <= acknowledged.count + 8)
                #expect(try await LogCheck.run(in: pool).flatMap(\.offenders) == [])
            }
        }
    }

    @Test func `that hangs loses what one node does at a time, and leaves it to the other when it wakes`() async throws {
        try await withDatabase(maximum: 5) { pool, settings in
            let hung = try Child.server(settings, ["--node", "hung"])
            let woken = try await TestServer(hung, database: settings, pool: pool)
            try await eventually { try await Self.sweeper(pool)?.hasPrefix("hung/") == true ? true : nil }
            hung.signal(SIGSTOP)
            let other = try Child.server(settings, ["--node", "other"])
            _ = try await TestServer(other, database: settings, pool: pool)
            try await eventually { try await Self.sweeper(pool)?.hasPrefix("other/") == true ? true : nil }
            hung.signal(SIGCONT)
            try await eventually { try await woken.get("/readyz").status == 200 ? true : nil }
            #expect(try await Self.sweeper(pool)?.hasPrefix("other/") == true)
        }
    }

    /// The node that looks after the shelves.
    private static func sweeper(_ pool: PostgresPool) async throws -> String? {
        try await pool.connection { db in
            try db.query("SELECT node FROM processes WHERE name = 'shelf-sweeper'").first?.decode(0, as: String.self)
        }
    }

    fileprivate static let session = "{\"title\":\"专场\",\"format\":\"campus\",\(Story.times)}"
}

/// What clients were answered to their keys.
private final class Answers: Sendable {
    private let state = Mutex<[String: [UInt8]]>([:])

    var all: [String: [UInt8]] { state.withLock { $0 } }

    func add(_ key: String, _ body: [UInt8]) {
        state.withLock { $0[key] = body }
    }
}

/// Schedules one session after the other until nobody answers.
private func write(_ writer: Int, as host: String, to server: TestServer, _ answers: Answers) async {
    for number in 0... {
        let key = "writer-\(writer)-\(number)"
        guard let answer = try? await server.post("/v1/sessions", as: host, key: key, `A server process`.session), answer.status == 201
        else { return }
        answers.add(key, answer.body)
    }
}

/// Runs `body` with `jobcast serve` in a process of its own.
private func withProcess(
    _ pool: PostgresPool,
    _ settings: ConnectionSettings,
    _ body: (TestServer, Child) async throws -> Void
) async throws {
    let process = try Child.server(settings)
    let server = try await TestServer(process, database: settings, pool: pool)
    try await body(server, process)
}
