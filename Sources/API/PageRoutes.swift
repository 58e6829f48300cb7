import Hummingbird
import Pages

/// The pages and what they are made of.
struct PageRoutes {
    private static let pages = [
        "/": "index.html", "/watch": "watch.html", "/studio": "studio.html", "/insight": "insight.html", "/operations": "operations.html",
    ]

    var routes: [Route] {
        Self.pages.map { path, name in Route(.get, path) { try serve(name, to: $0) } } + [
            Route(.get, "/asyncapi.yaml") { try serve("asyncapi.yaml", to: $0) },
            Route(.get, "/static/{file}") { try serve(try $0.parameter("file"), to: $0) },
        ]
    }

    private func serve(_ name: String, to request: CheckedRequest) throws -> Response {
        guard let file = Pages.files[name] else { throw Problem.notFound("There is no such file.") }
        let headers: HTTPFields = [
            .eTag: file.entityTag,
            // A page must never run with another release's modules: everything is asked for again, and mostly answered with 304.
            .cacheControl: "no-cache",
            .contentSecurityPolicy: Pages.contentSecurityPolicy,
        ]
        let known = request.request.headers[.ifNoneMatch]?.split(separator: ",").map { $0.filter { $0 != " " } } ?? []
        if known.contains(where: { $0 == file.entityTag || $0 == "W/\(file.entityTag)" || $0 == "*" }) {
            return Response(status: .notModified, headers: headers)
        }
        return .bytes(file.content, type: file.mediaType, headers: headers)
    }
}
