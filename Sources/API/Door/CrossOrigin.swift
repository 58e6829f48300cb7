import HTTPTypes
import Hummingbird

/// Lets pages of listed origins call the interface as our own pages do (the CORS protocol of WHATWG Fetch, section 3.2). A token goes in a
/// header that the page sets, never by itself, so that no call is made with credentials.
struct CrossOrigin<Context: RequestContext>: RouterMiddleware {
    let origins: Origins

    /// How long a browser may remember that it may ask, in seconds.
    private static var remembered: Int { 600 }

    func handle(_ request: Request, context: Context, next: @concurrent (Request, Context) async throws -> Response) async throws
        -> Response
    {
        guard !origins.isEmpty else { return try await next(request, context) }
        let origin = request.headers[.origin].flatMap { origins.list($0) ? $0 : nil }
        var response: Response
        if request.method == .options, request.headers[.origin] != nil, request.headers[.accessControlRequestMethod] != nil {
            response = origin == nil ? Problem.foreignOrigin.response(instance: request.uri.path) : Self.permission
        } else {
            response = try await next(request, context)
        }
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        if let origin {
            response.headers[.accessControlAllowOrigin] = origin
            response.headers[.accessControlExposeHeaders] = "ETag, Location, Link, Retry-After, WWW-Authenticate, X-Request-Id"
        }
        return response
    }

    private static var permission: Response {
        Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "GET, HEAD, POST, DELETE",
                .accessControlAllowHeaders: "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID",
                .accessControlMaxAge: "\(remembered)",
            ]
        )
    }
}
