import FoundationEssentials
import JSON
import NIOCore
import NIOHTTP1
import Recruiting
import Wire

/// Speaks Jobcast's HTTP interface for one person: JSON bodies, a bearer token, and a fresh idempotency key for each write.
struct Client: Sendable {
    let connection: HTTPConnection
    let token: String?

    /// Connects, sends what `body` sends and closes: what a phone does now and then.
    static func once<Answer: Sendable>(
        _ address: Address,
        token: String?,
        _ body: (Client) async throws -> Answer
    ) async throws -> Answer {
        let client = Client(connection: try await .connect(to: address), token: token)
        defer { client.connection.close() }
        return try await body(client)
    }

    func list<Item: Decodable>(_ path: String, of type: Item.Type) async throws -> [Item] {
        try decode(try await send(.GET, path, headers: [:], body: nil), as: Listed<Item>.self, of: path).items
    }

    /// - Throws: `SimulatorError.refused` for any answer but 2xx.
    func post<Answer: Decodable>(_ path: String, _ body: some Encodable, as type: Answer.Type = Receipt.self) async throws -> Answer {
        let encoded = ByteBuffer(bytes: try JSONEncoder().encode(body))
        return try decode(try await send(.POST, path, headers: ["content-type": "application/json"], body: encoded), as: type, of: path)
    }

    func post<Answer: Decodable>(_ path: String, as type: Answer.Type = Receipt.self) async throws -> Answer {
        try decode(try await send(.POST, path, headers: [:], body: nil), as: type, of: path)
    }

    func delete(_ path: String) async throws {
        _ = try await send(.DELETE, path, headers: [:], body: nil)
    }

    private func send(_ method: HTTPMethod, _ path: String, headers: HTTPHeaders, body: ByteBuffer?) async throws -> Response {
        var headers = headers
        if let token { headers.add(name: "authorization", value: "Bearer \(token)") }
        if method != .GET { headers.add(name: "idempotency-key", value: UUID().uuidString.lowercased()) }
        let response = try await connection.send(method, path, headers: headers, body: body)
        guard (200..<300).contains(response.status) else {
            throw SimulatorError.refused("\(method) \(path)", status: response.status, body: String(buffer: response.body))
        }
        return response
    }

    private func decode<Answer: Decodable>(_ response: Response, as type: Answer.Type, of path: String) throws -> Answer {
        do {
            return try JSONDocument(Array(buffer: response.body)).decode(type)
        } catch {
            throw SimulatorError.unreadable("\(path): \(error)")
        }
    }
}

private struct Listed<Item: Decodable>: Decodable {
    let items: [Item]
}

/// The parts of the server's lists that a host uses; everything else in them is left unread.
struct ListedJob: Decodable, Sendable {
    let id: JobID
    let company: CompanyID
}

struct ListedSession: Decodable, Sendable {
    let id: SessionID
    let host: String
}

struct ListedPolicy: Decodable, Sendable {
    let id: PolicyID
}

struct ListedQuestion: Decodable, Sendable {
    let id: QuestionID
}
