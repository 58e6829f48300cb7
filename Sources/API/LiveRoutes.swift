import Hummingbird
import Recruiting

/// Answers those who don't get into a room at its door: they asked in vain, or only for a look at its state.
struct LiveRoutes {
    let feed: LiveFeed

    var routes: [Route] {
        [
            Route(.get, "/v1/sessions/{id}/live", refuse),
            Route(.get, "/v1/sessions/{id}/events", refuseEvents),
            Route(.get, "/v1/sessions/{id}/state", state),
        ]
    }

    /// The state as one who joins is told it, for those who can keep no connection; whoever asks is not counted as a viewer.
    @Sendable private func state(_ request: CheckedRequest) async throws -> Response {
        guard let state = try await feed.state(of: request.id(of: Session.self)) else {
            throw Problem.notFound("There is no such session.")
        }
        // Caches between may answer for a tick.
        let headers: HTTPFields = [.eTag: state.tag, .cacheControl: "public, max-age=\(LiveFeed.tick.components.seconds)"]
        if request.request.knows(state.tag) { return Response(status: .notModified, headers: headers) }
        return .bytes(state.document, type: "application/json", headers: headers)
    }

    @Sendable private func refuse(_ request: CheckedRequest) async throws -> Response {
        guard request.request.headers[.upgrade]?.lowercased() == "websocket" else {
            throw Problem(
                code: "upgrade-required",
                status: .upgradeRequired,
                detail: "A room speaks WebSocket: ask for an upgrade, with the subprotocol \(RoomRequest.subprotocol).",
                headers: [.upgrade: "websocket", .connection: "Upgrade"]
            )
        }
        throw Problem.badRequest(
            "The handshake is not whole: it needs GET, Sec-WebSocket-Version: 13, a Sec-WebSocket-Key of 16 bytes, "
                + "Sec-WebSocket-Protocol: \(RoomRequest.subprotocol), and a session's UUID in the path."
        )
    }

    @Sendable private func refuseEvents(_ request: CheckedRequest) async throws -> Response {
        _ = try request.id(of: Session.self)
        throw Problem.badRequest("Events are asked for with GET, as the first request of a connection or after the answers to all others.")
    }
}
