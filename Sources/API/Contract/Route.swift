import Hummingbird

/// One operation of the interface: its name, and what answers it once the request has been checked.
struct Route: Sendable {
    struct Name: Hashable, Sendable {
        let method: HTTPRequest.Method
        /// The path as OpenAPI writes it: `/v1/sessions/{id}/start`.
        let path: String
    }

    let name: Name
    let respond: @Sendable (CheckedRequest) async throws -> Response

    init(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ respond: @escaping @Sendable (CheckedRequest) async throws -> Response
    ) {
        name = Name(method: method, path: path)
        self.respond = respond
    }
}
