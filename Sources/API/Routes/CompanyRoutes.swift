import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting

struct CompanyRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/companies", register),
            Route(.get, "/v1/companies", list),
            Route(.get, "/v1/companies/{id}", read),
            Route(.post, "/v1/companies/{id}/verification", verify),
            Route(.post, "/v1/companies/{id}/rejection", reject),
            Route(.post, "/v1/companies/{id}/suspension", suspend),
        ]
    }

    @Sendable private func register(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: NewCompany.self)
        let details = try CompanyRegistered(name: body.name, uscc: body.uscc, region: body.region)
        return .receipt(try await commands.handle(RegisterCompany(details), request.write), at: "/v1/companies/{id}", status: .created)
    }

    @Sendable private func verify(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Verification.self)
        return try await judge(
            request,
            .verify(CompanyVerified(by: request.caller.author, checks: body.checks, reverifyBy: body.reverifyBy))
        )
    }

    @Sendable private func reject(_ request: CheckedRequest) async throws -> Response {
        let findings = try request.body(as: Findings.self).findings
        return try await judge(request, .reject(CompanyRejected(by: request.caller.author, findings: findings)))
    }

    @Sendable private func suspend(_ request: CheckedRequest) async throws -> Response {
        let reason = try request.body(as: ReasonBody.self).reason
        return try await judge(request, .suspend(CompanySuspended(by: request.caller.author, reason: reason)))
    }

    private func judge(_ request: CheckedRequest, _ verdict: JudgeCompany.Verdict) async throws -> Response {
        .receipt(try await commands.handle(JudgeCompany(request.id(), verdict), request.write), at: "/v1/companies/{id}")
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        try await queries.page(of: request, Companies.list(request.listOrder() ?? .registration))
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Company.self)
        return try await queries.one(or: "There is no such company.") { try await Companies.find(id, in: $0) }
    }
}

/// `POST /v1/companies`
private struct NewCompany: Decodable {
    let name: String
    let uscc: UnifiedSocialCreditCode
    let region: Region
}

/// `POST /v1/companies/{id}/verification`
private struct Verification: Decodable {
    /// What was looked at, as in a licence or a site visit.
    let checks: [String]
    let reverifyBy: CalendarDate
}

/// `POST /v1/companies/{id}/rejection`
private struct Findings: Decodable {
    let findings: [String]
}
