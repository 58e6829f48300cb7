import Access
import Commands
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import Recruiting

/// A request that fits the contract: token, role, key, parameters and body are what the OpenAPI file asks for.
struct CheckedRequest: Sendable {
    /// Who asks; nil only where the contract lets anybody ask, and nobody in particular did.
    let identity: Identity?
    /// A value that the browser's cookie is to have from now on.
    let freshCookie: SignInCookie?
    let request: Request
    let body: [UInt8]
    /// The body once it has been looked into, where it is JSON.
    private var document: JSONDocument?
    /// What the request's key and conditions say; nil for a request that only reads.
    private let asked: Write?
    /// The memory that the body takes, where it is a file.
    private let part: FileRoom.Part?
    private let parameters: Parameters
    private let query: [String: JSON]

    /// The largest body of JSON, of viewers and of others, in bytes. The fullest profile with each character escaped has some 150 KB.
    private static let limits = (viewersJSON: 1 << 18, json: 1 << 20)

    init(
        _ request: Request,
        _ context: some RequestContext,
        _ operation: Contract.Operation,
        _ callers: Callers,
        _ files: FileRoom
    ) async throws {
        self.request = request
        parameters = context.parameters
        (identity, freshCookie) = try await known { try await Self.identity(request, operation, callers) }
        if let right = operation.right { try Self.require(right, identity) }
        query = try Self.query(request, operation)
        try Self.checkType(request, operation)
        let key = operation.isWrite ? try Self.key(request) : nil
        (body, part) = try await Self.body(request, operation, files)
        asked = if let key { try Write(key: key, request: request, body: body, identity: identity) } else { nil }
    }

    /// Looks into the body, which costs more than all that was looked at before.
    /// - Throws: 400 when it is no JSON, 422 when it doesn't fit the contract.
    mutating func checkBody(_ operation: Contract.Operation) throws {
        guard case .json(let schema, let isRequired) = operation.body, isRequired || !body.isEmpty else { return }
        let document = try Self.parse(body)
        let faults = schema.faults(in: JSON(document))
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        self.document = document
    }

    /// The identity, where the contract makes sure that there is one.
    var caller: Identity {
        get throws {
            guard let identity else { throw AccessError.tokenMissing }
            return identity
        }
    }

    /// The write, where the contract makes sure that it is one.
    var write: Write {
        get throws {
            guard let asked else { throw Problem.internalError }
            return asked
        }
    }

    /// The body that was looked into, as what the contract says it is; values that only the domain can judge are judged here.
    func body<Body: Decodable>(as type: Body.Type = Body.self) throws -> Body {
        guard let document else { throw Problem.internalError }
        do {
            return try document.decode(type)
        } catch let error as DecodingError {
            throw Problem.invalid([Self.fault(error)])
        }
    }

    /// The identifier at `{name}` in the path.
    /// - Throws: 404 when it isn't one.
    func id<Entity>(_ name: String = "id", of _: Entity.Type = Entity.self) throws -> Identifier<Entity> {
        guard let id = parameters.get(name).flatMap({ Identifier<Entity>($0) }) else {
            throw Problem.notFound("The path names no such thing: \(name) must be a UUID.")
        }
        return id
    }

    /// What the sender says the file of the body is; empty where there is none.
    var fileType: String { request.bodyType ?? "" }

    func parameter(_ name: String) throws -> String { try parameters.require(name) }

    /// Whether the contract knows the parameter, and it was sent.
    func takes(_ name: some StringProtocol) -> Bool { query[String(name)] != nil }

    func query(_ name: String) -> String? { query[name]?.text }

    func number(_ name: String) -> Int? { query[name]?.integer }

    /// The order in which a list is asked for; nil when none is named.
    func listOrder<Order: RawRepresentable<String>>() -> Order? { query("order").flatMap(Order.init) }
}

extension CheckedRequest {
    /// Whoever the header names, which a page sets by itself, goes before the one whom the browser's cookie names.
    private static func identity(
        _ request: Request,
        _ operation: Contract.Operation,
        _ callers: Callers
    ) async throws -> (Identity?, SignInCookie?) {
        if let header = request.headers[.authorization] { return (try await callers.identity(token: token(header)), nil) }
        guard let cookie = SignInCookie(request.headers) else { return (nil, nil) }
        do {
            if request.method != .get, request.method != .head { try cookie.checkOrigin(request) }
            let (identity, replacement) = try await callers.identity(cookie: cookie.value)
            return (identity, replacement.map { SignInCookie($0, isSecure: cookie.isSecure, until: identity.expires) })
        } catch is AccessError where operation.right == nil {
            // What anybody may ask is not kept from who was signed in once.
            return (nil, nil)
        }
    }

    private static func token(_ header: String) throws -> String {
        guard header.utf8.count <= 4096 else {
            throw Problem.unauthorized(
                "token-invalid",
                "The Authorization header has more than 4,096 bytes; a token of this service is shorter."
            )
        }
        guard header.prefix(7).lowercased() == "bearer " else {
            throw Problem.unauthorized("token-invalid", "The Authorization header must be: Bearer, a space and a token.")
        }
        return String(header.dropFirst(7))
    }

    private static func require(_ right: Right, _ identity: Identity?) throws {
        guard let identity else { throw AccessError.tokenMissing }
        try identity.require(right)
    }

    private static func query(_ request: Request, _ operation: Contract.Operation) throws -> [String: JSON] {
        var values: [String: JSON] = [:]
        var faults: [Problem.Fault] = []
        guard !request.uri.namesToken else { throw Problem.tokenInURL }
        for (name, text) in request.uri.queryParameters {
            guard let query = operation.queries.first(where: { $0.name == name }) else {
                // Links from elsewhere carry parameters of their own; only a misspelt one of ours could do harm, and ours only narrow.
                continue
            }
            let value = query.schema.value(of: String(text))
            let found = query.schema.faults(in: value).map { $0.of(parameter: query.name) }
            if found.isEmpty { values[query.name] = value } else { faults += found }
        }
        for query in operation.queries where query.isRequired && request.uri.queryParameters[Substring(query.name)] == nil {
            faults.append(.parameter(query.name, .missing))
        }
        guard faults.isEmpty else { throw Problem.invalid(faults) }
        return values
    }

    private static func checkType(_ request: Request, _ operation: Contract.Operation) throws {
        let wanted: [String]
        switch operation.body {
        case .none: return
        case .json: wanted = ["application/json"]
        case .file(let limits): wanted = limits.keys.sorted()
        }
        if let coding = request.headers[.contentEncoding]?.lowercased(), coding != "identity" {
            throw Problem(
                code: "unsupported-content-encoding",
                status: .unsupportedMediaType,
                detail: "The body must be sent as it is, without Content-Encoding.",
                headers: [.acceptEncoding: "identity"]
            )
        }
        let isEmpty = request.headers[.contentLength].map { $0 == "0" } ?? (request.headers[.transferEncoding] == nil)
        let isFitting = request.bodyType.map(wanted.contains) ?? isEmpty
        guard isFitting else {
            throw Problem(
                code: "unsupported-media-type",
                status: .unsupportedMediaType,
                detail: "The body must be \(wanted.joined(separator: " or "))"
                    + "\(request.bodyType.map { ", not \($0)" } ?? "; say so in Content-Type").",
                headers: [.accept: wanted.joined(separator: ", ")]
            )
        }
    }

    private static func key(_ request: Request) throws -> String {
        guard let key = request.headers[.idempotencyKey] else {
            throw Problem(
                code: "idempotency-key-missing",
                status: .badRequest,
                detail: "A write needs an Idempotency-Key header: 8 to 128 visible ASCII characters, new for each thing you want done."
            )
        }
        guard (8...128).contains(key.utf8.count), key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Problem(
                code: "idempotency-key-invalid",
                status: .badRequest,
                detail: "The Idempotency-Key must have 8 to 128 visible ASCII characters."
            )
        }
        return key
    }

    private static func body(
        _ request: Request,
        _ operation: Contract.Operation,
        _ files: FileRoom
    ) async throws -> ([UInt8], FileRoom.Part?) {
        let limit: Int
        switch operation.body {
        case .none: return ([], nil)
        case .json: limit = operation.isForViewers ? limits.viewersJSON : limits.json
        case .file(let limits): limit = request.bodyType.flatMap { limits[$0] } ?? 0
        }
        let tooLarge = Problem(code: "body-too-large", status: .contentTooLarge, detail: "The body may have at most \(limit) bytes.")
        let length = request.headers[.contentLength].flatMap { Int($0) } ?? limit
        guard length <= limit else { throw tooLarge }
        let part = if case .file = operation.body { try files.take(max(0, length)) } else { FileRoom.Part?.none }
        do {
            return (try await Array(buffer: request.body.collect(upTo: limit)), part)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
    }

    private static func parse(_ body: [UInt8]) throws -> JSONDocument {
        do throws(JSON.Malformed) {
            return try JSONDocument(body)
        } catch {
            throw Problem.malformed(error)
        }
    }

    private static func fault(_ error: DecodingError) -> Problem.Fault {
        let (path, reason): ([any CodingKey], Reason) =
            switch error {
            case .dataCorrupted(let context), .typeMismatch(_, let context), .valueNotFound(_, let context):
                (context.codingPath, context.reason)
            case .keyNotFound(let key, let context): (context.codingPath + [key], .missing)
            @unknown default: ([], .misfit("does not fit"))
            }
        return .at(path.map { "/" + ($0.intValue.map(String.init) ?? $0.stringValue) }.joined(), reason)
    }
}

extension Request {
    /// The media type of the body, without parameters.
    fileprivate var bodyType: String? { headers[.contentType]?.prefix { $0 != ";" }.lowercased() }
}

extension HTTPField.Name {
    static let idempotencyKey = Self("Idempotency-Key")!
}

/// What `look` finds out of a caller; 503 when the database is silent for ten seconds. The look is not awaited any longer then: a database
/// that hangs hears no cancellation either.
private func known<Value: Sendable>(_ look: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let (answers, answer) = AsyncThrowingStream<Value, any Error>.makeStream()
    let looking = Task {
        do { answer.yield(try await look()) } catch { answer.finish(throwing: error) }
    }
    let limit = Task {
        try await Task.sleep(for: .seconds(10))
        answer.finish(throwing: Problem.unavailable("database-unavailable", "The database does not answer."))
    }
    defer {
        looking.cancel()
        limit.cancel()
    }
    for try await value in answers { return value }
    throw CancellationError()
}
