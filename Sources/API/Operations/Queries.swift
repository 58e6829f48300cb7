import EventSourcing
import EventStore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import JSON
import Postgres
import ReadModels

/// Reads the read models, up to date with what this process knows of.
struct Queries: Sendable {
    let pool: PostgresPool
    let log: EventLog
    /// How far each projection has come.
    let progress: [Watermark]

    /// How long a query waits for the projections to reach what this process knows to be in the log: whoever writes and then reads
    /// sees what was written. When they are further behind, the answer is of a little earlier.
    private let patience: Duration

    init(pool: PostgresPool, log: EventLog, progress: [Watermark], patience: Duration) {
        self.patience = patience
        self.pool = pool
        self.log = log
        self.progress = progress
    }

    /// What `body` finds in the read models.
    func read<Value>(_ body: (PostgresPool) async throws -> Value) async throws -> Value {
        await waitForProjections()
        return try await body(pool)
    }

    /// One thing that has no version of its own; 404 with `absence` when there is none.
    func untagged(or absence: String, _ find: (PostgresPool) async throws -> [UInt8]?) async throws -> Response {
        await waitForProjections()
        guard let object = try await find(pool) else { throw Problem.notFound(absence) }
        return .bytes(object, type: "application/json")
    }

    /// One thing, with its version as the entity tag; 404 with `absence` when there is none.
    func one(or absence: String, _ find: (PostgresPool) async throws -> [UInt8]?) async throws -> Response {
        await waitForProjections()
        guard let object = try await find(pool) else { throw Problem.notFound(absence) }
        let version = try JSON(parsing: object)["version"]?.integer ?? 0
        return .bytes(object, type: "application/json", headers: [.eTag: "\"\(version)\""])
    }

    /// A page of a list, with the next one's address in `Link`.
    func page(of request: CheckedRequest, _ list: ListQuery<[UInt8]>) async throws -> Response {
        try await page(of: request, list) { items, _ in items }
    }

    /// The same of a list whose items become JSON objects by `objects`.
    func page<Item>(
        of request: CheckedRequest,
        _ list: ListQuery<Item>,
        objects: ([Item], PostgresPool) async throws -> [[UInt8]]
    ) async throws -> Response {
        await waitForProjections()
        let page = try await list.page(after: request.query("cursor"), limit: request.number("limit") ?? 50, in: pool)
        return .list(try await objects(page.items, pool), headers: page.next.map { Self.link(to: $0, request) } ?? [:])
    }

    /// Returns when the projections have folded all that this process knows of, or patience is at its end.
    private func waitForProjections() async {
        await Watermark.wait(for: progress, toReach: log.head.position, atMost: patience)
    }

    private static func link(to cursor: String, _ request: CheckedRequest) -> HTTPFields {
        let uri = request.request.uri
        let parameters =
            uri.queryParameters.filter { $0.key != "cursor" && request.takes($0.key) }.map { "\($0.key)=\($0.value)" } + [
                "cursor=\(cursor)"
            ]
        return [.link: "<\(uri.path)?\(parameters.joined(separator: "&"))>; rel=\"next\""]
    }
}

extension HTTPField.Name {
    static let link = Self("Link")!
}
