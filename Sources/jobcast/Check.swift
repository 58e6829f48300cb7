import ArgumentParser
import EventStore
import Postgres
import Schema

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look for what is wrong: configuration, database, schema, and the promises of the log.",
        discussion: "Ends with 1 when something is."
    )

    @OptionGroup var settings: Settings

    func run() async throws {
        var isWell = true
        func tell(_ holds: Bool, _ what: String) {
            isWell = isWell && holds
            print("\(holds ? "ok   " : "WRONG") \(what)")
        }
        do {
            _ = try Secrets.read(settings)
            tell(true, "configuration: settings and secrets can be read")
            try await withDatabase(settings) { database in
                let version = try await database.pool.session { session in
                    try session.query("SELECT current_setting('server_version')")[0].decode(0, as: String.self)
                }
                tell(true, "database: PostgreSQL \(version) answers")
                try await database.requireMigrated()
                tell(true, "schema: every migration is applied and unchanged")
                for finding in try await LogCheck.run(in: database.pool) { tell(finding.offenders.isEmpty, finding.description) }
            }
        } catch let exit as ExitCode {
            throw exit
        } catch {
            tell(false, "\(error)")
        }
        if !isWell { throw ExitCode.failure }
    }
}
