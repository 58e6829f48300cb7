import ArgumentParser
import EventStore
import FoundationEssentials

struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Drop observations of the audience, and keys of writes, that are older than some days. Facts stay.",
        discussion: """
            The server may go on serving. Observations go by whole partitions; session counters keep what they counted, but can't be
            recomputed for the time that was dropped. A write repeated with a key that was forgotten is decided anew.
            """
    )

    @OptionGroup var settings: Settings

    @Option(help: ArgumentHelp("How old they must be.", valueName: "number"))
    var days = 60

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError("--days must be 1 to 36500.") }
    }

    func run() async throws {
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            let pruning = try await Pruning.run(before: Date.now.addingTimeInterval(-86_400 * Double(days)), in: database.pool)
            print("Up to \(pruning.through): \(pruning.partitions) partitions of observations dropped, \(pruning.keys) keys forgotten.")
        }
    }
}
