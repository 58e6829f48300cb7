import Foundation

/// Makes one module of a page's script and all that it imports.
///
/// Over HTTP/1.1 a browser asks for six files at a time, each of which takes a round trip; and twenty small files compress worse than one.
/// Each module becomes a function that gives what it exports. Understood is what the modules here use: `import { … } from "./….js";` for a
/// module of the same folder, `"../{folder}/….js"` for one of another, and `export` before a function, a class or a constant, all at the
/// beginning of a line.
package struct Script {
    /// The text of a module, by its path: `{folder}/{name}.js`.
    let read: (String) throws -> String
    private var modules: [String] = []
    private var included: Set<String> = []
    /// The modules that are being included, each imported by the one before.
    private var open: [String] = []

    package struct Unreadable: Error, CustomStringConvertible {
        package let description: String
    }

    /// The whole script that begins with the module at `path`.
    package static func whole(_ path: String, read: @escaping (String) throws -> String) throws -> String {
        var script = Script(read: read)
        try script.include(path)
        return script.modules.joined(separator: "\n")
    }

    private init(read: @escaping (String) throws -> String) {
        self.read = read
    }

    /// Includes a module after those that it imports.
    private mutating func include(_ path: String) throws {
        if open.contains(path) { throw Unreadable(description: "a circle of imports: \(open) \(path)") }
        guard included.insert(path).inserted else { return }
        open.append(path)
        defer { open.removeLast() }
        let folder = path.prefix { $0 != "/" }
        let imports = /import \{([^}]*)\} from "\.(?:\.\/([a-z]+))?\/([a-z]+)\.js";\n/.anchorsMatchLineEndings()
        let exports = /^export (?=(?:async )?(?:function|class|const)\b[ *]*(\w+))/.anchorsMatchLineEndings()
        let text = try read(path)
        for module in text.matches(of: imports) { try include("\(module.2 ?? folder)/\(module.3).js") }
        let exported = text.matches(of: exports).map(\.1)
        let body = text.replacing(imports) {
            "const {\($0.1.replacing(" as ", with: ": "))} = \(Self.variable($0.2 ?? folder, $0.3));\n"
        }.replacing(exports, with: "")
        if let line = body.split(separator: "\n").first(where: { $0.hasPrefix("import ") || $0.hasPrefix("export ") }) {
            throw Unreadable(description: "\(path): \(line)")
        }
        let name = path.dropFirst(folder.count + 1).prefix { $0 != "." }
        modules.append("const \(Self.variable(folder, name)) = (() => {\n\(body)return { \(exported.joined(separator: ", ")) };\n})();")
    }

    /// What holds a module's exports; two folders may have modules of one name.
    private static func variable(_ folder: Substring, _ name: Substring) -> String { "$\(folder)_\(name)" }
}
