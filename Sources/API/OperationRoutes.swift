import EventSourcing
import EventStore
import Hummingbird
import Postgres

/// What operators, their probes and programs ask.
struct OperationRoutes {
    let contract: Contract
    let readiness: Readiness
    let metrics: Metrics

    var routes: [Route] {
        [
            Route(.get, "/openapi.yaml") { _ in .bytes(contract.text, type: "application/yaml; charset=utf-8") },
            Route(.get, "/healthz") { _ in .bytes(Array("ok\n".utf8), type: "text/plain; charset=utf-8") },
            Route(.get, "/readyz", readyz),
            Route(.get, "/metrics") { _ in
                .bytes(Array(metrics.exposition().utf8), type: "text/plain; version=0.0.4; charset=utf-8")
            },
        ]
    }

    @Sendable private func readyz(_ request: CheckedRequest) async throws -> Response {
        if let reason = await readiness.obstacle() { throw Problem.unavailable("not-ready", reason) }
        return .bytes(Array("ready\n".utf8), type: "text/plain; charset=utf-8")
    }
}

/// Whether this process should get traffic.
struct Readiness: Sendable {
    let log: EventLog
    /// The number of migrations that are still to be applied.
    let pendingMigrations: @Sendable () async throws -> Int
    /// How far the rooms have followed the log.
    let tail: Watermark

    /// Events by which the rooms may be behind the head: about a second of the busiest writing.
    private static let bound: Int64 = 50_000

    init(log: EventLog, tail: Watermark, pendingMigrations: @escaping @Sendable () async throws -> Int) {
        self.log = log
        self.tail = tail
        self.pendingMigrations = pendingMigrations
    }

    /// Why not; nil when it is ready.
    func obstacle() async -> String? {
        do {
            let pending = try await pendingMigrations()
            guard pending == 0 else { return "\(pending) migrations are not applied." }
            let lag = try await log.refreshHead().rawValue - tail.position.rawValue
            return lag > Self.bound ? "The rooms are \(lag) events behind the log." : nil
        } catch {
            return "The database cannot be reached."
        }
    }
}
