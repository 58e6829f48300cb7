package import Foundation

/// The browser's side of Jobcast: plain files, made ready for browsers when the program starts.
///
/// `index.html` (the lobby), `watch.html`, `studio.html`, `insight.html` and `operations.html` are the pages, and `missing.html` says that
/// there is none; every file, these included, also answers under `/static/` by its name. A page names its own files by addresses that last: `/assets/{version}/{name}`.
package enum Pages {
    /// The folder that holds the files; it has no subfolders.
    package static let directory = Bundle.module.bundleURL.appendingPathComponent("Static", isDirectory: true)

    /// The value of `Content-Security-Policy` under which all pages work: nothing inline, nothing from elsewhere, never in a frame.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// Every file by name, read once at first use, so that a request never touches the disk and no path can lead out of the folder.
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
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
        let pages = try names.filter { $0.hasSuffix(".html") }.map { ($0, try text($0)) }
        let address = /"\/static\/([\w.]+)"/
        let scripts = Set(pages.flatMap { $0.1.matches(of: address).map { String($0.1) } }.filter { $0.hasSuffix(".js") })
        var files: [String: File] = [:]
        for name in names where !name.hasSuffix(".html") {
            files[name] = File(name, Array(try (scripts.contains(name) ? Script.whole(name, read: text) : text(name)).utf8))
        }
        for (name, page) in pages {
            let lasting = page.replacing(address) { "\"/assets/\(files[String($0.1)]?.version ?? "none")/\($0.1)\"" }
            files[name] = File(name, Array(lasting.utf8))
        }
        return files
    }

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: directory.appendingPathComponent(name), encoding: .utf8)
    }
}
