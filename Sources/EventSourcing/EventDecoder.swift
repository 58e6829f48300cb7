/// Makes a `Decodable` value of one JSON text, as `JSONDecoder` with its default strategies does, in a third of its time.
///
/// It exists because reading the log typed is mostly this: a replay or a report decodes millions of events, each by itself.
/// Where a value is wanted of which the text has less or something else it throws `DecodingError`, and the same for what is no JSON.
package enum EventDecoder {
    package static func decode<Value: Decodable>(_ type: Value.Type, from json: [UInt8]) throws -> Value {
        let document: JSONDocument
        do throws(JSONText.Malformed) {
            document = JSONDocument(try JSONText(json))
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: error.description))
        }
        return try JSONValue(document, 0).decode(type)
    }
}

/// Holds the text for all the decoders into it.
final class JSONDocument {
    let text: JSONText

    init(_ text: JSONText) {
        self.text = text
    }

    /// The way from the outermost value to the one at `place`; only who fails pays for it.
    func path(to place: Int) -> [any CodingKey] {
        var path: [any CodingKey] = []
        var container = 0
        while container != place {
            let elements = text.elements(of: container)
            guard let index = elements.lastIndex(where: { $0 <= place }) else { break }
            let isObject = text.values[container].kind == .object
            container = elements[index]
            path.append(isObject ? PathKey(text.string(at: container - 1) ?? "") : PathKey(index))
        }
        return path
    }
}

/// A key of an object, or a place in an array, in the path that an error names.
struct PathKey: CodingKey {
    let stringValue: String
    let intValue: Int?

    init(stringValue: String) { self.init(stringValue) }
    init(intValue: Int) { self.init(intValue) }

    init(_ key: String) {
        stringValue = key
        intValue = nil
    }

    init(_ index: Int) {
        stringValue = "Index \(index)"
        intValue = index
    }
}
