import Hummingbird

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
        if let reason = readiness.obstacle { throw Problem.unavailable("not-ready", reason) }
        return .bytes(Array("ready\n".utf8), type: "text/plain; charset=utf-8")
    }
}
