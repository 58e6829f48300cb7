import Access
import HTTPTypes
import JSON
import Recruiting
import Testing

@testable import API

/// The OpenAPI file against the running server.
@Suite struct ContractTests {
    private static let id = "7f9f3c52-0000-4000-8000-000000000000"

    private static func path(_ operation: Route.Name) -> String {
        operation.path.replacing("{id}", with: id).replacing("{job}", with: id).replacing("{question}", with: id)
            .replacing("{document}", with: id)
            .replacing("{file}", with: "nothing.js").replacing("{version}", with: "0")
    }

    @Test func `every operation of the file is on the router, and nothing else`() async throws {
        let contract = try Contract()
        try await withServer { server in
            for path in Set(contract.operations.keys.map(\.path)) {
                let methods = Set(contract.operations.keys.filter { $0.path == path }.map(\.method.rawValue))
                let answer = try await server.send("PATCH", Self.path(Route.Name(method: .get, path: path)))
                #expect(answer.status == 405)
                let allowed = Set(answer.headers["allow"]?.split(separator: ", ").map(String.init) ?? [])
                #expect(allowed.subtracting(["HEAD"]) == methods, "\(path)")
                #expect(allowed.contains("HEAD") == methods.contains("GET"))
            }
        }
    }

    /// What is kept of it, if anything, is no answer to a key: tokens, tickets, a look at a draft, and what people sign in by.
    private static func isBesideTheLog(_ path: String) -> Bool {
        ["/v1/visitors", "/v1/tickets", "/v1/lint", "/v1/sign-ins", "/v1/invitations", "/v1/me"].contains {
            path == $0 || path.hasPrefix($0 + "/")
        }
    }

    @Test func `every operation names its right or is open, and writes take a key`() throws {
        let contract = try Contract()
        for (name, operation) in contract.operations {
            let isWrite = name.method != .get && !Self.isBesideTheLog(name.path)
            #expect(operation.isWrite == isWrite, "\(operation.id)")
            if isWrite { #expect(operation.right != nil, "\(operation.id)") }
        }
        #expect(Set(contract.operations.values.map(\.id)).count == contract.operations.count)
    }

    @Test func `without a token, or with another role's, nothing is done`() async throws {
        let contract = try Contract()
        try await withServer { server in
            let head = try await server.head()
            for (name, operation) in contract.operations {
                guard let right = operation.right else { continue }
                let anonymous = try await server.send(
                    name.method.rawValue,
                    Self.path(name),
                    key: "a key of a test".replacing(" ", with: "-")
                )
                #expect(anonymous.status == 401, "\(operation.id)")
                #expect(anonymous.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
                for role in Role.allCases where !right.roles.contains(role) && role != .operator {
                    let refused = try await server.send(
                        name.method.rawValue,
                        Self.path(name),
                        as: try await server.token(role),
                        key: "a-key-of-a-test"
                    )
                    #expect(refused.status == 403, "\(operation.id) as \(role.rawValue)")
                    #expect(refused.problem == "forbidden")
                }
            }
            #expect(try await server.head() == head)
        }
    }

    /// What an operation may answer beside success, by its shape.
    private static func refusals(_ name: Route.Name, _ operation: Contract.Operation) -> Set<String> {
        var statuses: Set<String> = ["400", "401", "408", "431", "500", "503"]
        if name.method != .get { statuses.insert("429") }
        if operation.right != nil { statuses.insert("403") }
        if name.path.contains("{") { statuses.insert("404") }
        if !operation.queries.isEmpty { statuses.insert("422") }
        if case .none = operation.body {} else { statuses.formUnion(["413", "415", "422"]) }
        if operation.isWrite { statuses.formUnion(["409", "412", "422"]) }
        return statuses
    }

    @Test func `every status that an operation may answer stands in the file by its number`() throws {
        for (name, operation) in try Contract().operations {
            let missing = Self.refusals(name, operation).subtracting(operation.responses.keys)
            #expect(missing.isEmpty, "\(operation.id) lacks \(missing.sorted())")
            #expect(operation.responses.keys.allSatisfy { $0.count == 3 && Int($0) != nil }, "\(operation.id)")
        }
    }

    @Test(arguments: [
        "..", "%2e%2e%2fjobs", "..%2F..%2Fv1%2Fstatus", "7f9f3c52-0000-4000-8000-00000000000g", "%00", "a",
        "7f9f3c52000040008000000000000000",
    ])
    func `what is no identifier names nothing in any path`(text: String) async throws {
        let contract = try Contract()
        try await withServer { server in
            let token = try await server.token(.operator)
            for name in contract.operations.keys where name.path.contains("{id}") {
                let path = Self.path(Route.Name(method: name.method, path: name.path.replacing("{id}", with: text)))
                let answer = try await server.wires.exchange(
                    Array(
                        "\(name.method.rawValue) \(path) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\nIdempotency-Key: 12345678\r\n\r\n"
                            .utf8
                    )
                )
                #expect([400, 404, 405, 415, 422, 426].contains(answer.status), "\(name.method.rawValue) \(path): \(answer.status)")
                if name.method == .get, !path.hasSuffix("/live"), !path.hasSuffix("/events") { #expect(answer.status == 404, "\(path)") }
            }
            #expect(try await server.head() == 0)
        }
    }

    @Test func `the file itself is served, and is JSON below its comment`() async throws {
        try await withServer { server in
            let answer = try await server.get("/openapi.yaml")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"]?.hasPrefix("application/yaml") == true)
            #expect(try JSON(parsing: Array(answer.body.drop { $0 != UInt8(ascii: "{") }))["openapi"]?.text == "3.1.0")
        }
    }

    @Test func `the contract says nothing that its values are not held to`() throws {
        let text = try Contract().text
        #expect(JSONSchema.unheld(in: try JSON(parsing: Array(text.drop { $0 != UInt8(ascii: "{") }))).isEmpty)
    }

    @Test(arguments: [
        (#"{"type":"object","maxProperties":2}"#, "/maxProperties is unknown"),
        (#"{"properties":{"a":{"items":{"uniqueItems":true}}}}"#, "/a/items/uniqueItems is unknown"),
        (#"{"additionalProperties":{"oneOf":[{"exclusiveMinimum":1}]}}"#, "/additionalProperties/oneOf/0/exclusiveMinimum is unknown"),
        (#"{"format":"email"}"#, "/format is of no known form"), (#"{"minimum":0.5}"#, "/minimum is of no known form"),
        (#"{"pattern":"["}"#, "/pattern is of no known form"),
        (#"{"oneOf":[{"type":"null"}],"type":"object"}"#, "/type is not looked at beside oneOf"),
        (##"{"$ref":"#/components/schemas/Nothing"}"##, "/$ref leads nowhere"), (#"{"items":true}"#, "/items is of no known form"),
    ])
    func `what nobody would hold a value to is found in a schema`(schema: String, place: String) throws {
        #expect(JSONSchema(schema: try JSON(parsing: Array(schema.utf8)), document: .object([:])).unheld == [place])
    }

    @Test(arguments: [
        (#"{"type":"object","minProperties":1}"#, "{}", "no-field"), (#"{"type":"object","minProperties":1}"#, #"{"a":1}"#, nil),
        (#"{"type":"number","multipleOf":2}"#, "3", "not-a-multiple"), (#"{"type":"number","multipleOf":0.5}"#, "1.5", nil),
    ])
    func `values are held to the least number of fields and to steps`(schema: String, value: String, code: String?) throws {
        let schema = JSONSchema(schema: try JSON(parsing: Array(schema.utf8)), document: .object([:]))
        #expect(schema.faults(in: try JSON(parsing: Array(value.utf8))).map(\.code) == [code].compactMap(\.self))
    }
}
