package import Access
package import EventSourcing
package import Recruiting

/// Puts a document on file. The file is kept before the log tells of it: whoever reads there of a document finds it.
package struct FileDocument: UseCase {
    package let company: CompanyID
    package let document: DocumentFiled
    private let file: [UInt8]
    private let documents: CompanyDocuments

    /// `file` is what the document was made of.
    package init(_ document: DocumentFiled, _ file: [UInt8], of company: CompanyID, in documents: CompanyDocuments) {
        self.company = company
        self.document = document
        self.file = file
        self.documents = documents
    }

    package var resource: StreamName { Company.stream(company) }
    package var right: Right { .fileDocument }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right, Owner(company: company))
        let state = try await reads.company(company)
        guard state.isRegistered else { throw CommandError.notFound(.company) }
        let events = try Company.decide(.file(document, at: now), state)
        if !events.isEmpty { try await documents.keep(file, as: document.document, of: company) }
        return Decision(resource, events)
    }
}
