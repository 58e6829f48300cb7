import ArgumentParser
import Postgres

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: said("Bring the database to this release's schema."))

    @OptionGroup var settings: Settings

    @Option(help: ArgumentHelp(said("Also give this database role what a server needs that doesn't own the tables."), valueName: "role"))
    var grantTo: String?

    func run() async throws {
        try await withDatabase(settings) { database in
            let applied = try await database.migrate()
            say(applied.isEmpty ? "The database is up to date." : "Applied \(applied.joined(separator: ", ")).")
            if let role = grantTo {
                try await database.pool.connection { db in
                    _ = try db.query("SELECT grant_application($1::text::name)", [.text(role)])
                }
                say("\(role) may serve.")
            }
        }
    }
}
