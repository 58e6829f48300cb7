import EventSourcing
import EventStore
import Fanout
import FoundationEssentials
import Glibc
import Logging
import NIOCore
import Postgres
import ReadModels
import Recruiting
import ServiceLifecycle
import TestSupport

@testable import API
@testable import Access

/// A server on a port of its own with a database of its own, and what a test says to it.
struct TestServer: Sendable {
    let wires: Wires
    let database: ConnectionSettings
    let pool: PostgresPool
    let log: EventLog
    let signer: TokenSigner
    /// Stops it as an operator would, without waiting.
    let stop: @Sendable () async -> Void

    static let secret = Array("a secret for tests, thirty-two bytes at least".utf8)

    func token(_ role: Role, _ subject: String? = nil, company: String? = nil, lifetime: Duration = .seconds(3600)) async throws -> String {
        let organisation = company ?? (role == .recruiter ? "7f9f3c52-0000-4000-8000-000000000000" : nil)
        let grant = try Grant(role, organisation: organisation.map { try OrganisationID($0, field: "company") }, session: nil)
        return try await token([grant], subject ?? "the \(role.rawValue)", lifetime: lifetime)
    }

    func token(_ grants: [Grant], _ subject: String, lifetime: Duration = .seconds(3600)) async throws -> String {
        try await signer.issue(grants, to: subject, lifetime: lifetime)
    }

    /// Who the people of its tokens are.
    var candidates: Candidates { Candidates(pool: pool, master: Array(Self.secret.prefix(32))) }

    /// The number of events in the log.
    func head() async throws -> Int64 {
        try await pool.connection { try $0.query("SELECT position FROM log_head")[0].decode(0, as: Int64.self) }
    }

    func send(
        _ method: String,
        _ path: String,
        as token: String? = nil,
        key: String? = nil,
        type: String? = "application/json",
        headers: [String: String] = [:],
        _ body: String? = nil
    ) async throws -> Answer {
        var head = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        if let key { head += "Idempotency-Key: \(key)\r\n" }
        if let body, headers["Content-Length"] == nil { head += "Content-Length: \(body.utf8.count)\r\n" }
        if body != nil, let type { head += "Content-Type: \(type)\r\n" }
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        let answer = try await wires.exchange(Array((head + "\r\n" + (body ?? "")).utf8))
        try ContractCheck.shared.check(answer, to: method, path)
        return answer
    }

    func get(_ path: String, as token: String? = nil, headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, as: token, headers: headers)
    }

    /// A file, under a key of its own.
    func upload(
        _ file: [UInt8],
        _ path: String,
        as token: String?,
        key: String = UUID().uuidString,
        type: String = "application/pdf"
    ) async throws -> Answer {
        var head = "POST \(path) HTTP/1.1\r\nHost: localhost\r\nIdempotency-Key: \(key)\r\n"
        if let token { head += "Authorization: Bearer \(token)\r\n" }
        head += "Content-Length: \(file.count)\r\nContent-Type: \(type)\r\n\r\n"
        let answer = try await wires.exchange(Array(head.utf8) + file)
        try ContractCheck.shared.check(answer, to: "POST", path)
        return answer
    }

    /// A write under a key of its own.
    func post(_ path: String, as token: String?, key: String = UUID().uuidString, headers: [String: String] = [:], _ body: String? = nil)
        async throws -> Answer
    {
        try await send("POST", path, as: token, key: key, headers: headers, body)
    }
}

/// Runs `body` against a server that has just been started, and stops it as an operator would.
func withServer(
    _ configure: @Sendable (inout ServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (TestServer) async throws -> Void
) async throws {
    await Places.shared.take()
    do {
        try await withDatabase(maximum: 5) { pool, settings in try await serve(pool, settings, configure, body) }
    } catch {
        await Places.shared.giveBack()
        throw error
    }
    await Places.shared.giveBack()
}

/// The same with two servers on one database, as behind a balancer.
func withTwoServers(_ body: @escaping @Sendable (TestServer, TestServer) async throws -> Void) async throws {
    try await withServer { first in
        let pool = PostgresPool(first.database, maximum: 5, logger: .quiet)
        try await serve(pool, first.database) { second in try await body(first, second) }
        await pool.close()
    }
}

/// Servers that run at once: the cluster of the tests has 600 connections, and each server takes eight.
private actor Places {
    static let shared = Places()

    private var free = 8
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    func giveBack() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Runs `body` against a server on a database that has its tables.
func serve(
    _ pool: PostgresPool,
    _ settings: ConnectionSettings,
    _ configure: @Sendable (inout ServerConfiguration) -> Void = { _ in },
    _ body: @Sendable (TestServer) async throws -> Void
) async throws {
    let log = EventLog(settings, pool: pool, logger: .quiet)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let secret = TestServer.secret
    var configuration = ServerConfiguration(
        port: 0,
        secret: secret,
        masterKey: Array(secret.prefix(32)),
        node: "test",
        drain: .milliseconds(50)
    )
    // Many tests are one person who does in a second what takes people an hour.
    configuration.quotas = .unlimited
    // So that a test's person does not think for half a second at each password.
    configuration.passwordCost = Passwords.Cost(rounds: 4)
    // What was written is seen by whoever reads next, also on a busy machine.
    configuration.queryPatience = .seconds(20)
    // A test's viewer says nothing while the test waits for something else, which may take long on a busy machine.
    configuration.limits.silence = .hours(1)
    configure(&configuration)
    let service = try await buildServer(
        configuration,
        database: settings,
        pool: pool,
        log: log,
        projections: Projections.all.map { ProjectionRunner($0, log: log, logger: .quiet) },
        logger: .quiet,
        onRunning: { continuation.yield($0) }
    )
    let group = ServiceGroup(configuration: .init(services: [service], logger: .quiet))
    try await withThrowingTaskGroup { tasks in
        tasks.addTask {
            defer { continuation.finish() }
            try await group.run()
        }
        if let port = await ports.first(where: { _ in true }) {
            let server = TestServer(
                wires: Wires(port: port),
                database: settings,
                pool: pool,
                log: log,
                signer: await TokenSigner(secret: secret),
                stop: { await group.triggerGracefulShutdown() }
            )
            do {
                try await body(server)
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
}

extension TestServer {
    /// One in a process of its own, once it listens.
    init(_ process: Child, database: ConnectionSettings, pool: PostgresPool) async throws {
        self.init(
            wires: Wires(port: try await onOwnThread(named: "test") { try process.port() }),
            database: database,
            pool: pool,
            log: EventLog(database, pool: pool, logger: .quiet),
            signer: await TokenSigner(secret: Self.secret),
            stop: { process.signal(SIGTERM) }
        )
    }
}
