import Foundation

/// The words of the pages, for what the server and its command line say in Chinese themselves.
package enum Words {
    /// The sentence of a problem; nil for a code without words.
    package static func problem(_ code: String, _ values: [String: String] = [:]) -> String? {
        table.problems[code].map { filled($0, values) }
    }

    /// What is wrong with a field, by a code of its own or by that of a rule which refuses one of many things; nil for one without words.
    package static func fault(_ code: String, _ values: [String: String]) -> String? {
        (table.faults[code] ?? table.problems[code].map { $0.hasSuffix("。") ? String($0.dropLast()) : $0 }).map { filled($0, values) }
    }

    /// How forms name a field; nil for one that is in none.
    package static func field(_ name: String) -> String? { table.fields[name]?.first }

    private struct Table: Decodable {
        let problems: [String: String]
        let faults: [String: String]
        let fields: [String: [String]]
    }

    /// As chinese.js has it.
    private static let table: Table = {
        let file = Pages.directory.appendingPathComponent("shared/chinese.js")
        do {
            let text = try String(contentsOf: file, encoding: .utf8)
            guard let first = text.firstIndex(of: "{"), let last = text.lastIndex(of: "}") else { throw CocoaError(.fileReadCorruptFile) }
            return try JSONDecoder().decode(Table.self, from: Data(text[first...last].utf8))
        } catch {
            preconditionFailure("no words in \(file.path): \(error); install the executable together with its .resources folders")
        }
    }()

    private static func filled(_ words: String, _ values: [String: String]) -> String {
        words.replacing(/\{(\w+)\}/) { values[String($0.1)] ?? String($0.0) }
    }
}
