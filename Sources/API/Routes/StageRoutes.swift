import Commands
import EventSourcing
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
    let now: @Sendable () -> Timestamp

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
        let body = try request.body(as: Shelving.self)
        guard body.mode == .showable else {
            return try await change(request, .shelve(body.jobs, skipping: false)) { "/jobs/\(body.jobs.firstIndex(of: $0) ?? 0)" }
        }
        let session = try request.id(of: Session.self)
        let recorded = try await commands.handle(ChangeSession(session, .shelve(body.jobs, skipping: true)), request.write)
        return .json(
            ShelvingReceipt(recorded, skipped: try await skipped(body.jobs, session)),
            headers: recorded.headers(at: "/v1/sessions/{id}")
        )
    }

    /// Those that are not on the shelf, and why they may not be shown.
    private func skipped(_ jobs: [JobID], _ session: SessionID) async throws -> [ShelvingReceipt.Skipped] {
        try await commands.read { reads in
            let shelf = try await reads.look(at: session).shelf
            let faults = try await reads.faults(of: jobs.filter { shelf[$0] == nil }, on: now().chinaDate)
            return jobs.compactMap { job in faults[job].map { .init(job: job, code: $0.rawValue, detail: $0.explanation) } }
        }
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

/// What putting those jobs on the shelf that may be shown answers.
private struct ShelvingReceipt: Encodable {
    struct Skipped: Encodable {
        let job: JobID
        let code: String
        let detail: String
    }

    let id: String
    let version: Int
    let position: LogPosition
    let skipped: [Skipped]

    init(_ recorded: RecordedWrite, skipped: [Skipped]) {
        id = String(recorded.resource.id)
        (version, position) = (recorded.version, recorded.position)
        self.skipped = skipped
    }
}

extension Problem {
    fileprivate init(_ rejection: Session.Rejection, naming: (JobID) -> String) {
        self = Problem(rejection)
        guard case .unlistable(let faulty) = rejection else { return }
        faults = faulty.map { .at(naming($0.job), Reason($0.fault.rawValue, $0.fault.explanation)) }
    }
}
