package import Commands
package import EventSourcing
package import EventStore
package import Postgres
import ReadModels
import Recruiting

/// What must be in the log before observations may be dropped: for each session a summary of all of them, so that counters and timelines
/// can be told without them.
package struct AudienceDrop: Sendable {
    private let commands: CommandHandler
    private let pool: PostgresPool
    /// The projection of the counters, which may run elsewhere, too.
    private let counters: ProjectionRunner

    /// - Parameters:
    ///   - commands: over a log that is running, so that it appends.
    ///   - counters: a runner of `LiveCounters.projection`.
    package init(commands: CommandHandler, pool: PostgresPool, counters: ProjectionRunner) {
        self.commands = commands
        self.pool = pool
        self.counters = counters
    }

    /// How often a summary is made anew while others observe, before the session's observations are kept.
    private static let attempts = 5

    /// Appends what is missing for observations up to `position` to be dropped.
    /// - Returns: the position from which on observations must be kept, because somebody is in their session's room; nil where none must.
    package func prepare(through position: LogPosition) async throws -> LogPosition? {
        var kept: LogPosition?
        for session in try await AudienceSummaries.missing(through: position, in: pool) {
            if let first = try await summarise(session) { kept = min(kept ?? first, first) }
        }
        return kept
    }

    /// - Returns: the session's first observation, if it can't be summarised now.
    private func summarise(_ session: SessionID) async throws -> LogPosition? {
        for _ in 0..<Self.attempts {
            try await foldAll()
            let state = try await AudienceSummaries.state(of: session, in: pool)
            guard state.online == 0 else { return state.summary.from }
            guard try await commands.attempt(SummariseAudience(state.summary), by: "prune") else { continue }
            if try await AudienceSummaries.isWhole(state.summary, in: pool) { return nil }
        }
        return try await AudienceSummaries.state(of: session, in: pool).summary.from
    }

    /// Folds until the counters tell of all that the log holds now, whether a server is running or not.
    package func foldAll() async throws {
        let head = try await commands.log.refreshHead()
        while counters.progress.position < head { try await counters.advance(10_000) }
    }
}
