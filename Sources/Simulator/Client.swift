import FoundationEssentials
import NIOCore
import NIOHTTP1

/// Speaks Jobcast's HTTP interface for one person: JSON bodies, a bearer token, and a fresh idempotency key for each write.
struct Client: Sendable {
    let address: Address
    let connection: HTTPConnection
    let token: String?

    /// Connects, sends one request and closes: what a phone does now and then.
    static func once<Answer: Sendable>(
        _ address: Address,
        token: String?,
        _ body: (Client) async throws -> Answer
    ) async throws -> Answer {
        let client = Client(address: address, connection: try await .connect(to: address), token: token)
        defer { client.connection.close() }
        return try await body(client)
    }

    func get<Answer: Decodable>(_ path: String, as type: Answer.Type) async throws -> Answer {
        try decode(try await send(.GET, path, headers: [:], body: nil), as: type, of: path)
    }

    /// - Throws: `SimulatorError.refused` for any answer but 2xx.
    func post(_ path: String, _ body: some Encodable) async throws -> Receipt {
        try await post(path, body, as: Receipt.self)
    }

    func post<Answer: Decodable>(_ path: String, _ body: some Encodable, as type: Answer.Type) async throws -> Answer {
        let encoded = ByteBuffer(bytes: try JSONEncoder().encode(body))
        let headers: HTTPHeaders = ["content-type": "application/json", "idempotency-key": UUID().uuidString.lowercased()]
        return try decode(try await send(.POST, path, headers: headers, body: encoded), as: type, of: path)
    }

    func delete(_ path: String) async throws {
        _ = try await send(.DELETE, path, headers: ["idempotency-key": UUID().uuidString.lowercased()], body: nil)
    }

    private func send(_ method: HTTPMethod, _ path: String, headers: HTTPHeaders, body: ByteBuffer?) async throws -> ByteBuffer {
        var headers = headers
        if let token { headers.add(name: "authorization", value: "Bearer \(token)") }
        let response = try await connection.send(method, path, headers: headers, body: body)
        guard (200..<300).contains(response.status) else {
            throw SimulatorError.refused(status: response.status, body: String(buffer: response.body))
        }
        return response.body
    }

    private func decode<Answer: Decodable>(_ body: ByteBuffer, as type: Answer.Type, of path: String) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw SimulatorError.unreadable("\(path): \(error)")
        }
    }
}

/// The parts of the server's answers that a host or a viewer uses; everything else in them is left unread.
struct Receipt: Decodable, Sendable {
    let id: String
}

struct Listed<Item: Decodable & Sendable>: Decodable, Sendable {
    let items: [Item]
}

struct ListedPosition: Decodable, Sendable {
    let id: String
    let company: String
    let title: String
}

struct ListedSession: Decodable, Sendable {
    let id: String
    let host: String?
}

struct ListedPolicy: Decodable, Sendable {
    let id: String
}

struct ListedQuestion: Decodable, Sendable {
    let question: String
    let answered: Bool?
}

struct Visitor: Decodable, Sendable {
    let token: String
    let subject: String
}
