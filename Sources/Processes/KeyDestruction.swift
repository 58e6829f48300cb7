package import Access
package import Commands
package import EventStore
package import Logging
package import Postgres
import ReadModels
package import Recruiting

/// Destroys the keys of those who asked for erasure, once what was done for them need not be kept any more: what they sent can be read by
/// nobody from then on, in no copy of the log.
package struct KeyDestruction: Process {
    package let name = "key-destruction"
    package let triggers: Set<String> = []
    package let pause = Duration.seconds(60)

    /// How long what was done for somebody has to be kept: two years (人力资源市场暂行条例, State Council Order 700, art. 33), in days.
    package static let legalPeriod = 731

    private let commands: CommandHandler
    private let personalData: PersonalData
    private let candidates: Candidates
    private let pool: PostgresPool
    private let progress: [Watermark]
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// Candidates at one look; the next one finds the rest.
    private static let step = 1_000

    package init(
        commands: CommandHandler,
        personalData: PersonalData,
        candidates: Candidates,
        pool: PostgresPool,
        progress: [Watermark],
        now: @escaping @Sendable () -> Timestamp,
        logger: Logger
    ) {
        self.commands = commands
        self.personalData = personalData
        self.candidates = candidates
        self.pool = pool
        self.progress = progress
        self.now = now
        self.logger = logger
    }

    package func work(while isOurs: @escaping @Sendable () -> Bool) async throws {
        await Watermark.wait(for: progress, toReach: commands.log.head.position, atMost: .seconds(5))
        let moment = now().advanced(by: .seconds(-86_400 * Self.legalPeriod))
        for candidate in try await ErasedCandidates.undestroyed(since: moment, limit: Self.step, in: pool) where isOurs() {
            // Noted only once it has been done: cut off in between, it is done again.
            try await personalData.destroyKey(of: candidate)
            try await candidates.forget([candidate])
            if try await commands.attempt(NoteDestruction(of: candidate), by: name, while: isOurs) {
                logger.info("a candidate's key was destroyed", metadata: ["candidate": "\(candidate)"])
            }
        }
    }
}
