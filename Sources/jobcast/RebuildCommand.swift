import ArgumentParser
import EventSourcing
import EventStore
import Postgres
import ReadModels

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: said("Build read models anew from the log, beside the live ones, and swap them in."),
        discussion: said(
            """
            The server may go on serving. Ctrl-C cancels: a rebuild that was stopped, or whose machine was, goes on where it was the
            next time. Two connections work at it. Old and new tables are compared row by row at the same position; when
            they differ, the new ones stand and the command ends with 1.
            """
        )
    )

    @OptionGroup var settings: Settings

    @Argument(
        help: ArgumentHelp(said("Which: \(Projections.all.map(\.name).joined(separator: ", ")); all without one."), valueName: "projection")
    )
    var names: [String] = []

    @Flag(help: ArgumentHelp(said("Forget an unfinished rebuild first.")))
    var fresh = false

    @Flag(help: ArgumentHelp(said("Only drop an unfinished rebuild; the read models stay as they are.")))
    var drop = false

    @Flag(help: ArgumentHelp(said("Only fold once more the events that were parked because they could not be folded.")))
    var parked = false

    func validate() throws {
        guard [fresh, drop, parked].count(where: \.self) <= 1 else {
            throw ValidationError(said("--fresh, --drop and --parked exclude each other: give one."))
        }
        for name in names where !Projections.all.contains(where: { $0.name == name }) {
            throw ValidationError(said("\(name) is no projection: choose of \(Projections.all.map(\.name).joined(separator: ", "))."))
        }
    }

    /// Connections, and parts of the largest read model. More would leave little of two cores to those who append meanwhile.
    private static let atOnce = 2

    func run() async throws {
        var differing = 0
        try await withDatabase(settings, connections: Self.atOnce) { database in
            try await database.requireMigrated()
            let pool = database.pool
            let projections = Projections.all.filter { names.isEmpty || names.contains($0.name) }
            differing = try await withThrowingTaskGroup(of: Int.self) { group in
                if drop {
                    for projection in projections { try await discard(Rebuild(projection, in: pool)) }
                } else if parked {
                    for projection in projections { group.addTask { try await retry(projection, in: pool) } }
                } else {
                    for rebuild in try await Rebuild.several(projections, in: pool, parts: Self.atOnce) {
                        group.addTask { try await run(rebuild) }
                    }
                }
                return try await group.reduce(0, +)
            }
        }
        if differing > 0 { throw ExitCode.failure }
    }

    private func retry(_ projection: Projection, in pool: PostgresPool) async throws -> Int {
        let left = try await ProjectionRunner.retryParked(projection, in: pool)
        say("\(projection.name): \(left) parked")
        return left
    }

    private func discard(_ rebuild: Rebuild) async throws {
        let wasThere = try await rebuild.discard()
        let name = rebuild.projection.name
        say(wasThere ? "\(name): the unfinished rebuild is dropped" : "\(name): no rebuild was unfinished")
    }

    private func run(_ rebuild: Rebuild) async throws -> Int {
        let name = rebuild.projection.name
        if fresh { try await rebuild.discard() }
        let outcome = try await rebuild.run { progress in
            let left = (progress.timeLeft / .milliseconds(100)).rounded() / 10
            say("\(name): \(progress.position) of \(progress.end), \(Int(progress.rate)) events/s, \(left) s left")
        }
        let differing = outcome.differences.values.reduce(0, +)
        let tables = outcome.differences.filter { $0.value > 0 }.map { said("\($0.key) in \($0.value) rows") }.sorted().joined(
            separator: ", "
        )
        say(
            differing == 0
                ? "\(name): rebuilt, equal row by row at \(outcome.position) to what was there"
                : "\(name): rebuilt, at \(outcome.position) it DIFFERS from what was there: \(tables)"
        )
        return differing
    }
}
