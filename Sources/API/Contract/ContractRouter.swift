import Access
import Commands
import HTTPTypes
import Hummingbird
import NIOCore

/// All routes of the contract on one router.
struct ContractRouter {
    let contract: Contract
    let callers: Callers
    let metrics: Metrics
    let quotas: WriteQuotas
    let origins: Origins
    let proxies: Proxies
    let routes: [Route]

    /// How long an answer may take once the request is whole. The largest import takes some seconds.
    private static let patience = Duration.seconds(30)

    /// - Precondition: contract and routes name the same operations; a test sees to it.
    func router() -> Router<Call> {
        let files = FileRoom()
        let router = Router(context: Call.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: CrossOrigin(origins: origins))
        router.add(middleware: ResponseMiddleware(metrics: metrics, paths: PathPattern.all(of: routes)))
        for route in routes {
            guard let operation = contract.operations[route.name] else { preconditionFailure("\(route.name) is not in the contract") }
            router.on(RouterPath(route.name.path), method: route.name.method) { request, context in
                var request = try await CheckedRequest(request, context, operation, callers, files)
                if route.name.method != .get || quotas.hasOwn(operation.id) { try admit(request, operation, from: context.peer) }
                try request.checkBody(operation)
                return try await within(Self.patience, request.identity?.priority) { [request] in
                    var response = try await route.respond(request).compressed(for: request.request)
                    request.freshCookie?.set(in: &response.headers)
                    return response
                }
            }
        }
        return router
    }

    private func admit(_ request: CheckedRequest, _ operation: Contract.Operation, from peer: SocketAddress?) throws {
        try quotas.admit(
            operation.id,
            subject: request.identity?.subject,
            address: proxies.client(request.request.headers, peer: peer),
            room: try? request.parameter("id").lowercased()
        )
    }
}

/// A request on its way, and over which connection it came.
struct Call: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peer: SocketAddress?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
    }
}

extension Identity {
    /// Who runs a broadcast doesn't stand in line behind everybody who watches it.
    fileprivate var priority: TaskPriority? { isViewer ? nil : .high }
}

/// What `body` gives; 503 when it takes longer than `patience`, and its work is cancelled.
private func within<Value: Sendable>(
    _ patience: Duration,
    _ priority: TaskPriority?,
    _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    try await withThrowingTaskGroup(of: Value?.self) { group in
        group.addTask(priority: priority) { try await body() }
        group.addTask {
            try await Task.sleep(for: patience)
            return nil
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() ?? nil else {
            let seconds = patience.components.seconds
            throw Problem.unavailable(
                "too-slow",
                "This took longer than \(seconds) s; a write sent again with the same key tells what came of it."
            )
        }
        return value
    }
}
