package import Access
package import Commands
package import EventStore
package import Logging
package import Postgres
import ReadModels
import Recruiting

/// Deletes the files of documents that were withdrawn, and those that filings have left which came to nothing.
///
/// The read model says where to look, the log whether a document is on file.
package struct DocumentSweeper: Process {
    package let name = "document-sweeper"
    package let triggers: Set<String> = [DocumentWithdrawn.type]
    package let pause = Duration.seconds(600)

    /// How long a filing may take from keeping the file to the log's word; one that took longer came to nothing.
    private static let patience = Duration.seconds(3_600)

    private let commands: CommandHandler
    private let documents: CompanyDocuments
    private let pool: PostgresPool
    /// How far the read model of companies has come.
    private let progress: [Watermark]
    private let logger: Logger

    package init(
        commands: CommandHandler,
        documents: CompanyDocuments,
        pool: PostgresPool,
        progress: [Watermark],
        logger: Logger
    ) {
        self.commands = commands
        self.documents = documents
        self.pool = pool
        self.progress = progress
        self.logger = logger
    }

    package func work(while isOurs: @escaping @Sendable () -> Bool) async throws {
        await Watermark.wait(for: progress, toReach: commands.log.head.position, atMost: .seconds(5))
        for (document, company, wasOnFile) in try await Companies.unfiled(after: Self.patience, limit: 1_000, in: pool) {
            let stream = Company.stream(company)
            let state = try await commands.read { try await $0.look(at: [stream], Company.self) }[stream]
            guard state?.documents[document] == nil, isOurs() else { continue }
            try await documents.delete(document, after: wasOnFile ? .zero : Self.patience)
            logger.info("a document was deleted that is not on file", metadata: ["document": "\(document)", "company": "\(company)"])
        }
    }
}
