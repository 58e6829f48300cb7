import Commands
import EventStore
import FoundationEssentials
import Hummingbird
import ReadModels
import Recruiting
import Wire

/// What a host puts before the viewers: the shelf, the featured card, a policy.
struct StageRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/sessions/{id}/shelf", shelve),
            Route(.get, "/v1/sessions/{id}/shelf", readShelf),
            Route(.delete, "/v1/sessions/{id}/shelf/{job}", unshelve),
            Route(.post, "/v1/sessions/{id}/featured", feature),
            Route(.delete, "/v1/sessions/{id}/featured", unfeature),
            Route(.post, "/v1/sessions/{id}/policy-cards", showPolicy),
        ]
    }

    @Sendable private func shelve(_ request: CheckedRequest) async throws -> Response {
        let jobs = try request.body(as: Shelving.self).jobs
        return try await change(request, .shelve(jobs)) { "/jobs/\(jobs.firstIndex(of: $0) ?? 0)" }
    }

    @Sendable private func unshelve(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .unshelve(request.id("job")))
    }

    @Sendable private func feature(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Featuring.self)
        return try await change(request, .feature(body.job, override: body.override ?? false)) { _ in "/job" }
    }

    @Sendable private func unfeature(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .unfeature(override: request.query("override") == "true"))
    }

    @Sendable private func showPolicy(_ request: CheckedRequest) async throws -> Response {
        try await change(request, .showPolicy(request.body(as: PolicyShowing.self).policy))
    }

    /// `naming` tells where the body names a job, for those that cannot be shown.
    private func change(
        _ request: CheckedRequest,
        _ change: ChangeSession.Change,
        naming: (JobID) -> String = { _ in "" }
    ) async throws -> Response {
        do {
            return .receipt(try await commands.handle(ChangeSession(request.id(), change), request.write), at: "/v1/sessions/{id}")
        } catch let rejection as Session.Rejection {
            throw Problem(rejection, naming: naming)
        }
    }

    @Sendable private func readShelf(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Session.self)
        return try await queries.page(of: request, LiveSessions.shelf(of: id))
    }
}

extension Problem {
    fileprivate init(_ rejection: Session.Rejection, naming: (JobID) -> String) {
        self = Problem(rejection)
        guard case .unlistable(let faulty) = rejection else { return }
        faults = faulty.map { .at(naming($0.job), Reason($0.fault.rawValue, $0.fault.explanation)) }
    }
}
