import ArgumentParser
import EventSourcing
import EventStore
import Postgres
import ReadModels

struct RebuildCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Build read models anew from the log, beside the live ones, and swap them in.",
        discussion: """
            The server may go on serving. A rebuild that was stopped goes on where it was. Old and new tables are compared row by
            row at the same position; when they differ, the new ones stand and the command ends with 1.
            """
    )

    @OptionGroup var settings: Settings

    @Argument(
        help: ArgumentHelp("Which: \(Projections.all.map(\.name).joined(separator: ", ")); all without one.", valueName: "projection")
    )
    var names: [String] = []

    @Flag(help: "Forget an unfinished rebuild first.")
    var fresh = false

    @Flag(help: "Only fold once more the events that were parked because they could not be folded.")
    var parked = false

    func validate() throws {
        for name in names where !Projections.all.contains(where: { $0.name == name }) {
            throw ValidationError("\(name) is no projection: choose of \(Projections.all.map(\.name).joined(separator: ", ")).")
        }
    }

    func run() async throws {
        var differing = 0
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            for projection in Projections.all where names.isEmpty || names.contains(projection.name) {
                differing += parked ? try await retry(projection, in: database.pool) : try await rebuild(projection, in: database.pool)
            }
        }
        if differing > 0 { throw ExitCode.failure }
    }

    private func retry(_ projection: Projection, in pool: PostgresPool) async throws -> Int {
        let left = try await ProjectionRunner.retryParked(projection, in: pool)
        print("\(projection.name): \(left) parked")
        return left
    }

    private func rebuild(_ projection: Projection, in pool: PostgresPool) async throws -> Int {
        let rebuild = Rebuild(projection, in: pool)
        if fresh { try await rebuild.discard() }
        let began = ContinuousClock.now
        let outcome = try await rebuild.run { progress in
            let seconds = Double((ContinuousClock.now - began) / .seconds(1))
            let rate = Double(progress.position.rawValue) / max(seconds, 0.001)
            print("\(projection.name): \(progress.position) of \(progress.end), \(Int(rate)) events/s")
        }
        let differing = outcome.differences.values.reduce(0, +)
        print(
            differing == 0
                ? "\(projection.name): rebuilt through \(outcome.position), equal to what was there row by row"
                : "\(projection.name): rebuilt through \(outcome.position), DIFFERS from what was there in \(outcome.differences.description) rows"
        )
        return differing
    }
}
