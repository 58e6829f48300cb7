package import Commands
import EventSourcing
package import EventStore
package import Logging
package import Postgres
import ReadModels
package import Recruiting

/// Closes the jobs whose last day is past, on the day after it in China, so that a list of open jobs holds none of them and the shelves
/// let go of theirs.
///
/// One after the other: 20,000 take 37 s in a debug build on two cores, in which an append of somebody else takes 1 ms at the median and 9 ms
/// at the 99th percentile. Eight at a time took 29 s, and made those 8 and 49 ms (November 2026).
package struct JobExpiry: Process {
    package let name = "job-expiry"
    /// Only the calendar makes it necessary; a revision to an earlier day ends on that day, too.
    package let triggers: Set<String> = []
    package let pause = Duration.seconds(60)

    private let commands: CommandHandler
    private let pool: PostgresPool
    /// How far the read model of jobs has come.
    private let progress: [Watermark]
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// How long the read model is waited for. Past it what it says is gone by, and the rest is found at the next look.
    private static let patience = Duration.seconds(5)
    /// Jobs in one step; an import ends on one day.
    private static let step = 1_000

    package init(
        commands: CommandHandler,
        pool: PostgresPool,
        progress: [Watermark],
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.commands = commands
        self.pool = pool
        self.progress = progress
        self.now = now
        self.logger = logger
    }

    package func work(while isOurs: @escaping @Sendable () -> Bool) async throws {
        var last: JobID?
        var count = 0
        repeat {
            await Watermark.wait(for: progress, toReach: commands.log.head.position, atMost: Self.patience)
            let due = try await PostedPositions.due(on: now().chinaDate, after: last, limit: Self.step, in: pool)
            for job in due where try await commands.attempt(ExpireJob(job), by: name, while: isOurs) { count += 1 }
            last = due.count == Self.step ? due.last : nil
        } while last != nil && isOurs()
        if count > 0 { logger.info("jobs have expired", metadata: ["count": "\(count)"]) }
    }
}
