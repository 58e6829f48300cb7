import FoundationEssentials
import JSON
import Recruiting

/// The part of JSON Schema 2020-12 that the OpenAPI file uses: type, properties, minProperties, required, additionalProperties, items,
/// lengths, ranges, multipleOf, enum, const, pattern, format (uuid, date, date-time), oneOf and `$ref` into `components`. ``unheld`` names
/// whatever else a schema says.
struct JSONSchema: Sendable {
    let schema: JSON
    /// The document in which a `$ref` is looked up.
    let document: JSON

    /// What is wrong with `value`, each with an RFC 6901 pointer; empty when it fits. Stops looking after 100.
    func faults(in value: JSON) -> [Problem.Fault] {
        var faults: [Problem.Fault] = []
        check(value, schema, at: "", into: &faults)
        return faults
    }

    /// The schema itself, or what its `$ref` names.
    var resolved: JSON {
        schema["$ref"]?.text.map(resolve) ?? schema
    }

    /// A query parameter's text as the value that the schema means.
    func value(of text: String) -> JSON {
        resolved["type"]?.text == "integer" ? Int(text).map(JSON.integer) ?? .string(text) : .string(text)
    }

    private func check(_ value: JSON, _ schema: JSON, at pointer: String, into faults: inout [Problem.Fault]) {
        guard faults.count < 100 else { return }
        if let reference = schema["$ref"]?.text {
            return check(value, resolve(reference), at: pointer, into: &faults)
        }
        if let choices = schema["oneOf"]?.items {
            return checkOne(of: choices, value, at: pointer, into: &faults)
        }
        if let allowed = schema["type"].map(Self.types), !allowed.contains(where: { Self.is(value, $0) }) {
            faults.append(.at(pointer, .wrongType(allowed.map(Self.article))))
            return
        }
        if let allowed = schema["enum"]?.items, !allowed.contains(value) {
            faults.append(.at(pointer, .notOneOf(allowed.compactMap(\.text))))
        }
        if let constant = schema["const"], constant != value {
            faults.append(.at(pointer, .notOneOf([constant.text ?? "the constant of the schema"])))
        }
        switch value {
        case .object(let members): check(members, schema, at: pointer, into: &faults)
        case .array(let items): check(items, schema, at: pointer, into: &faults)
        case .string(let text): check(text, schema, at: pointer, into: &faults)
        case .integer(let number): check(Double(number), schema, at: pointer, into: &faults)
        case .number(let number): check(number, schema, at: pointer, into: &faults)
        case .null, .bool: break
        }
    }

    private func checkOne(of choices: [JSON], _ value: JSON, at pointer: String, into faults: inout [Problem.Fault]) {
        var best: [Problem.Fault]?
        for choice in choices {
            var found: [Problem.Fault] = []
            check(value, choice, at: pointer, into: &found)
            if found.isEmpty { return }
            // The alternative that gets furthest into the value is the one that was meant.
            if found.map(\.depth).max()! > best?.map(\.depth).max() ?? -1 { best = found }
        }
        faults.append(contentsOf: best ?? [.at(pointer, Reason("no-alternative", "fits none of the alternatives"))])
    }

    private func check(_ members: [String: JSON], _ schema: JSON, at pointer: String, into faults: inout [Problem.Fault]) {
        let properties = schema["properties"]?.members ?? [:]
        if let least = schema["minProperties"]?.integer, members.count < least {
            faults.append(.at(pointer, least == 1 ? .noField : .tooFewItems(least)))
        }
        for case .string(let name) in schema["required"]?.items ?? [] where members[name] == nil {
            faults.append(.at(pointer + "/" + Self.escaped(name), .missing))
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = pointer + "/" + Self.escaped(name)
            if let property = properties[name] {
                check(value, property, at: place, into: &faults)
            } else if case .bool(false) = schema["additionalProperties"] {
                faults.append(.at(place, .unknownField(known: properties.keys)))
            } else if let other = schema["additionalProperties"], other != .bool(true) {
                check(value, other, at: place, into: &faults)
            }
        }
    }

    private func check(_ items: [JSON], _ schema: JSON, at pointer: String, into faults: inout [Problem.Fault]) {
        if let least = schema["minItems"]?.integer, items.count < least {
            faults.append(.at(pointer, .tooFewItems(least)))
        }
        if let most = schema["maxItems"]?.integer, items.count > most {
            faults.append(.at(pointer, .tooManyItems(most)))
            return
        }
        guard let item = schema["items"] else { return }
        for (index, value) in items.enumerated() {
            check(value, item, at: "\(pointer)/\(index)", into: &faults)
        }
    }

    private func check(_ text: String, _ schema: JSON, at pointer: String, into faults: inout [Problem.Fault]) {
        let length = text.unicodeScalars.count
        if let least = schema["minLength"]?.integer, length < least {
            faults.append(.at(pointer, least == 1 ? .empty : .tooShort(least)))
        }
        if let most = schema["maxLength"]?.integer, length > most {
            faults.append(.at(pointer, .tooLong(most)))
            return
        }
        if let pattern = schema["pattern"]?.text, let regex = try? Regex(pattern), text.firstMatch(of: regex) == nil {
            faults.append(.at(pointer, Reason("wrong-form", "must match {pattern}", ["pattern": pattern])))
        }
        switch schema["format"]?.text {
        case "uuid" where UUID(uuidString: text) == nil: faults.append(.at(pointer, .notUUID))
        case "date": check(pointer, into: &faults) { () throws(Invalid) in _ = try CalendarDate(text) }
        case "date-time": check(pointer, into: &faults) { () throws(Invalid) in _ = try Timestamp(text) }
        default: break
        }
    }

    /// What dates and moments are is known in one place.
    private func check(_ pointer: String, into faults: inout [Problem.Fault], _ read: () throws(Invalid) -> Void) {
        do throws(Invalid) {
            try read()
        } catch {
            faults.append(.at(pointer, error.reason))
        }
    }

    private func check(_ number: Double, _ schema: JSON, at pointer: String, into faults: inout [Problem.Fault]) {
        if let least = schema["minimum"]?.integer, number < Double(least) {
            faults.append(.at(pointer, .tooSmall(least)))
        }
        if let most = schema["maximum"]?.integer, number > Double(most) {
            faults.append(.at(pointer, .tooLarge(most)))
        }
        if let step = schema["multipleOf"].flatMap(Self.step), number.remainder(dividingBy: step) != 0 {
            faults.append(.at(pointer, Reason("not-a-multiple", "must be a multiple of {step}", ["step": "\(step)"])))
        }
    }

    static func step(of value: JSON) -> Double? {
        switch value {
        case .integer(let step) where step > 0: Double(step)
        case .number(let step) where step > 0: step
        default: nil
        }
    }

    private func resolve(_ reference: String) -> JSON {
        reference.split(separator: "/").dropFirst().reduce(document) { node, name in node[String(name)] ?? .null }
    }
}

extension JSONSchema {
    private static func types(_ type: JSON) -> [String] {
        type.text.map { [$0] } ?? type.items?.compactMap(\.text) ?? []
    }

    private static func `is`(_ value: JSON, _ type: String) -> Bool {
        switch (value, type) {
        case (.object, "object"), (.array, "array"), (.string, "string"), (.bool, "boolean"), (.null, "null"): true
        case (.integer, "integer"), (.integer, "number"), (.number, "number"): true
        default: false
        }
    }

    private static func article(_ type: String) -> String {
        switch type {
        case "object", "array", "integer": "an \(type)"
        case "null": type
        default: "a \(type)"
        }
    }

    private static func escaped(_ name: String) -> String {
        guard name.contains(where: { $0 == "~" || $0 == "/" }) else { return name }
        return name.replacing("~", with: "~0").replacing("/", with: "~1")
    }
}

extension Reason {
    fileprivate static func wrongType(_ wanted: [String]) -> Reason {
        Reason("wrong-type", "must be {wanted}", ["wanted": wanted.joined(separator: " or ")])
    }

    fileprivate static func unknownField(known: some Sequence<String>) -> Reason {
        Reason("unknown-field", "is not a field of this body; known are {known}", ["known": known.sorted().joined(separator: ", ")])
    }
}
