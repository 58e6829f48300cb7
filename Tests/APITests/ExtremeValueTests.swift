import FoundationEssentials
import HTTPTypes
import JWTKit
import Recruiting
import Testing

@testable import API

/// Numbers at and beyond every limit, wherever the contract, a token or a room takes one: an answer below 500, and the server goes on.
@Suite(.timeLimit(.minutes(10))) struct `An extreme number` {
    static let numbers = [
        "0", "-1", "2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e18", "1e400",
        "-1e400",
        "1.5", "5.0", "null", "\"NaN\"", "\"\"", "\"0000-01-01T00:00:00+23:59\"", "\"9999-12-31T23:59:59-23:59\"", "\"9999-12-31\"",
    ]

    @Test func `in any body or query of the contract gets an answer`() async throws {
        try await withServer { server in
            let ids = try await Self.ids(Story(server))
            let contract = try Contract()
            let token = try await server.token(.operator, "0b6a4ed8-9f61-4c0a-9e70-6a0d8a3a1f10")
            var sent = 0
            for (name, operation) in contract.operations.sorted(by: { $0.key.path < $1.key.path }) {
                let path = Self.filled(name.path, ids)
                for query in operation.queries {
                    for number in Self.numbers {
                        let value = number.filter { $0 != "\"" }.replacing("+", with: "%2B")
                        try await Self.expect(
                            server.send(name.method.rawValue, "\(path)?\(query.name)=\(value)", as: token, key: Self.key),
                            path,
                            value
                        )
                        sent += 1
                    }
                }
                guard case .json(let schema, _) = operation.body else { continue }
                let sample = Sample(schema, ids)
                for place in sample.places {
                    for number in Self.numbers {
                        let body = sample.text(with: number, at: place)
                        try await Self.expect(server.send(name.method.rawValue, path, as: token, key: Self.key, body), path, body)
                        sent += 1
                    }
                }
            }
            #expect(sent > 1_000)
            #expect(try await server.get("/healthz").status == 200)
        }
    }

    private static var key: String { UUID().uuidString }

    private static func expect(_ answer: Answer, _ path: String, _ what: String) throws {
        #expect(answer.status < 500, "\(path) \(what): \(answer.text)")
    }

    /// Of things that there are, by the first step of their paths.
    private static func ids(_ story: Story) async throws -> [String: String] {
        try await story.registerAndVerify()
        let position = try await story.vettedPosition()
        let session = try await story.liveSession([position])
        let submission = try await story.server.post("/v1/submissions", as: story.viewer, story.submission(position, session: session))
        let question = try await story.server.post("/v1/sessions/\(session)/questions", as: story.viewer, "{\"text\":\"包吃住吗\"}")
        return [
            "companies": story.company, "positions": position, "sessions": session, "company": story.company, "position": position,
            "session": session,
            "recipient": story.company, "submissions": try #require(try submission.json()["id"]?.text),
            "question": try #require(try question.json()["id"]?.text),
        ]
    }

    private static func filled(_ path: String, _ ids: [String: String]) -> String {
        var first = ""
        return path.split(separator: "/").map { step in
            guard step.hasPrefix("{") else {
                first = String(step)
                return String(step)
            }
            return ids[String(step.dropFirst().dropLast())] ?? ids[first] ?? UUID().uuidString.lowercased()
        }.reduce("") { "\($0)/\($1)" }
    }

    /// In seconds since 1970; the last ones are a year 5138 and a moment in milliseconds, as some issuers write it.
    static let moments = [0, -1, -1e300, 2_147_483_648, 9_007_199_254_740_992, 9.223372036854775807e18, 1e18, 1e300, 1e11, 1.8e12]

    @Test(arguments: moments) func `as the end of a token closes nothing but its own way`(moment: Double) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let keys = await JWTKeyCollection().add(hmac: HMACKey(from: TestServer.secret), digestAlgorithm: .sha256)
            for claims in [Claims(exp: moment), Claims(exp: moment, nbf: 0, iat: 0), Claims(exp: 4e9, nbf: moment, iat: moment)] {
                let token = try await keys.sign(claims)
                let status = try await server.get("/v1/sessions", as: token).status
                #expect(status == 200 || status == 401)
                let ticket = try await server.post("/v1/tickets", as: token)
                #expect((ticket.status == 201) == (status == 200), "\(ticket.text)")
                for joining in [token, (try? ticket.json()["ticket"]?.text) ?? token] {
                    let isTicket = joining != token
                    try await LiveClient.open(server.wires, session) { viewer in
                        try await viewer.send("{\"t\":\"join\",\"\(isTicket ? "ticket" : "token")\":\"\(joining)\"}")
                        if status == 200 { _ = try await viewer.next("hello") } else { #expect(try await viewer.closeCode() != nil) }
                    }
                }
            }
            #expect(try await server.get("/healthz").status == 200)
        }
    }

    private struct Claims: JWTPayload {
        var sub = "0b6a4ed8-9f61-4c0a-9e70-6a0d8a3a1f10"
        var role = "viewer"
        let exp: Double
        var nbf: Double?
        var iat: Double?

        func verify(using _: some JWTAlgorithm) {}
    }

    @Test func `as a viewer's last position is greeted like any other`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let epoch = try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { viewer in
                try #require(try await viewer.next("hello")["epoch"]?.text)
            }
            for position in [0, -1, 1 << 31, 1 << 53, .max, .min] {
                try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer, after: position, epoch: epoch)) {
                    viewer in
                    _ = try await viewer.next("hello")
                }
                try await EventClient.open(server.wires, session, as: story.viewer, last: "\(epoch):\(position)") { viewer in
                    _ = try await viewer.next("hello")
                }
            }
        }
    }
}

/// A value that fits a schema, with any part of it replaced.
private struct Sample {
    private let schema: JSONSchema
    private let ids: [String: String]

    init(_ schema: JSONSchema, _ ids: [String: String]) {
        self.schema = schema
        self.ids = ids
    }

    /// Pointers to everything in it.
    var places: [String] {
        var places: [String] = []
        _ = text(schema, "", "") { place in
            places.append(place)
            return nil
        }
        return places
    }

    func text(with literal: String, at wanted: String) -> String {
        text(schema, "", "") { $0 == wanted ? literal : nil }
    }

    private func text(_ schema: JSONSchema, _ place: String, _ name: String, _ replace: (String) -> String?) -> String {
        if let literal = replace(place) { return literal }
        let part = { JSONSchema(schema: $0, document: schema.document) }
        let node = schema.resolved
        if let choice = node["oneOf"]?.items?.first { return text(part(choice), place, name, replace) }
        if let first = node["enum"]?.items?.first?.text { return "\"\(first)\"" }
        switch node["type"]?.text {
        case "object":
            let members = (node["properties"]?.members ?? [:]).sorted { $0.key < $1.key }.map {
                "\"\($0.key)\":\(text(part($0.value), "\(place)/\($0.key)", $0.key, replace))"
            }
            return "{\(members.joined(separator: ","))}"
        case "array": return "[\(node["items"].map { text(part($0), "\(place)/0", String(name.dropLast()), replace) } ?? "")]"
        case "integer", "number": return "\(node["minimum"]?.integer ?? 1)"
        case "boolean": return "true"
        default: return "\"\(string(node, name))\""
        }
    }

    private func string(_ node: JSON, _ name: String) -> String {
        switch node["format"]?.text {
        case "uuid": ids[name] ?? UUID().uuidString.lowercased()
        case "date": "\(Story.today.advanced(months: 1))"
        case "date-time":
            name == "endsAt" ? "\(Timestamp(Date()).advanced(by: .seconds(3600)))" : "\(Timestamp(Date()).advanced(by: .seconds(60)))"
        default:
            ["region": "441900", "uscc": Story.uscc, "phone": "13800138000", "url": "https://example.org", "link": "https://example.org"][
                name
            ] ?? "文"
        }
    }
}
