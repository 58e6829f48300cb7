import Foundation
import Glibc
import TestSupport
import Testing

/// Numbers of every kind where a number belongs, and where none does: no command is ended by a trap, whatever it is given.
@Suite(.timeLimit(.minutes(10))) struct `An extreme value` {
    static let values = [
        "0", "-1", "2147483648", "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e18", "1e400",
        "", "NaN",
        "1٢３",
    ]

    /// A place for a value, among the arguments that the command needs besides.
    struct Place: Sendable, CustomTestStringConvertible {
        let command: String
        /// Nil for an argument without a name.
        let flag: String?
        let others: [String]

        var testDescription: String { "\(command) \(flag ?? "argument")" }

        func arguments(_ value: String) -> [String] {
            // With an equals sign, or -1 would be taken for a flag.
            [command] + others + (flag.map { ["--\($0)=\(value)"] } ?? ["--", value])
        }
    }

    /// Every flag that takes a value, and every argument, as the program itself lists them; those that all commands have only once.
    static func places() async throws -> [Place] {
        let run = try await Run(["--experimental-dump-help"])
        let help = try JSONDecoder().decode(Help.self, from: Data(run.output.utf8))
        let commands = (help.command.subcommands ?? []).filter { $0.commandName != "help" }
        let places = commands.flatMap { command in
            let takers = (command.arguments ?? []).filter { $0.kind != "flag" }
            let needed = takers.filter { !$0.isOptional }.compactMap(\.preferredName?.name)
            return takers.map { taker in
                let name = taker.preferredName?.name
                let others = Dictionary(needed.map { ($0, "x") } + (safe[command.commandName] ?? [])) { $1 }
                return Place(command: command.commandName, flag: name, others: others.filter { $0.key != name }.map { "--\($0)=\($1)" })
            }
        }
        return Dictionary(grouping: places, by: \.flag).flatMap { flag, places in
            flag != nil && places.count == commands.count ? places.filter { $0.command == "status" } : places
        }
    }

    /// With which a command does no harm.
    private static let safe = ["token": [("grant", "viewer")], "serve": [("port", "0")], "simulate": [("server", "http://127.0.0.1:1")]]

    @Test func `of a flag ends no command by a trap, and is refused with a reason`() async throws {
        let places = try await Self.places()
        #expect(places.count > 25)
        try await withDatabase { _, settings in
            try await fewAtOnce(places) { place in
                for value in Self.values {
                    Self.check(try await Run(place.arguments(value), on: settings, patience: Self.patience), "\(place.arguments(value))")
                }
            }
        }
    }

    @Test func `of a variable ends no server by a trap, and is refused with a reason`() async throws {
        let help = try await Run(["serve", "--help"])
        let names = Set(help.output.matches(of: /JOBCAST_[A-Z_]+/).map { String($0.output) })
        #expect(names.count >= 10)
        try await withDatabase { _, settings in
            try await fewAtOnce(names.sorted()) { name in
                for value in Self.values {
                    let port = name == "JOBCAST_PORT" ? [] : ["--port", "0"]
                    let run = try await Run(["serve"] + port, on: settings, environment: [name: value], patience: Self.patience)
                    Self.check(run, "\(name)=\(value)")
                }
            }
        }
    }

    /// Long enough for a server to run, and for whatever it does with the value.
    private static let patience = Duration.seconds(4)

    /// It ends by itself, or because it was told to after a while.
    private static func check(_ run: Run, _ what: String) {
        #expect([0, SIGTERM].contains(run.signal), "\(what): signal \(run.signal), \(run.output)")
        #expect(run.signal > 0 || [0, 1, 64].contains(run.code), "\(what): \(run.code), \(run.output)")
        #expect(run.code == 0 || !run.output.isEmpty, "\(what) is refused without a word")
        #expect(!run.output.contains("Fatal error"), "\(what): \(run.output)")
    }
}

private func fewAtOnce<Item: Sendable>(_ items: [Item], _ body: @escaping @Sendable (Item) async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, item) in items.enumerated() {
            if index >= 4 { try await group.next() }
            group.addTask { try await body(item) }
        }
        try await group.waitForAll()
    }
}

/// What `--experimental-dump-help` tells.
private struct Help: Decodable {
    let command: Command

    struct Command: Decodable {
        let commandName: String
        let arguments: [Argument]?
        let subcommands: [Command]?
    }

    struct Argument: Decodable {
        struct Name: Decodable { let name: String }

        let kind: String
        let isOptional: Bool
        let preferredName: Name?
    }
}
