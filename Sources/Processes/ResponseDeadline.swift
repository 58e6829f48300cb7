package import Commands
package import EventStore
package import Logging
package import Postgres
import ReadModels
package import Recruiting

/// Says of résumés that nobody has answered in the promised time, so that a case worker sees to them.
package struct ResponseDeadline: Process {
    package let name = "response-deadline"
    package let triggers: Set<String> = []
    package let pause = Duration.seconds(60)

    private let commands: CommandHandler
    private let pool: PostgresPool
    /// How far the read model of submissions has come.
    private let progress: [Watermark]
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// Submissions at one look; the next one finds the rest.
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
        var count = 0
        var due: [SubmissionID]
        repeat {
            await Watermark.wait(for: progress, toReach: commands.log.head.position, atMost: .seconds(5))
            due = try await ResumeSubmissions.unanswered(by: now(), limit: Self.step, in: pool)
            var isAny = false
            for submission in due where try await commands.attempt(MarkOverdue(submission), by: name, while: isOurs) {
                count += 1
                isAny = true
            }
            // A read model that lags behind tells of the same again.
            guard isAny else { break }
        } while due.count == Self.step && isOurs()
        if count > 0 { logger.info("answers are overdue", metadata: ["count": "\(count)"]) }
    }
}
