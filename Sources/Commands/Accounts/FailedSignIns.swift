package import Logging
package import Recruiting
import Synchronization

/// Writes down who could not sign in, behind the back of whoever tried: an answer that waits for the log would tell that there is such an
/// account.
package final class FailedSignIns: Sendable {
    private let state = Mutex(FailedSignInsState())
    private let signals: AsyncStream<Void>
    private let signal: AsyncStream<Void>.Continuation
    private let commands: CommandHandler
    private let now: @Sendable () -> Timestamp
    private let logger: Logger

    /// How often it is looked for attempts whose wait is over, or that the log could not take.
    private static let beat = Duration.seconds(10)

    package init(_ commands: CommandHandler, now: @escaping @Sendable () -> Timestamp, logger: Logger) {
        (signals, signal) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.commands = commands
        self.now = now
        self.logger = logger
    }

    func note(_ account: Subject) {
        if !state.withLock({ $0.failed(account, at: now()) }) {
            logger.warning("a failed sign-in is not written down: too many accounts have some", metadata: ["account": "\(account)"])
        }
        signal.yield()
    }

    /// Writes until `finish`, and then what still waits.
    package func write() async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.remind() }
            for await _ in signals { await writeDue() }
            group.cancelAll()
        }
        await writeDue(isEnd: true)
    }

    /// No more will come; what waits is still written.
    package func finish() { signal.finish() }

    private func remind() async {
        while (try? await Task.sleep(for: Self.beat)) != nil { signal.yield() }
    }

    /// What the log can't take now waits for the next time.
    private func writeDue(isEnd: Bool = false) async {
        let time = now()
        for due in state.withLock({ $0.due(at: time, isEnd: isEnd) }) {
            do {
                try await commands.note(.signInFailed(SignInFailed(due.attempts)), of: due.account, by: .process("sign-in"))
                state.withLock { $0.written(due, at: time) }
            } catch {
                logger.warning("failed sign-ins could not be written down", metadata: ["attempts": "\(due.attempts)", "error": "\(error)"])
            }
        }
    }
}
