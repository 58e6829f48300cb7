import EventStore
import FoundationEssentials
import Hummingbird
import ReadModels
import Recruiting
import Wire

/// What a host puts before the viewers: the shelf, the featured card, a policy.
struct StageRoutes {
    let ledger: Ledger
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
        let jobs = try request.body(as: Shelving.self).jobs
        return try await change(request, naming: { "/jobs/\(jobs.firstIndex(of: $0) ?? 0)" }) { reading, now in
            .shelve(try await reading.offers(jobs), at: now)
        }
    }

    @Sendable private func unshelve(_ request: CheckedRequest) async throws -> Response {
        let job = try request.id("job", of: Job.self)
        return try await change(request) { _, now in .unshelve(job, at: now) }
    }

    @Sendable private func feature(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Featuring.self)
        return try await change(request, naming: { _ in "/job" }) { reading, now in
            .feature(try await reading.offer(body.job), override: body.override ?? false, at: now)
        }
    }

    @Sendable private func unfeature(_ request: CheckedRequest) async throws -> Response {
        let override = request.query("override") == "true"
        return try await change(request) { _, now in .unfeature(override: override, at: now) }
    }

    @Sendable private func showPolicy(_ request: CheckedRequest) async throws -> Response {
        let policy = try request.body(as: PolicyShowing.self).policy
        return try await change(request) { reading, now in
            let stream = Policy.stream(policy)
            let state = try await reading.state(Policy.self, stream)
            return .showPolicy(state.card(policy, version: reading.version(of: stream), on: now.chinaDate))
        }
    }

    /// `naming` tells where the body names a job, for those that cannot be shown.
    private func change(
        _ request: CheckedRequest,
        naming: (JobID) -> String = { _ in "" },
        _ make: (Reading, Timestamp) async throws -> Session.Command
    ) async throws -> Response {
        let id = try request.id(of: Session.self)
        let recorded = try await ledger.record(request.order, on: Session.stream(id)) { reading in
            let state = try await reading.session(id)
            _ = try state.hosted(by: request.caller)
            let now = now()
            let command = try await make(reading, now)
            do throws(Session.Rejection) {
                let events = try Session.decide(command, state)
                return Decision(Session.stream(id), events, session: id, mediaTime: state.mediaTime(at: now))
            } catch {
                throw Problem(error, naming: naming)
            }
        }
        return .receipt(recorded, at: "/v1/sessions/{id}")
    }

    @Sendable private func readShelf(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Session.self)
        return try await queries.page(of: request, LiveSessions.shelf(of: id))
    }
}

extension Problem {
    fileprivate init(_ rejection: Session.Rejection, naming: (JobID) -> String) {
        self = Problem(rejection)
        guard case .unofferable(let faulty) = rejection else { return }
        faults = faulty.map { .at(naming($0.job), $0.fault.explanation) }
    }
}
