package import Commands
import EventStore
package import Logging
package import Postgres
import ReadModels
package import Recruiting

/// Says of policies that their last day is past. They are shown no more from then on in any case.
package struct PolicyExpiry: Process {
    package let name = "policy-expiry"
    package let triggers: Set<String> = []
    package let pause = Duration.seconds(600)

    private let commands: CommandHandler
    private let pool: PostgresPool
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    package init(commands: CommandHandler, pool: PostgresPool, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.commands = commands
        self.pool = pool
        self.now = now
        self.logger = logger
    }

    package func work(while isOurs: @escaping @Sendable () -> Bool) async throws {
        for policy in try await Policies.overdue(on: now().chinaDate, limit: 1_000, in: pool) {
            guard try await commands.attempt(ChangePolicy(policy, .expireWhenPast), by: name, while: isOurs) else { continue }
            logger.info("a policy has expired", metadata: ["policy": "\(policy)"])
        }
    }
}
