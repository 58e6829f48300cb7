import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct SessionRoutes {
    let commands: CommandHandler
    let queries: Queries
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.post, "/v1/sessions", schedule),
            Route(.get, "/v1/sessions", list),
            Route(.get, "/v1/sessions/{id}", read),
            Route(.post, "/v1/sessions/{id}/start", change { _ in .start }),
            Route(
                .post,
                "/v1/sessions/{id}/interruption",
                change(Interruption.self) { .interrupt(try SessionInterrupted(cause: $0.cause)) }
            ),
            Route(.post, "/v1/sessions/{id}/resumption", change { _ in .resume }),
            Route(.post, "/v1/sessions/{id}/segments", change(Segment.self) { .startSegment($0.kind) }),
            Route(.post, "/v1/sessions/{id}/end", change { .end($0.body.isEmpty ? .host : try $0.body(as: End.self).reason ?? .host) }),
            Route(.post, "/v1/sessions/{id}/cancellation", change(ReasonBody.self) { .cancel(try SessionCancelled(reason: $0.reason)) }),
            Route(
                .post,
                "/v1/sessions/{id}/rescheduling",
                change(Times.self) { .reschedule(try SessionRescheduled(startsAt: $0.startsAt, endsAt: $0.endsAt)) }
            ),
            Route(.post, "/v1/sessions/{id}/revision", change(Revision.self) { .revise(try $0.revised()) }),
        ]
    }

    @Sendable private func schedule(_ request: CheckedRequest) async throws -> Response {
        let plan = try request.body(as: NewSession.self).plan(by: request.caller)
        let recorded = try await commands.handle(ScheduleSession(SessionID(request.write.newID()), plan), request.write)
        return .receipt(recorded, at: "/v1/sessions/{id}", status: .created)
    }

    private typealias Respond = @Sendable (CheckedRequest) async throws -> Response

    /// What answers a change that needs nothing but the session itself.
    private func change(_ make: @escaping @Sendable (CheckedRequest) throws -> ChangeSession.Change) -> Respond {
        { request in
            let change = ChangeSession(try request.id(), try make(request))
            return .receipt(try await commands.handle(change, request.write), at: "/v1/sessions/{id}")
        }
    }

    private func change<Body: Decodable & SendableMetatype>(
        _: Body.Type,
        _ make: @escaping @Sendable (Body) throws -> ChangeSession.Change
    ) -> Respond {
        change { try make(try $0.body()) }
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let stage: LiveSessions.Stage? =
            switch request.query("status") {
            case nil: nil
            case "live": .live
            case "upcoming": .upcoming(now())
            case let status?: .status(status)
            }
        let list = LiveSessions.list(
            request.listOrder() ?? .scheduling,
            stage,
            series: request.query("series").flatMap { SeriesID($0) },
            organisation: request.query("organisation").flatMap { OrganisationID($0) },
            words: request.query("q")
        )
        return try await queries.page(of: request, list)
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Session.self)
        return try await queries.one(or: "There is no such session.") { try await LiveSessions.find(id, in: $0) }
    }
}

extension NewSession {
    fileprivate func plan(by caller: Identity) throws -> SessionScheduled {
        try SessionScheduled(
            title: title,
            format: format,
            startsAt: startsAt,
            endsAt: endsAt,
            host: host ?? caller.author,
            series: series,
            base: base,
            policies: policies,
            segments: segments,
            organisation: caller.organisation(organisation, for: .planSession)
        )
    }
}

/// `POST /v1/sessions/{id}/rescheduling`
private struct Times: Decodable {
    let startsAt: Timestamp
    let endsAt: Timestamp
}

/// `POST /v1/sessions/{id}/revision`: only what changes.
private struct Revision: Decodable {
    let title: String?
    let format: Format?
    let base: String?
    let series: SeriesID?
    let segments: [PlannedSegment]?
    let removed: [SessionRevised.Removable]?

    func revised() throws -> SessionRevised {
        try SessionRevised(title: title, format: format, base: base, series: series, segments: segments, removed: removed ?? [])
    }
}

/// `POST /v1/sessions/{id}/interruption`
private struct Interruption: Decodable {
    let cause: String
}
