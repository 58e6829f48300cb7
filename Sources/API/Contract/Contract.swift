import Access
import Foundation
import HTTPTypes
import JSON
import Recruiting

/// The OpenAPI document, read by the server itself: what it says about rights, keys, parameters and bodies is what is enforced.
///
/// It lies in the folder `openapi`: a file for each file of routes, of the same name, with its paths and the schemas that only they use,
/// and `shared.yaml` with everything else.
struct Contract: Sendable {
    /// The document as it is served at `/openapi.yaml`.
    let text: [UInt8]
    let operations: [Route.Name: Operation]

    struct Operation: Sendable {
        enum Body: Sendable {
            case none
            case json(JSONSchema, isRequired: Bool)
            /// A file of one of these types, each with the bytes that it may have at most.
            case file(limits: [String: Int])
        }

        let id: String
        /// What the caller must have been granted; nil when anybody may ask, also without a token.
        let right: Right?
        var isForViewers: Bool { right?.roles.contains(.viewer) ?? true }
        let body: Body
        let isWrite: Bool
        let queries: [Query]
        /// What it answers, by status code: the form of a body in JSON, where it is one.
        let responses: [String: JSONSchema?]
    }

    struct Query: Sendable {
        let name: String
        let schema: JSONSchema
        let isRequired: Bool
    }

    /// - Throws: ``JSON/Malformed``, ``JSONSchema/Unheld``; the files are part of the program, so a test sees it first.
    init() throws {
        text = try Self.joined()
        let comment = text.prefix { $0 != UInt8(ascii: "{") }
        let document = try JSON(parsing: Array(text.dropFirst(comment.count)))
        let unheld = JSONSchema.unheld(in: document)
        guard unheld.isEmpty else { throw JSONSchema.Unheld(places: unheld) }
        var operations: [Route.Name: Operation] = [:]
        for (path, methods) in document["paths"]?.members ?? [:] {
            for (method, operation) in methods.members ?? [:] {
                guard let method = HTTPRequest.Method(rawValue: method.uppercased()) else { continue }
                operations[Route.Name(method: method, path: path)] = Operation(operation, in: document)
            }
        }
        self.operations = operations
    }

    /// `shared.yaml` with the members of `paths` and `schemas` of all other files, in the order of their names.
    private static func joined() throws -> [UInt8] {
        let folder = Bundle.module.bundleURL.appendingPathComponent("openapi", isDirectory: true)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        func text(_ name: String) throws -> String { try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) }
        let routes = try names.filter { $0.hasSuffix("Routes.yaml") }.map(text)
        let paths = routes.compactMap { members(of: "\n  \"paths\": {\n", to: "\n  }", in: $0) }
        let schemas = routes.compactMap { members(of: schemasBegin, to: "\n    }", in: $0) }
        let document = try text("shared.yaml")
            .replacing("\n  \"components\": {\n", with: "\n  \"paths\": {\n\(paths.joined(separator: ",\n"))\n  },\n  \"components\": {\n")
            .replacing(schemasBegin, with: "\(schemasBegin)\(schemas.joined(separator: ",\n")),\n")
        return Array(document.utf8)
    }

    private static let schemasBegin = "\n    \"schemas\": {\n"

    /// The lines between the one that opens an object and the one that closes it, which the indentation tells; nil where there is none.
    private static func members(of opening: String, to closing: String, in text: String) -> Substring? {
        guard let begin = text.firstRange(of: opening)?.upperBound, let end = text[begin...].firstRange(of: closing) else { return nil }
        return text[begin..<end.lowerBound]
    }
}

extension Contract.Operation {
    fileprivate init(_ operation: JSON, in document: JSON) {
        let schema = { JSONSchema(schema: $0, document: document) }
        let parameters = (operation["parameters"]?.items ?? []).map { schema($0).resolved }
        id = operation["operationId"]?.text ?? ""
        // A right that is misspelt would leave the operation to everybody; the file is part of the program.
        right = operation["x-right"].map { Right(rawValue: $0.text ?? "")! }
        isWrite = parameters.contains { $0["name"]?.text == "Idempotency-Key" }
        queries = parameters.filter { $0["in"]?.text == "query" }.map {
            Contract.Query(
                name: $0["name"]?.text ?? "",
                schema: schema($0["schema"] ?? .null),
                isRequired: $0["required"] == .bool(true)
            )
        }
        let content = operation["requestBody"]?["content"]
        if let body = content?["application/json"]?["schema"] {
            self.body = .json(schema(body), isRequired: operation["requestBody"]?["required"] == .bool(true))
        } else if let types = content?.members {
            // A type without a limit would take any length; the file is part of the program.
            self.body = .file(limits: types.mapValues { $0["schema"]!["maxLength"]!.integer! })
        } else {
            self.body = .none
        }
        responses = (operation["responses"]?.members ?? [:]).mapValues { response in
            let response = schema(response).resolved
            let content = response["content"]?["application/json"] ?? response["content"]?["application/problem+json"]
            return content?["schema"].map(schema)
        }
    }
}
