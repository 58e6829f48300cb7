import Foundation

/// The words of the pages, for what the server itself says in Chinese.
package enum Words {
    /// What is wrong with a field, by its code; nil for a code without words.
    package static func chinese(_ code: String, _ values: [String: String]) -> String? {
        faults[code].map { words in values.reduce(words) { $0.replacing("{\($1.key)}", with: $1.value) } }
    }

    /// As problems.js has them: a line for each code.
    private static let faults: [String: String] = {
        let text = (try? String(contentsOf: Pages.directory.appendingPathComponent("shared/problems.js"), encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n").compactMap { $0.wholeMatch(of: /\ *"?([a-z0-9-]+)"?: "(.*)",/) }
        return Dictionary(lines.map { (String($0.1), String($0.2)) }) { $1 }
    }()
}
