import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting

/// Who works in a session: its host, and those beside the host.
struct StaffRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/sessions/{id}/host", assignHost),
            Route(.get, "/v1/sessions/{id}/staff", list),
            Route(.post, "/v1/sessions/{id}/staff", change(.give)),
            Route(.post, "/v1/sessions/{id}/staff/withdrawal", change(.withdraw)),
        ]
    }

    @Sendable private func assignHost(_ request: CheckedRequest) async throws -> Response {
        let change = ChangeSession(try request.id(), .assignHost(try request.body(as: NewHost.self).host))
        return .receipt(try await commands.handle(change, request.write), at: "/v1/sessions/{id}")
    }

    private func change(_ change: StaffSession.Change) -> @Sendable (CheckedRequest) async throws -> Response {
        { request in
            let body = try request.body(as: Member.self)
            _ = try await commands.handle(StaffSession(try request.id(), change, body.role, to: body.account), request.write)
            return try await list(request)
        }
    }

    /// Whoever runs the session sees with whom.
    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Session.self)
        let session = try await commands.read { try await $0.look(at: id) }
        try session.require(.showPolicy, id, of: .person(request.caller))
        return try await queries.page(of: request, LiveSessions.staff(of: id))
    }
}

/// `POST /v1/sessions/{id}/host`
private struct NewHost: Decodable {
    let host: Subject
}

/// `POST /v1/sessions/{id}/staff`
private struct Member: Decodable {
    let account: Subject
    let role: Role
}
