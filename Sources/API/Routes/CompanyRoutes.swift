import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting

/// Companies, what reviewers find about them, and the codes under which nobody may register.
struct CompanyRoutes {
    let commands: CommandHandler
    let queries: Queries
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.post, "/v1/companies", register),
            Route(.get, "/v1/companies", list),
            Route(.get, "/v1/companies/{id}", read),
            Route(.post, "/v1/companies/{id}/revision", revise),
            Route(.post, "/v1/companies/{id}/verification", judge(Verification.self) { try $0.verdict(by: $1) }),
            Route(
                .post,
                "/v1/companies/{id}/rejection",
                judge(Findings.self) { .reject(try CompanyRejected(by: $1, findings: $0.findings)) }
            ),
            Route(
                .post,
                "/v1/companies/{id}/suspension",
                judge(ReasonBody.self) { .suspend(try CompanySuspended(by: $1, reason: $0.reason)) }
            ),
            Route(
                .post,
                "/v1/companies/{id}/reinstatement",
                judge(ReasonBody.self) { .reinstate(try CompanyReinstated(by: $1, reason: $0.reason)) }
            ),
            Route(.post, "/v1/blacklist", blacklist),
            Route(.get, "/v1/blacklist", listBlacklist),
            Route(.post, "/v1/blacklist/{id}/clearance", judge(ReasonBody.self) { .clear(try CompanyCleared(by: $1, reason: $0.reason)) }),
        ]
    }

    @Sendable private func register(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: NewCompany.self)
        let details = try CompanyRegistered(name: body.name, uscc: body.uscc, region: body.region, kind: body.kind, licence: body.licence)
        return .receipt(try await commands.handle(RegisterCompany(details), request.write), at: "/v1/companies/{id}", status: .created)
    }

    @Sendable private func revise(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Details.self)
        let revision = try CompanyRevised(name: body.name, region: body.region, kind: body.kind, licence: body.licence)
        return .receipt(try await commands.handle(ReviseCompany(request.id(), revision), request.write), at: "/v1/companies/{id}")
    }

    /// What answers a finding of a reviewer's that needs nothing but the company itself.
    private func judge<Body: Decodable & SendableMetatype>(
        _: Body.Type,
        _ make: @escaping @Sendable (Body, Subject) throws -> JudgeCompany.Verdict
    ) -> @Sendable (CheckedRequest) async throws -> Response {
        { request in
            let verdict = try make(request.body(), request.caller.author)
            return .receipt(try await commands.handle(JudgeCompany(request.id(), verdict), request.write), at: "/v1/companies/{id}")
        }
    }

    @Sendable private func blacklist(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Blacklisting.self)
        let blacklisted = try CompanyBlacklisted(body.uscc, by: request.caller.author, reason: body.reason)
        let recorded = try await commands.handle(JudgeCompany(CompanyID(body.uscc), .blacklist(blacklisted)), request.write)
        return .receipt(recorded, at: "/v1/blacklist", status: .created)
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let mayJudge = request.identity?.may(.judgeCompany, Owner()) ?? false
        let status = request.query("status").flatMap { Companies.Status(rawValue: $0) }
        let order = request.listOrder() ?? (status == nil ? Companies.Order.registration : .due)
        guard mayJudge || status == nil && order != .due else {
            throw AccessError.forbidden("Only reviewers list companies by what they wait for.")
        }
        let reader = mayJudge ? Companies.Reader.staff : .everybody
        return try await queries.page(
            of: request,
            Companies.list(order, for: reader, on: now().chinaDate, status, words: request.query("q"))
        )
    }

    @Sendable private func listBlacklist(_ request: CheckedRequest) async throws -> Response {
        try request.caller.require(.judgeCompany, Owner())
        return try await queries.page(of: request, Companies.blacklist)
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Company.self)
        let isStaff = request.identity?.may(.openDocument, Owner(company: id)) ?? false
        return try await queries.one(or: "There is no such company.") {
            try await Companies.find(id, for: isStaff ? .staff : .everybody, on: now().chinaDate, in: $0)
        }
    }
}

/// `POST /v1/companies`
private struct NewCompany: Decodable {
    let name: String
    let uscc: UnifiedSocialCreditCode
    let region: Region
    let kind: CompanyKind
    let licence: String?
}

/// `POST /v1/companies/{id}/revision`
private struct Details: Decodable {
    let name: String
    let region: Region
    let kind: CompanyKind
    let licence: String?
}

/// `POST /v1/companies/{id}/verification`
private struct Verification: Decodable {
    /// What was looked at.
    let checks: [CompanyCheck]
    let note: String?
    let reverifyBy: CalendarDate

    func verdict(by reviewer: Subject) throws -> JudgeCompany.Verdict {
        .verify(try CompanyVerified(by: reviewer, checks: checks, note: note, reverifyBy: reverifyBy))
    }
}

/// `POST /v1/companies/{id}/rejection`
private struct Findings: Decodable {
    let findings: [String]
}

/// `POST /v1/blacklist`
private struct Blacklisting: Decodable {
    let uscc: UnifiedSocialCreditCode
    let reason: String
}
