package import Foundation

/// The browser's side of Jobcast: plain files, served as they lie here.
///
/// `index.html` (the lobby), `watch.html`, `studio.html` and `insight.html` are the pages `/`, `/watch`, `/studio` and `/insight`;
/// every file, these included, also answers under `/static/` by its name.
package enum Pages {
    /// The folder that holds the files; it has no subfolders.
    package static let directory = Bundle.module.bundleURL.appendingPathComponent("Static", isDirectory: true)

    /// The value of `Content-Security-Policy` under which all pages work: nothing inline, nothing from elsewhere, never in a frame.
    package static let contentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self'; "
        + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    /// Every file by name, read once at first use, so that a request never touches the disk and no path can lead out of the folder.
    package static let files: [String: File] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory.path)) ?? []
        let files = names.compactMap { name in File(at: directory.appendingPathComponent(name)).map { (name, $0) } }
        precondition(!files.isEmpty, "no pages in \(directory.path); install the executable together with its .resources folders")
        return Dictionary(uniqueKeysWithValues: files)
    }()
}
