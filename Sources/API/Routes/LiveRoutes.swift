import Commands
import Hummingbird
import Live
import Recruiting

/// Answers those who don't ask at a room's door: they named no session, asked otherwise than with GET, or only for a look at its state.
struct LiveRoutes {
    let feed: LiveFeed

    var routes: [Route] {
        [
            Route(.get, "/v1/sessions/{id}/live", refuse),
            Route(.get, "/v1/sessions/{id}/events", refuse),
            Route(.get, "/v1/sessions/{id}/state", state),
        ]
    }

    /// The state as one who joins is told it, for those who can keep no connection; whoever asks is not counted as a viewer.
    @Sendable private func state(_ request: CheckedRequest) async throws -> Response {
        guard let document = try await feed.document(of: request.id(of: Session.self)) else {
            throw CommandError.notFound(.session)
        }
        // Caches between may answer for a tick.
        let headers: HTTPFields = [.eTag: document.tag, .cacheControl: "public, max-age=\(LiveFeed.tick.components.seconds)"]
        if request.request.knows(document.tag) { return Response(status: .notModified, headers: headers) }
        return .bytes(document.bytes, type: "application/json", headers: headers)
    }

    /// What the door has let pass: it names no session, or isn't asked with GET.
    @Sendable private func refuse(_ request: CheckedRequest) async throws -> Response {
        _ = try request.id(of: Session.self)
        throw Problem.badRequest("A room is entered with GET.")
    }
}
