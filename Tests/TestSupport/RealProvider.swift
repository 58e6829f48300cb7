import Foundation
import Postgres

/// A provider of identities that others have written, in a process of its own (Tests/provider).
package final class RealProvider: Sendable {
    package let issuer: String
    private let process: Child

    /// Whether it can be had here; the first who asks has it installed, which may take a minute.
    package static let isThere = (try? Child([script, "install"]).wait()) == 0

    private static let script = (0..<2).reduce(URL(filePath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }
        .appending(path: "provider/run").path

    /// `redirect` is where it sends browsers back to.
    package init(redirect: String, algorithm: String = "RS256") async throws {
        (process, issuer) = try await onOwnThread(named: "test") {
            let process = try Child([Self.script, redirect, "--algorithm", algorithm])
            while true {
                let line = try process.line()
                if line.hasPrefix("issuer ") { return (process, String(line.dropFirst(7))) }
            }
        }
    }

    /// Has it sign by new keys, and publish them alone.
    package func rotate() async throws { try await say("rotate") }

    /// Puts somebody into these groups, and no others.
    package func put(_ person: String, into groups: [String]) async throws {
        try await say("groups \(person) \(groups.joined(separator: ","))")
    }

    private func say(_ words: String) async throws {
        try await onOwnThread(named: "test") { [process] in
            process.send(words + "\n")
            while try process.line() != "done" {}
        }
    }
}
