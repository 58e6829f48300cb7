import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct SessionRoutes {
    let ledger: Ledger
    let queries: Queries
    let now: @Sendable () -> Timestamp

    var routes: [Route] {
        [
            Route(.post, "/v1/sessions", schedule),
            Route(.get, "/v1/sessions", list),
            Route(.get, "/v1/sessions/{id}", read),
            Route(.post, "/v1/sessions/{id}/start", command { _, now in .start(at: now) }),
            Route(
                .post,
                "/v1/sessions/{id}/interruption",
                command(Interruption.self) { body, _ in
                    .interrupt(try SessionInterrupted(cause: body.cause))
                }
            ),
            Route(.post, "/v1/sessions/{id}/resumption", command { _, _ in .resume }),
            Route(.post, "/v1/sessions/{id}/segments", command(Segment.self) { body, _ in .startSegment(body.kind) }),
            Route(
                .post,
                "/v1/sessions/{id}/end",
                command { request, now in
                    .end(request.body.isEmpty ? .host : try request.body(as: End.self).reason ?? .host, at: now)
                }
            ),
            Route(
                .post,
                "/v1/sessions/{id}/cancellation",
                command(Reason.self) { body, _ in
                    .cancel(try SessionCancelled(reason: body.reason))
                }
            ),
            Route(
                .post,
                "/v1/sessions/{id}/rescheduling",
                command(Times.self) { body, _ in
                    .reschedule(try SessionRescheduled(startsAt: body.startsAt, endsAt: body.endsAt))
                }
            ),
        ]
    }

    @Sendable private func schedule(_ request: CheckedRequest) async throws -> Response {
        let id = try SessionID(request.order.newID())
        let plan = try request.body(as: NewSession.self).plan(by: request.caller)
        let recorded = try await ledger.record(request.order, on: Session.stream(id)) { reading in
            if let series = plan.series { try await checkSeries(series, reading) }
            let events = try Session.decide(.schedule(plan), try await reading.begun(Session.self, Session.stream(id)))
            return Decision(Session.stream(id), events, session: id)
        }
        return .receipt(recorded, at: "/v1/sessions/{id}", status: .created)
    }

    private func checkSeries(_ id: SeriesID, _ reading: Reading) async throws {
        guard case .open = try await reading.look(at: [Series.stream(id)], Series.self)[Series.stream(id)] else {
            throw Problem.invalid([.at("/series", "is not an open series")])
        }
    }

    private typealias Respond = @Sendable (CheckedRequest) async throws -> Response

    /// What answers a command that needs nothing but the session itself.
    private func command(_ make: @escaping @Sendable (CheckedRequest, Timestamp) throws -> Session.Command) -> Respond {
        { request in
            let id = try request.id(of: Session.self)
            let recorded = try await ledger.record(request.order, on: Session.stream(id)) { reading in
                let state = try await reading.session(id)
                _ = try state.hosted(by: request.caller)
                let now = now()
                let events = try Session.decide(try make(request, now), state)
                return Decision(Session.stream(id), events, session: id, mediaTime: state.mediaTime(at: now))
            }
            return .receipt(recorded, at: "/v1/sessions/{id}")
        }
    }

    private func command<Body: Decodable & SendableMetatype>(
        _: Body.Type,
        _ make: @escaping @Sendable (Body, Timestamp) throws -> Session.Command
    ) -> Respond {
        command { request, now in try make(try request.body(), now) }
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let stage: LiveSessions.Stage? =
            switch request.query("status") {
            case nil: nil
            case "live": .live
            case "upcoming": .upcoming(now())
            case let status?: .status(status)
            }
        let series = request.query("series").flatMap { SeriesID($0) }
        return try await queries.page(of: request, LiveSessions.list(request.listOrder() ?? .scheduling, stage, series: series))
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Session.self)
        return try await queries.one(or: "There is no such session.") { try await LiveSessions.find(id, in: $0) }
    }
}

extension NewSession {
    fileprivate func plan(by caller: Identity) throws -> SessionScheduled {
        let host = try self.host ?? caller.author
        try caller.mayHost(host)
        return try SessionScheduled(
            title: title,
            format: format,
            startsAt: startsAt,
            endsAt: endsAt,
            host: host,
            series: series,
            base: base,
            policies: policies,
            segments: segments
        )
    }
}
