package import Access
package import Recruiting
import Synchronization

/// Writes down which résumés people of the staff are shown, before they are.
///
/// A desk that stands open asks for the same list again and again: who has seen a résumé within the hour, by what this process knows, is
/// not written down anew.
package final class DataOpenings: Sendable {
    private struct Opening: Hashable {
        let account: String
        let submission: SubmissionID
    }

    private let commands: CommandHandler
    private let seen = Mutex<[Opening: ContinuousClock.Instant]>([:])

    private static let span = Duration.seconds(3_600)
    /// The most that are remembered: some 10 MB. Beyond it all are forgotten, and more is written.
    private static let most = 100_000

    package init(_ commands: CommandHandler) {
        self.commands = commands
    }

    package func note(_ submissions: [SubmissionID], to reader: Identity) async throws {
        let now = ContinuousClock.now
        let new = seen.withLock { seen in
            submissions.filter { seen[Opening(account: reader.subject, submission: $0)].map { $0 + Self.span <= now } ?? true }
        }
        guard !new.isEmpty else { return }
        try await commands.note(.dataOpened(PersonalDataOpened(of: new)), of: reader.author, by: .person(reader))
        seen.withLock { seen in
            if seen.count + new.count > Self.most { seen.removeAll(keepingCapacity: true) }
            for submission in new { seen[Opening(account: reader.subject, submission: submission)] = now }
        }
    }
}
