/// A value that is one JSON string, in events as in bodies; what cannot be parsed cannot be decoded.
package protocol TextCoded: Codable, Hashable, Sendable, CustomStringConvertible {
    /// - Throws: `Invalid` naming `field`.
    init(_ text: String, field: String) throws(Invalid)
}

extension TextCoded {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            // The error names the field by its path.
            try self.init(text, field: "")
        } catch {
            throw DecodingError.dataCorrupted(.init(error, at: container.codingPath))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension KeyedDecodingContainer {
    /// The value that `make` gives; what it finds invalid cannot be decoded.
    func valid<Value>(_ make: () throws(Invalid) -> Value) throws -> Value {
        do throws(Invalid) {
            return try make()
        } catch {
            throw DecodingError.dataCorrupted(.init(error, at: codingPath))
        }
    }
}

extension KeyedDecodingContainer {
    /// The value that `make` gives; the error stands at the member that is invalid.
    func validMember<Value>(_ make: () throws(Invalid) -> Value) throws -> Value {
        do throws(Invalid) {
            return try make()
        } catch {
            // What is part of something larger names its fields from there on; of those only the last step stands in this object.
            let member = error.field.split(separator: "/").last.flatMap { Key(stringValue: String($0)) }
            throw DecodingError.dataCorrupted(.init(error, at: codingPath + [member].compactMap(\.self)))
        }
    }
}

extension DecodingError.Context {
    fileprivate init(_ invalid: Invalid, at path: [any CodingKey]) {
        self.init(codingPath: path, debugDescription: invalid.description.asSeen, underlyingError: invalid)
    }

    /// What is wrong with the value: what the domain found, if it was the domain, or else what the decoder says.
    package var reason: Reason { (underlyingError as? Invalid)?.reason ?? .misfit(debugDescription) }
}
