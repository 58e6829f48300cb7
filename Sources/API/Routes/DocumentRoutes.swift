import Access
import Commands
import EventSourcing
import EventStore
import FoundationEssentials
import HTTPTypes
import Hummingbird
import ReadModels
import Recruiting

/// What is on file of companies.
struct DocumentRoutes {
    let commands: CommandHandler
    let queries: Queries
    let documents: CompanyDocuments

    var routes: [Route] {
        [
            Route(.post, "/v1/companies/{id}/documents", file),
            Route(.get, "/v1/companies/{id}/documents", list),
            Route(.get, "/v1/companies/{id}/documents/{document}", open),
            Route(.delete, "/v1/companies/{id}/documents/{document}", withdraw),
        ]
    }

    @Sendable private func file(_ request: CheckedRequest) async throws -> Response {
        let company = try request.id(of: Company.self)
        let document = try request.document()
        let recorded = try await commands.handle(FileDocument(document, request.body, of: company, in: documents), request.write)
        // The same may have been filed before, under another identifier.
        let onFile = try await company.state(commands).documents.values.first { $0.isSame(as: document) }
        let id = (onFile ?? document).document
        return .json(
            DocumentReceipt(id: id.description, version: recorded.version, position: recorded.position),
            status: .created,
            headers: [.eTag: "\"\(recorded.version)\"", .location: "/v1/companies/\(company)/documents/\(id)"]
        )
    }

    @Sendable private func withdraw(_ request: CheckedRequest) async throws -> Response {
        let withdrawal = DocumentWithdrawn(try request.id("document"), by: try request.caller.author)
        let recorded = try await commands.handle(WithdrawDocument(withdrawal, of: try request.id()), request.write)
        return .receipt(recorded, at: "/v1/companies/{id}/documents")
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let company = try request.id(of: Company.self)
        try request.caller.require(.openDocument, Owner(company: company))
        return try await queries.page(of: request, Companies.documents(of: company))
    }

    /// Written down before it is shown. Nothing of it runs or shows in the origin of our pages: it is saved, as what its content says it is.
    @Sendable private func open(_ request: CheckedRequest) async throws -> Response {
        let company = try request.id(of: Company.self)
        let caller = try request.caller
        try caller.require(.openDocument, Owner(company: company))
        guard let document = try await company.state(commands).documents[request.id("document")],
            let file = try await documents.open(document.document)
        else { throw Problem.notFound("There is no such document on file.") }
        try await commands.note(.dataOpened(PersonalDataOpened(of: document.document)), of: caller.author, by: .person(caller))
        return .bytes(
            file,
            type: document.form.mediaType,
            headers: [
                .contentDisposition: "attachment; filename=\"\(document.kind.rawValue).\(document.form.rawValue)\"",
                .contentSecurityPolicy: "sandbox; default-src 'none'; frame-ancestors 'none'",
            ]
        )
    }
}

extension CompanyID {
    fileprivate func state(_ commands: CommandHandler) async throws -> Company.State {
        let stream = Company.stream(self)
        return try await commands.read { try await $0.look(at: [stream], Company.self) }[stream] ?? Company.initial
    }
}

extension CheckedRequest {
    /// The document that the parameters and the body tell of.
    fileprivate func document() throws -> DocumentFiled {
        do {
            return try DocumentFiled(
                CompanyDocuments.id(write.newID(), of: body),
                query("kind").flatMap { DocumentKind(rawValue: $0) } ?? .other,
                file: body,
                validUntil: query("validUntil").map { (text) throws(Invalid) in try CalendarDate(text, field: "validUntil") },
                by: caller.author
            )
        } catch let invalid as Invalid where invalid.field == "validUntil" {
            throw Problem.invalid([.parameter(invalid.field, invalid.reason)])
        }
    }
}

private struct DocumentReceipt: Encodable {
    let id: String
    let version: Int
    let position: LogPosition
}
