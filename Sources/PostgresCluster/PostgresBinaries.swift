import FoundationEssentials
import Glibc
package import Postgres

/// An installed PostgreSQL server.
package struct PostgresBinaries: Sendable {
    package let folder: String
    /// The major version: 15 for 15.18.
    package let major: Int

    /// The newest one installed, or the newest of the major version that a data folder needs.
    package static func find(major: Int? = nil) throws(PostgresError) -> PostgresBinaries {
        let installed = candidates().compactMap { PostgresBinaries(folder: $0) }
        if let best = installed.filter({ major == nil || $0.major == major }).max(by: { $0.major < $1.major }) { return best }
        guard let major, !installed.isEmpty else {
            throw .cluster("no PostgreSQL server is installed: install the package postgresql, or set DATABASE_URL to a server elsewhere")
        }
        let found = Set(installed.map { "\($0.major)" }).sorted().joined(separator: ", ")
        throw .cluster(
            "the data was made by PostgreSQL \(major), but only \(found) is installed: install postgresql-\(major), or move the data with pg_upgrade"
        )
    }

    package func path(_ program: String) -> String { "\(folder)/\(program)" }

    private init?(folder: String) {
        guard ["initdb", "pg_ctl", "postgres"].allSatisfy({ access("\(folder)/\($0)", X_OK) == 0 }),
            let answer = try? runProgram(["\(folder)/postgres", "--version"], environment: ["LC_ALL": "C"]),
            let version = answer.output.split(separator: " ").dropFirst(2).first,
            let major = Int(version.prefix { $0.isNumber })
        else { return nil }
        self.folder = folder
        self.major = major
    }

    private static func candidates() -> [String] {
        let versioned = ["/usr/lib/postgresql", "/usr/local/lib/postgresql", "/usr/lib64/pgsql", "/usr"].flatMap { parent in
            ((try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [])
                .filter { parent != "/usr" || $0.hasPrefix("pgsql-") }
                .map { "\(parent)/\($0)/bin" }
        }
        let path = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        let environment = ProcessInfo.processInfo.environment
        let configured = (try? runProgram(["pg_config", "--bindir"], environment: environment)).map { trimmed($0.output) }
        return versioned + path + (configured.map { [$0] } ?? [])
    }
}
