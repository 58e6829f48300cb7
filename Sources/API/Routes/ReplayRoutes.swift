import Access
import Commands
import EventSourcing
import EventStore
import Hummingbird
import Live
import ReadModels
import Recruiting
import Wire

/// A session as the log has it: its events, its counters as of any position, and second by second.
struct ReplayRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.get, "/v1/sessions/{id}/log", readLog),
            Route(.get, "/v1/sessions/{id}/counters", countersAsOf),
            Route(.get, "/v1/sessions/{id}/timeline", timeline),
        ]
    }

    /// A person's own stream belongs to no session, whichever one the person was registered from.
    private static let personal = "candidate"

    @Sendable private func readLog(_ request: CheckedRequest) async throws -> Response {
        let id = try await session(request)
        let limit = request.number("limit") ?? 50
        if let position = request.number("before") {
            let before = LogPosition(Int64(position))
            let earlier = try await commands.log.read(correlation: id.uuid, without: Self.personal, before: before, limit: limit)
            return .list(earlier.map(CloudEvent.bytes), headers: [:])
        }
        let after = LogPosition(Int64(request.number("after") ?? 0))
        let events = try await commands.log.read(correlation: id.uuid, without: Self.personal, after: after, limit: limit + 1)
        let next = events.count > limit ? "/v1/sessions/\(id)/log?after=\(events[limit - 1].position)&limit=\(limit)" : nil
        return .list(
            events.prefix(limit).map(CloudEvent.bytes),
            headers: next.map { [.link: "<\($0)>; rel=\"next\""] } ?? [:]
        )
    }

    @Sendable private func countersAsOf(_ request: CheckedRequest) async throws -> Response {
        let id = try await session(request)
        let position = try await position(request)
        let counters = try await LiveCounters.recomputed(for: id, asOf: position, in: queries.pool)
        let incomplete = try await LiveCounters.incomplete(for: id, asOf: position, in: queries.pool)
        return .json(CountersAsOf(counters, position: position, incompleteFrom: incomplete))
    }

    @Sendable private func timeline(_ request: CheckedRequest) async throws -> Response {
        let id = try await session(request)
        return try await queries.untagged(or: "There is no such session.") { try await Timeline.find(id, in: $0) }
    }

    /// The position that was asked for, or the newest.
    /// - Throws: 422 for one that the log has not reached.
    private func position(_ request: CheckedRequest) async throws -> LogPosition {
        let head = commands.log.head.position
        guard let position = request.number("asOf").map({ LogPosition(Int64($0)) }) else { return head }
        if position <= head { return position }
        // Another node may have written what this one has not heard of yet.
        guard try await position <= commands.log.refreshHead() else {
            throw Problem.invalid([.parameter("asOf", Reason("beyond-the-log", "is beyond the log's newest event"))])
        }
        return position
    }

    /// - Throws: 404 when there is none, 403 for whoever may not replay it.
    private func session(_ request: CheckedRequest) async throws -> SessionID {
        let id = try request.id(of: Session.self)
        let state = try await commands.read { try await $0.session(id) }
        try state.require(.replaySession, id, of: .person(request.caller))
        return id
    }
}

/// The body of `GET /v1/sessions/{id}/counters`.
private struct CountersAsOf: Encodable {
    let counters: Counters
    let position: LogPosition
    let incompleteFrom: LogPosition?

    init(_ counters: SessionCounters, position: LogPosition, incompleteFrom: LogPosition?) {
        self.counters = Counters(counters)
        self.position = position
        self.incompleteFrom = incompleteFrom
    }

    func encode(to encoder: any Encoder) throws {
        try counters.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(position, forKey: .position)
        try container.encodeIfPresent(incompleteFrom, forKey: .incompleteFrom)
    }

    private enum CodingKeys: CodingKey {
        case position, incompleteFrom
    }
}
