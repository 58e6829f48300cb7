import Recruiting

/// Writes down who could not sign in, behind the back of whoever tried: an answer that waits for the log would tell that there is such an
/// account.
package struct FailedSignIns: Sendable {
    private let accounts: AsyncStream<Subject>
    private let feed: AsyncStream<Subject>.Continuation
    private let commands: CommandHandler

    /// The most that wait to be written. Limits on attempts keep far below it.
    private static let most = 1_000

    package init(_ commands: CommandHandler) {
        (accounts, feed) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.most))
        self.commands = commands
    }

    func note(_ account: Subject) { feed.yield(account) }

    /// Writes until `finish`; what the log can't take is lost, as the attempt is over.
    package func write() async {
        for await account in accounts {
            try? await commands.note(.signInFailed(SignInFailed()), of: account, by: .process("sign-in"))
        }
    }

    /// No more will come; what waits is still written.
    package func finish() { feed.finish() }
}
