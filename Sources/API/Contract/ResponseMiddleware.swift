import HTTPTypes
import Hummingbird
import Logging

/// Goes around every request: errors become problems, each answer gets its security headers, and the time it took is counted.
struct ResponseMiddleware<Context: RequestContext>: RouterMiddleware {
    let metrics: Metrics
    /// The methods that each path of the interface knows, for 405.
    let paths: [PathPattern]

    func handle(_ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response) async throws
        -> Response
    {
        let start = ContinuousClock.now
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            response = answer(to: error, request, context)
        }
        // A log handler that drops metadata knows no identifier.
        response.headers[.requestID] = context.logger[metadataKey: "hb.request.id"].map { "\($0)" }
        response.headers[.xContentTypeOptions] = "nosniff"
        // Addresses of pages carry identifiers of sessions, and their fragments tokens.
        response.headers[.referrerPolicy] = "no-referrer"
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        note(request, context, response.status, ContinuousClock.now - start)
        return response
    }

    private func answer(to error: any Error, _ request: Request, _ context: Context) -> Response {
        var problem = Problem(error)
        if let error = error as? HTTPError, error.status == .notFound {
            problem = unknownPath(request)
            if problem.status == .notFound, request.isFromAddressBar { return PageRoutes.missing(to: request) }
        }
        if problem.status.code >= 500, problem.status != .serviceUnavailable {
            context.logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
        }
        var response = problem.response(from: request, context: context)
        // What is left of the body is not worth reading.
        if problem.status == .contentTooLarge || problem.code == "malformed-request" { response.headers[.connection] = "close" }
        return request.method == .head ? response.createHeadResponse() : response
    }

    private func unknownPath(_ request: Request) -> Problem {
        let steps = PathPattern.steps(request.uri.path)
        guard let pattern = paths.first(where: { $0.matches(steps) }) else {
            return .notFound("There is nothing at this path; /openapi.yaml says what there is.")
        }
        let methods = pattern.methods.map(\.rawValue).sorted().joined(separator: ", ")
        return Problem(
            code: "method-not-allowed",
            status: .methodNotAllowed,
            detail: "This path knows \(methods), not \(request.method.rawValue).",
            headers: [.allow: methods]
        )
    }

    private func note(_ request: Request, _ context: Context, _ status: HTTPResponse.Status, _ time: Duration) {
        let path = context.endpointPath ?? "NotFound"
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        metrics.observe("jobcast_http_request_seconds", ["method": request.method.rawValue, "path": path], seconds: seconds)
        metrics.count("jobcast_http_requests_total", ["method": request.method.rawValue, "path": path, "status": "\(status.code)"])
        context.logger.debug(
            "answered",
            metadata: [
                "method": "\(request.method.rawValue)", "path": "\(request.uri.path)", "status": "\(status.code)",
                "ms": "\(seconds * 1000)",
            ]
        )
    }
}

/// A path of the interface with its placeholders, and the methods that it knows.
struct PathPattern: Sendable {
    let pattern: [Substring]
    let methods: Set<HTTPRequest.Method>

    /// Those with the fewest placeholders first, as the router takes them.
    static func all(of routes: [Route]) -> [PathPattern] {
        let patterns = Dictionary(grouping: routes, by: \.name.path).map { path, routes in
            let methods = Set(routes.map(\.name.method))
            return PathPattern(pattern: steps(path), methods: methods.contains(.get) ? methods.union([.head]) : methods)
        }
        return patterns.sorted { $0.placeholders < $1.placeholders }
    }

    private var placeholders: Int { pattern.count { $0.hasPrefix("{") } }

    static func steps(_ path: String) -> [Substring] { path.split(separator: "/") }

    func matches(_ steps: [Substring]) -> Bool {
        steps.count == pattern.count && zip(pattern, steps).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

extension HTTPField.Name {
    static let requestID = Self("X-Request-Id")!
    static let referrerPolicy = Self("Referrer-Policy")!
}
