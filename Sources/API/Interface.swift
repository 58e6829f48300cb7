import HTTPTypes
import Hummingbird

/// All routes of the contract on one router.
struct Interface {
    let contract: Contract
    let signer: TokenSigner
    let metrics: Metrics
    let routes: [Route]

    /// - Precondition: contract and routes name the same operations; a test sees to it.
    func router() -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self, options: [.autoGenerateHeadEndpoints])
        router.add(middleware: Answering(metrics: metrics, paths: PathPattern.all(of: routes)))
        for route in routes {
            guard let operation = contract.operations[route.name] else { preconditionFailure("\(route.name) is not in openapi.yaml") }
            router.on(RouterPath(route.name.path), method: route.name.method) { request, context in
                try await route.respond(try await CheckedRequest(request, context, operation, signer))
            }
        }
        return router
    }
}
