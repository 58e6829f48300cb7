import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct CompanyRoutes {
    let ledger: Ledger
    let queries: Queries
    let now: @Sendable () -> Timestamp

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
        let id = CompanyID(body.uscc)
        if try request.caller.company != nil { try request.caller.mayActFor(id) }
        return try await change(id, .register(details), by: request, status: .created)
    }

    @Sendable private func verify(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Verification.self)
        let verified = try CompanyVerified(by: request.caller.author, checks: body.checks, reverifyBy: body.reverifyBy)
        return try await change(request.id(), .verify(verified, at: now()), by: request)
    }

    @Sendable private func reject(_ request: CheckedRequest) async throws -> Response {
        let findings = try request.body(as: Findings.self).findings
        return try await change(request.id(), .reject(CompanyRejected(by: request.caller.author, findings: findings)), by: request)
    }

    @Sendable private func suspend(_ request: CheckedRequest) async throws -> Response {
        let reason = try request.body(as: Reason.self).reason
        return try await change(request.id(), .suspend(CompanySuspended(by: request.caller.author, reason: reason)), by: request)
    }

    private func change(
        _ id: CompanyID,
        _ command: Company.Command,
        by request: CheckedRequest,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let stream = Company.stream(id)
        let recorded = try await ledger.record(request.order, on: stream) { reading in
            let state = try await reading.company(id)
            if state == .unregistered, status != .created { throw Problem.notFound("There is no such company.") }
            return Decision(stream, try Company.decide(command, state))
        }
        return .receipt(recorded, at: "/v1/companies/{id}", status: status)
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        try await queries.page(of: request, Companies.list(request.listOrder() ?? .registration))
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Company.self)
        return try await queries.one(or: "There is no such company.") { try await Companies.find(id, in: $0) }
    }
}
