import HTTPTypes
import Hummingbird
import Live
import Pages
import Recruiting

/// The pages and what they are made of.
struct PageRoutes {
    let feed: LiveFeed

    private static let pages = [
        "/": "index.html",
        "/office": "office.html",
        "/companies": "companies.html",
        "/jobs": "jobs.html",
        "/import": "import.html",
        "/desk": "desk.html",
        "/care": "care.html",
        "/vetting": "vetting.html",
        "/sessions": "sessions.html",
        "/series": "series.html",
        "/policies": "policies.html",
        "/studio": "studio.html",
        "/insight": "insight.html",
        "/operations": "operations.html",
        "/accounts": "accounts.html",
        "/me": "me.html",
        "/signin": "signin.html",
        "/invitation": "invitation.html",
    ]
    /// A page must never run with another release's script: it is asked for again, and mostly answered with 304.
    private static let newest = "no-cache"
    /// RFC 9111 §5.2.2 and RFC 8246; a year is the longest that caches promise.
    private static let forGood = "public, max-age=31536000, immutable"

    /// Whether a page stands at this path.
    static func isPage(_ path: String) -> Bool { pages[path] != nil || path == "/watch" }

    var routes: [Route] {
        Self.pages.map { path, name in Route(.get, path) { try serve(name, to: $0) } } + [
            Route(.get, "/watch", watch),
            Route(.get, "/asyncapi.yaml") { try serve("asyncapi.yaml", to: $0) },
            Route(.get, "/static/{file}") { try serve(try $0.parameter("file"), to: $0) },
            Route(.get, "/assets/{version}/{file}") { try serve(try $0.parameter("file"), $0.parameter("version"), to: $0) },
        ]
    }

    /// The file, to be kept for good at the address of its own version. The address of another one, which a page of another release names
    /// while servers are being replaced, gives what there is here.
    private func serve(_ name: String, _ version: String = "", to request: CheckedRequest) throws -> Response {
        guard let file = Pages.files[name] else { throw Problem.notFound("There is no such file.") }
        let compressed = request.request.takesGzip ? file.compressed : nil
        var headers = Self.headers(tag: compressed == nil ? "\"\(file.version)\"" : "\"\(file.version)-gzip\"")
        if version == file.version { headers[.cacheControl] = Self.forGood }
        if request.request.knows(headers[.eTag]!) { return Response(status: .notModified, headers: headers) }
        if compressed != nil { headers[.contentEncoding] = "gzip" }
        return .bytes(compressed ?? file.content, type: file.mediaType, headers: headers)
    }

    /// What people see at an address that nothing answers; programs get a problem.
    static func missing(to request: Request) -> Response {
        let file = Pages.missing
        var headers = Self.headers()
        headers[.vary] = "Accept"
        let response = Response.bytes(file.content, type: file.mediaType, status: .notFound, headers: headers)
        return request.method == .head ? response.createHeadResponse() : response
    }

    /// The viewers' page, with the state of its session's room where there is one and the database tells.
    @Sendable private func watch(_ request: CheckedRequest) async throws -> Response {
        guard let id = request.query("session").flatMap({ SessionID($0) }), let document = try? await feed.document(of: id) else {
            return try serve("watch.html", to: request)
        }
        let file = WatchPage.file
        // Weak: the same whether it is compressed or not.
        let headers = Self.headers(tag: "W/\"\(file.version)-\(document.tag.filter { $0 != "\"" })\"")
        if request.request.knows(headers[.eTag]!) { return Response(status: .notModified, headers: headers) }
        return .bytes(WatchPage.with(title: document.title, state: document.bytes), type: file.mediaType, headers: headers)
    }

    private static func headers(tag: String? = nil) -> HTTPFields {
        var headers: HTTPFields = [.cacheControl: newest, .contentSecurityPolicy: Pages.contentSecurityPolicy, .vary: "Accept-Encoding"]
        headers[.eTag] = tag
        return headers
    }
}
