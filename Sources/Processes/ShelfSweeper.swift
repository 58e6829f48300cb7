package import Commands
import EventSourcing
package import EventStore
package import Logging
package import Postgres
import ReadModels
package import Recruiting

/// Keeps the shelves as the jobs are: renews what was revised or has other openings than before, and takes off what may no longer be
/// shown, being filled, withdrawn, expired or to be vetted again, or of a company that isn't verified (any more). The rules refuse to
/// feature such a job in any case; this keeps it from being offered.
///
/// The read models say where to look, the rules what is to be done.
package struct ShelfSweeper: Process {
    package let name = "shelf-sweeper"
    package let triggers: Set<String> = [
        JobRevised.type, JobRejected.type, JobFilled.type, JobWithdrawn.type, JobExpired.type,
        JobOpeningsChanged.type, CompanySuspended.type, CompanyRejected.type, CompanyRevised.type, CompanyBlacklisted.type,
        SessionResumed.type,
    ]
    /// How often the calendar is looked at: days end, verifications lapse.
    package let pause = Duration.seconds(60)

    private let commands: CommandHandler
    private let pool: PostgresPool
    /// How far the read models of companies, jobs and sessions have come.
    private let progress: [Watermark]
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// How long the read models are waited for. Past it what they say is gone by, and the rest is found at the next look.
    private static let patience = Duration.seconds(5)

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
        await Watermark.wait(for: progress, toReach: commands.log.head.position, atMost: Self.patience)
        var failure: (any Error)?
        for (session, job) in try await LiveSessions.outdated(on: now().chinaDate, limit: 5_000, in: pool) {
            // One that can't be kept now holds up none of the others.
            do { try await keep(job, in: session, while: isOurs) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    /// A conflict is left to the next look: somebody is changing that session or job right now.
    private func keep(_ job: JobID, in session: SessionID, while isOurs: @escaping @Sendable () -> Bool) async throws {
        guard try await commands.attempt(KeepShelf(session, job), by: name, while: isOurs) else { return }
        logger.info("a shelf was brought up to date", metadata: ["session": "\(session)", "job": "\(job)"])
    }
}
