import ArgumentParser
import Commands
import EventSourcing
import EventStore
import FoundationEssentials
import Processes
import ReadModels
import Recruiting

struct Prune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: said("Drop observations of the audience, and keys of writes, that are older than some days. Facts stay."),
        discussion: said(
            """
            The server may go on serving. Observations go by whole partitions. What they came to is appended before, a summary for each
            session, so that counters and timelines can be rebuilt; counters as of an earlier position say from where they are
            incomplete. As long as somebody is in a session's room, its observations are kept. A write repeated with a key that was
            forgotten is decided anew.
            """
        )
    )

    @OptionGroup var settings: Settings

    @Option(help: ArgumentHelp(said("How old they must be."), valueName: "number"))
    var days = 60

    func validate() throws {
        guard (1...36_500).contains(days) else { throw ValidationError(said("--days must be 1 to 36500.")) }
    }

    func run() async throws {
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            let moment = Date.now.addingTimeInterval(-86_400 * Double(days))
            let through = try await Pruning.position(before: moment, in: database.pool)
            let kept = try await summariseAudience(through, database)
            let pruning = try await Pruning.run(through: through, keepingObservationsFrom: kept, in: database.pool)
            say("Up to \(pruning.through): \(pruning.partitions) partitions of observations dropped, \(pruning.keys) keys forgotten.")
        }
    }

    private func summariseAudience(_ through: LogPosition, _ database: Database) async throws -> LogPosition? {
        let log = EventLog(database.settings, pool: database.pool, logger: database.logger)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await log.run() }
            defer { group.cancelAll() }
            let commands = CommandHandler(log, now: { Timestamp(.now) })
            let counters = ProjectionRunner(LiveCounters.projection, log: log, logger: database.logger)
            return try await AudienceDrop(commands: commands, pool: database.pool, counters: counters).prepare(through: through)
        }
    }
}
