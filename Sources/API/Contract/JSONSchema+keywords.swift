import JSON

/// What a schema says that nobody would hold a value to: a contract must say nothing in vain.
extension JSONSchema {
    struct Unheld: Error, CustomStringConvertible {
        let places: [String]

        var description: String { "the contract says what is not held: \(places.joined(separator: "; "))" }
    }

    /// Those that values are held to, with what they may be themselves.
    private static let held: [String: @Sendable (JSON) -> Bool] = [
        "$ref": { $0.text != nil }, "type": { $0.text != nil || $0.items != nil }, "enum": { $0.items != nil }, "const": { _ in true },
        "oneOf": { $0.items != nil }, "properties": { $0.members != nil }, "required": { $0.items != nil },
        "additionalProperties": { $0.members != nil || $0 == .bool(true) || $0 == .bool(false) }, "items": { $0.members != nil },
        "minProperties": isWhole, "minItems": isWhole, "maxItems": isWhole, "minLength": isWhole, "maxLength": isWhole, "minimum": isWhole,
        "maximum": isWhole, "multipleOf": { step(of: $0) != nil }, "pattern": { $0.text.flatMap { try? Regex($0) } != nil },
        "format": { formats.contains($0.text ?? "") },
    ]
    /// Those that only tell readers something.
    private static let told: Set<String> = ["description", "default", "title", "examples"]
    /// `binary` and `password` only tell what a text is.
    private static let formats: Set<String> = ["uuid", "date", "date-time", "binary", "password"]
    /// Beside these nothing else of a schema is looked at.
    private static let alone = ["$ref", "oneOf"]

    private static let isWhole: @Sendable (JSON) -> Bool = { $0.integer != nil }

    /// What of the schema is not held, each with its place in it; empty when all is.
    var unheld: [String] { Self.unheld(schema, at: "", in: document) }

    /// The same of every schema that stands in the document.
    static func unheld(in document: JSON) -> [String] {
        let schemas = document["components"]?["schemas"]?.members ?? [:]
        let named = schemas.sorted { $0.key < $1.key }.flatMap { unheld($0.value, at: $0.key, in: document) }
        return named + unheldParts(of: document, at: "", in: document)
    }

    private static func unheldParts(of node: JSON, at place: String, in document: JSON) -> [String] {
        let inner = (node.items ?? []).enumerated().flatMap { unheldParts(of: $1, at: "\(place)/\($0)", in: document) }
        return (node.members ?? [:]).sorted { $0.key < $1.key }.reduce(into: inner) { found, member in
            switch member.key {
            case "schema": found += unheld(member.value, at: "\(place)/schema", in: document)
            case "schemas": break
            default: found += unheldParts(of: member.value, at: "\(place)/\(member.key)", in: document)
            }
        }
    }

    private static func unheld(_ schema: JSON, at place: String, in document: JSON) -> [String] {
        guard let members = schema.members else { return ["\(place) is no schema"] }
        var found: [String] = []
        for (keyword, value) in members.sorted(by: { $0.key < $1.key }) where !told.contains(keyword) {
            guard let isHeld = held[keyword] else {
                found.append("\(place)/\(keyword) is unknown")
                continue
            }
            if !isHeld(value) { found.append("\(place)/\(keyword) is of no known form") }
        }
        for keyword in alone where members[keyword] != nil {
            for other in members.keys.sorted() where other != keyword && !told.contains(other) {
                found.append("\(place)/\(other) is not looked at beside \(keyword)")
            }
        }
        if schema["$ref"] != nil, JSONSchema(schema: schema, document: document).resolved == .null {
            found.append("\(place)/$ref leads nowhere")
        }
        return found + children(of: schema, at: place).flatMap { unheld($0.schema, at: $0.place, in: document) }
    }

    private static func children(of schema: JSON, at place: String) -> [(place: String, schema: JSON)] {
        let properties = (schema["properties"]?.members ?? [:]).sorted { $0.key < $1.key }.map { ("\(place)/\($0.key)", $0.value) }
        let choices = (schema["oneOf"]?.items ?? []).enumerated().map { ("\(place)/oneOf/\($0)", $1) }
        let others = ["items", "additionalProperties"].compactMap { keyword in
            schema[keyword].flatMap { $0.members == nil ? nil : ("\(place)/\(keyword)", $0) }
        }
        return properties + choices + others
    }
}
