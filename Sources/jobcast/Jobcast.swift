import ArgumentParser

@main
struct Jobcast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobcast",
        abstract: "Livestream job recruitment (直播带岗) on an event log in PostgreSQL.",
        discussion: """
            Without DATABASE_URL a PostgreSQL of its own is started in .jobcast/ and stopped again; with it, that database is used.
            Every setting can be given as a flag, in the environment or in a file: docs/configuration.md has the table.
            """,
        version: "0.1.0",
        subcommands: [
            Serve.self, Migrate.self, Seed.self, Tail.self, RebuildCommand.self, Check.self, Status.self, Prune.self, TokenCommand.self,
            Simulate.self,
        ]
    )
}
