import ArgumentParser
import Glibc

@main
struct Jobcast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobcast",
        abstract: said("Livestream job recruitment (直播带岗) on an event log in PostgreSQL."),
        discussion: said(
            """
            Without DATABASE_URL a PostgreSQL of its own is started in .jobcast/ and stopped again; with it, that database is used.
            Every setting can be given as a flag, in the environment or in a file: docs/configuration.md has the table.
            """
        ),
        version: "0.1.0",
        subcommands: [
            Serve.self, Migrate.self, Seed.self, Tail.self, RebuildCommand.self, Check.self, Status.self, Prune.self,
            AccountCommand.self, TokenCommand.self, Simulate.self,
        ]
    )

    /// Runs the command as ArgumentParser does, but repeats no password of an address in what it says of the arguments.
    static func main() async {
        do {
            var command = try await asyncParseAsRoot()
            if var command = command as? any AsyncParsableCommand { try await command.run() } else { try command.run() }
        } catch {
            let error = told(error)
            let code = exitCode(for: error)
            guard !code.isSuccess else { exit(withError: error) }
            var message = fullMessage(for: error).replacing(/\/\/\S*@/, with: "//…@")
            if message.hasPrefix("Error: ") { message = said("Error: \(String(message.dropFirst(7)))") }
            if !message.isEmpty { message += "\n" }
            _ = message.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            exit(withError: code)
        }
    }
}
