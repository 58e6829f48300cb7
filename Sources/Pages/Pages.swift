package import Foundation

/// The browser's side of Jobcast: plain files, made ready for browsers when the program starts.
///
/// Each page has a folder with its HTML and the modules that only it uses; `shared` holds the rest, parts of pages among it. Browsers get the pages, the script of
/// each (its modules in one piece), and what is neither a page nor a module, under `/static/` by its name without the folder. A page names
/// its own files by addresses that last: `/assets/{version}/{name}`.
package enum Pages {
    /// The folder that holds the files, each in the folder of its page.
    package static let directory = Bundle.module.bundleURL.appendingPathComponent("Static", isDirectory: true)

    /// The value of `Content-Security-Policy` under which all pages work: nothing inline, nothing from elsewhere, never in a frame.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; media-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// The modules that other programs may use; they import nothing.
    private static let modulesForOthers: Set = ["client.js"]

    /// Every file that browsers get, by its name; read once at first use, so that a request never touches the disk and no path can lead out
    /// of the folder.
    package static let files: [String: File] = {
        do {
            return try load()
        } catch {
            preconditionFailure("no pages in \(directory.path): \(error); install the executable together with its .resources folders")
        }
    }()

    /// The page that says that there is none.
    package static var missing: File { files["missing.html"]! }

    private static func load() throws -> [String: File] {
        let paths = try FileManager.default.subpathsOfDirectory(atPath: directory.path).filter { $0.contains(".") }
        let pages = try paths.filter { $0.hasSuffix(".html") }.map { ($0, try page($0)) }
        let address = /"\/static\/([\w.]+)"/
        let scripts = Set(
            pages.flatMap { path, page in page.matches(of: address).map { "\(path.prefix { $0 != "/" })/\($0.1)" } }.filter {
                $0.hasSuffix(".js")
            }
        )
        var files: [String: File] = [:]
        for path in paths where !path.hasSuffix(".html") && !path.hasSuffix(".part") {
            let name = name(of: path)
            // Modules of other pages may have the same name.
            let isScript = scripts.contains(path)
            if path.hasSuffix(".js"), !isScript, !modulesForOthers.contains(name) { continue }
            files[name] = File(name, Array(try (isScript ? Script.whole(path, read: text) : text(path)).utf8))
        }
        for (path, page) in pages {
            let name = name(of: path)
            let lasting = page.replacing(address) { "\"/assets/\(files[String($0.1)]?.version ?? "none")/\($0.1)\"" }
            files[name] = File(name, Array(lasting.utf8))
        }
        return files
    }

    /// The text of a page, with the parts that it shares with others in the places of `<!-- {folder}/{name}.part -->`.
    private static func page(_ path: String) throws -> String {
        let page = try text(path)
        let places = page.matches(of: /(?m)^ *<!-- ([\w\/]+\.part) -->\n/)
        return try places.reversed().reduce(into: page) { $0.replaceSubrange($1.range, with: try text(String($1.1))) }
    }

    private static func name(of path: String) -> String { String(path.split(separator: "/").last!) }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: directory.appendingPathComponent(path), encoding: .utf8)
    }
}
