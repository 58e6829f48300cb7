import Access
import Commands
import Hummingbird
import ReadModels
import Recruiting

/// What a candidate decides about the own data: which company may have it, and that nobody shall.
struct CandidateRoutes {
    let commands: CommandHandler
    let queries: Queries
    let candidates: Candidates

    var routes: [Route] {
        [
            Route(.get, "/v1/candidate", read),
            Route(.post, "/v1/candidate/consents/{company}/withdrawal", withdrawConsent),
            Route(.post, "/v1/candidate/erasure", erase),
        ]
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let own = try await candidates.candidates(of: request.caller)
        let states = try await commands.read { try await $0.look(at: own.map(Candidate.stream), Candidate.self) }
        let companies = Set(own.flatMap { states[Candidate.stream($0)]?.receivers ?? [] })
        let names = companies.isEmpty ? [:] : try await queries.read { try await Companies.names(of: Array(companies), in: $0) }
        let consents = companies.sorted { $0.description < $1.description }
            .map { ConsentItem(company: $0, companyName: names[$0] ?? $0.description) }
        let isKept = own.contains { person in
            if case .registered? = states[Candidate.stream(person)] { true } else { false }
        }
        return .json(CandidateBody(kept: isKept, consents: consents))
    }

    @Sendable private func withdrawConsent(_ request: CheckedRequest) async throws -> Response {
        let own = try await candidates.candidates(of: request.caller)
        let withdrawal = try WithdrawConsent(to: try request.id("company"), of: own)
        _ = try await commands.handle(withdrawal, request.write)
        return Response(status: .noContent)
    }

    /// Whoever comes back with the same device or number afterwards is somebody new. A repeat finds nobody, and has nothing to do.
    @Sendable private func erase(_ request: CheckedRequest) async throws -> Response {
        let own = try await candidates.candidates(of: request.caller)
        if !own.isEmpty {
            _ = try await commands.handle(try RequestErasure(of: own), request.write)
            try await candidates.forget(own)
        }
        return Response(status: .noContent)
    }
}

private struct CandidateBody: Encodable {
    let kept: Bool
    let consents: [ConsentItem]
}

private struct ConsentItem: Encodable {
    let company: CompanyID
    let companyName: String
}
