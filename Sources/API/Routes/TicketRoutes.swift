import Access
import Hummingbird

/// Hands out tickets to those who have a token.
struct TicketRoutes {
    let tickets: Tickets

    var routes: [Route] {
        [Route(.post, "/v1/tickets", issue)]
    }

    @Sendable private func issue(_ request: CheckedRequest) async throws -> Response {
        let ticket = try await tickets.issue(for: request.caller)
        var response = Response.json(Ticket(ticket: ticket, seconds: Int(Tickets.lifetime.components.seconds)), status: .created)
        response.headers[.cacheControl] = "no-store"
        return response
    }
}

/// Lets its holder into one room, once.
private struct Ticket: Encodable {
    let ticket: String
    /// How long it is good for, in seconds.
    let seconds: Int
}
