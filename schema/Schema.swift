import Foundation

package enum Schema {
    /// Every migration of this release, in the order in which they are applied: files of SQL, never edited once released.
    ///
    /// A name is the file's without its ending.
    package static func migrations() throws -> [(name: String, sql: String)] {
        let folder = Bundle.module.bundleURL.appendingPathComponent("migrations")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "sql" }
            .map { (name: $0.deletingPathExtension().lastPathComponent, sql: try String(contentsOf: $0, encoding: .utf8)) }
            .sorted { $0.name < $1.name }
    }
}
