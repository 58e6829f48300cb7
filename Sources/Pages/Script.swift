import Foundation

/// Makes one module of a page's script and all that it imports.
///
/// Over HTTP/1.1 a browser asks for six files at a time, each of which takes a round trip; and twenty small files compress worse than one.
/// Each module becomes a function that gives what it exports. Understood is what the modules here use: `import { … } from "./….js";` and
/// `export` before a function, a class or a constant, both at the beginning of a line.
package struct Script {
    /// The text of a module, by its file's name.
    let read: (String) throws -> String
    private var modules: [String] = []
    private var included: Set<String> = []
    /// The modules that are being included, each imported by the one before.
    private var open: [String] = []

    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    /// The whole script that begins with the module `name`.
    package static func whole(_ name: String, read: @escaping (String) throws -> String) throws -> String {
        var script = Script(read: read)
        try script.include(name)
        return script.modules.joined(separator: "\n")
    }

    private init(read: @escaping (String) throws -> String) {
        self.read = read
    }

    /// Includes a module after those that it imports.
    private mutating func include(_ name: String) throws {
        if open.contains(name) { throw Unreadable(description: "a circle of imports: \(open) \(name)") }
        guard included.insert(name).inserted else { return }
        open.append(name)
        defer { open.removeLast() }
        let imports = /import \{([^}]*)\} from "\.\/([a-z]+)\.js";\n/.anchorsMatchLineEndings()
        let exports = /^export (?=(?:async )?(?:function|class|const)\b[ *]*(\w+))/.anchorsMatchLineEndings()
        let text = try read(name)
        for module in text.matches(of: imports) { try include(module.2 + ".js") }
        let exported = text.matches(of: exports).map(\.1)
        let body = text.replacing(imports) { "const {\($0.1.replacing(" as ", with: ": "))} = $\($0.2);\n" }.replacing(exports, with: "")
        if let line = body.split(separator: "\n").first(where: { $0.hasPrefix("import ") || $0.hasPrefix("export ") }) {
            throw Unreadable(description: "\(name): \(line)")
        }
        let variable = name.prefix { $0 != "." }
        modules.append("const $\(variable) = (() => {\n\(body)return { \(exported.joined(separator: ", ")) };\n})();")
    }
}
