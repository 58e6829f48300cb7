import Hummingbird

/// Answers those at a room's door who cannot come in: what can is let in before it gets to the router.
struct LiveRoutes {
    var routes: [Route] {
        [Route(.get, "/v1/sessions/{id}/live", refuse)]
    }

    @Sendable private func refuse(_ request: CheckedRequest) async throws -> Response {
        guard request.request.headers[.upgrade]?.lowercased() == "websocket" else {
            throw Problem(
                code: "upgrade-required",
                status: .upgradeRequired,
                detail: "A room speaks WebSocket: ask for an upgrade, with the subprotocol \(LiveHandshake.subprotocol).",
                headers: [.upgrade: "websocket", .connection: "Upgrade"]
            )
        }
        throw Problem.badRequest(
            "The handshake is not whole: it needs GET, Sec-WebSocket-Version: 13, a Sec-WebSocket-Key of 16 bytes, "
                + "Sec-WebSocket-Protocol: \(LiveHandshake.subprotocol), and a session's UUID in the path."
        )
    }
}
