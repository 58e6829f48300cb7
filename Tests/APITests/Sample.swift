import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API

/// A value that fits a schema, with any part of it replaced.
struct Sample {
    private let schema: JSONSchema
    private let ids: [String: String]

    init(_ schema: JSONSchema, _ ids: [String: String]) {
        self.schema = schema
        self.ids = ids
    }

    private static let formed = [
        "noticeVersion": "1",
        "region": "441900", "uscc": "\(try! Story.validCode(Story.uscc))", "phone": "13800138000", "url": "https://example.org",
        "link": "https://example.org", "from": "09:00", "until": "18:00", "occupationCode": "6-18-01-01",
    ]

    /// A path of the contract with the identifiers of things that there are.
    static func filled(_ path: String, _ ids: [String: String]) -> String {
        var first = ""
        return path.split(separator: "/").map { step in
            guard step.hasPrefix("{") else {
                first = String(step)
                return String(step)
            }
            return ids[String(step.dropFirst().dropLast())] ?? ids[first] ?? UUID().uuidString.lowercased()
        }.reduce("") { "\($0)/\($1)" }
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

    /// The longest that each free text in it may be, by its pointer.
    var limits: [String: Int] {
        var limits: [String: Int] = [:]
        for place in places {
            let node = place.split(separator: "/").reduce(schema.resolved) { node, step in
                let next = step == "0" ? node["items"] : (node["oneOf"]?.items?.first ?? node)["properties"]?[String(step)]
                return next.map { JSONSchema(schema: $0, document: schema.document).resolved } ?? .null
            }
            if node["enum"] == nil, node["format"] == nil, node["pattern"] == nil, let limit = node["maxLength"]?.integer {
                limits[place] = limit
            }
        }
        return limits
    }

    func text(with literal: String, at wanted: String) -> String {
        text(schema, "", "") { $0 == wanted ? literal : nil }
    }

    private func text(_ schema: JSONSchema, _ place: String, _ name: String, _ replace: (String) -> String?) -> String {
        if let literal = replace(place) { return literal }
        let part = { JSONSchema(schema: $0, document: schema.document) }
        let node = schema.resolved
        if let choice = node["oneOf"]?.items?.first { return text(part(choice), place, name, replace) }
        // The last is the one that wants most besides: a rejection its findings, a repost its source.
        if let choice = node["enum"]?.items?.last?.text { return "\"\(choice)\"" }
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
        default: Self.formed[name] ?? "文"
        }
    }
}

extension Story {
    /// Identifiers of things that there are, by the names of fields and the first steps of paths.
    func ids() async throws -> [String: String] {
        try await registerAndVerify()
        let job = try await vettedJob()
        let session = try await liveSession([job])
        let submitted = try await server.post("/v1/submissions", as: viewer, submission(job, session: session))
        let question = try await server.post("/v1/sessions/\(session)/questions", as: viewer, "{\"text\":\"包吃住吗\"}")
        return [
            "companies": company, "jobs": job, "sessions": session, "company": company, "job": job,
            "session": session,
            "recipient": company, "submissions": try #require(try submitted.json()["id"]?.text),
            "question": try #require(try question.json()["id"]?.text),
        ]
    }
}
