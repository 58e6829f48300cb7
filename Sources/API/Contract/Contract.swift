import Foundation
import HTTPTypes

/// The OpenAPI file, read by the server itself: what it says about roles, keys, parameters and bodies is what is enforced.
struct Contract: Sendable {
    /// As it is served at `/openapi.yaml`.
    let text: [UInt8]
    let operations: [Route.Name: Operation]

    struct Operation: Sendable {
        enum Body: Sendable {
            case none
            case json(JSONSchema, isRequired: Bool)
            case csv
        }

        let id: String
        /// Who may call it; nil for everybody, also without a token.
        let roles: Set<Role>?
        /// Whether anybody may ask for it.
        var isForViewers: Bool { roles?.contains(.viewer) ?? true }
        let body: Body
        let isWrite: Bool
        let queries: [Query]
        /// What it answers, by status code: the form of a body in JSON, where it is one.
        let responses: [String: JSONSchema?]
    }

    struct Query: Sendable {
        let name: String
        let schema: JSONSchema
    }

    /// - Throws: ``JSON/Malformed``; the file is part of the program, so a test sees it first.
    init() throws {
        let file = Bundle.module.bundleURL.appendingPathComponent("openapi.yaml")
        text = [UInt8](try Data(contentsOf: file))
        let comment = text.prefix { $0 != UInt8(ascii: "{") }
        let document = try JSON(parsing: Array(text.dropFirst(comment.count)))
        var operations: [Route.Name: Operation] = [:]
        for (path, methods) in document["paths"]?.members ?? [:] {
            for (method, operation) in methods.members ?? [:] {
                guard let method = HTTPRequest.Method(rawValue: method.uppercased()) else { continue }
                operations[Route.Name(method: method, path: path)] = Operation(operation, in: document)
            }
        }
        self.operations = operations
    }
}

extension Contract.Operation {
    fileprivate init(_ operation: JSON, in document: JSON) {
        let schema = { JSONSchema(schema: $0, document: document) }
        let parameters = (operation["parameters"]?.items ?? []).map { schema($0).resolved }
        id = operation["operationId"]?.text ?? ""
        roles = operation["x-roles"]?.items.map { Set($0.compactMap { $0.text.flatMap(Role.init(rawValue:)) }) }
        isWrite = parameters.contains { $0["name"]?.text == "Idempotency-Key" }
        queries = parameters.filter { $0["in"]?.text == "query" }.map {
            Contract.Query(name: $0["name"]?.text ?? "", schema: schema($0["schema"] ?? .null))
        }
        let content = operation["requestBody"]?["content"]
        if let body = content?["application/json"]?["schema"] {
            self.body = .json(schema(body), isRequired: operation["requestBody"]?["required"] == .bool(true))
        } else {
            self.body = content?["text/csv"] == nil ? .none : .csv
        }
        responses = (operation["responses"]?.members ?? [:]).mapValues { response in
            let response = schema(response).resolved
            let content = response["content"]?["application/json"] ?? response["content"]?["application/problem+json"]
            return content?["schema"].map(schema)
        }
    }
}
