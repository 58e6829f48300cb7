import Foundation

/// One migration: a file of SQL, applied once and never edited afterwards.
package struct Migration: Sendable {
    /// The file's name without its ending; migrations are applied in the order of their names.
    package let name: String
    package let sql: String
}

package enum Schema {
    /// Every migration of this release, in the order in which they are applied.
    package static func migrations() throws -> [Migration] {
        let folder = Bundle.module.bundleURL.appendingPathComponent("migrations")
        return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "sql" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .map { Migration(name: $0.deletingPathExtension().lastPathComponent, sql: try String(contentsOf: $0, encoding: .utf8)) }
    }
}
