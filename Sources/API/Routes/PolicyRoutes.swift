import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting

/// The policies that are explained in sessions.
struct PolicyRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/policies", publish),
            Route(.get, "/v1/policies", list),
            Route(.get, "/v1/policies/{id}", read),
            Route(.post, "/v1/policies/{id}/revision", change { .revise(try $0.body(as: Revision.self).revised()) }),
            Route(.post, "/v1/policies/{id}/expiry", change { _ in .expire }),
        ]
    }

    @Sendable private func publish(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: NewPolicy.self)
        let policy = try PolicyPublished(
            title: body.title,
            topic: body.topic,
            summary: body.summary,
            link: body.link,
            region: body.region,
            validThrough: body.validThrough,
            organisation: request.caller.organisation(body.organisation, for: .publishPolicy),
            by: request.caller.author
        )
        let recorded = try await commands.handle(PublishPolicy(PolicyID(request.write.newID()), policy), request.write)
        return .receipt(recorded, at: "/v1/policies/{id}", status: .created)
    }

    private func change(
        _ make: @escaping @Sendable (CheckedRequest) throws -> ChangePolicy.Change
    ) -> @Sendable (CheckedRequest) async throws -> Response {
        { request in
            let change = ChangePolicy(try request.id(), try make(request))
            return .receipt(try await commands.handle(change, request.write), at: "/v1/policies/{id}")
        }
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let status = request.query("status") ?? "published"
        let list = Policies.list(
            request.listOrder() ?? .publication,
            status: status == "any" ? nil : status,
            organisation: request.query("organisation").flatMap { OrganisationID($0) },
            words: request.query("q")
        )
        return try await queries.page(of: request, list)
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Policy.self)
        return try await queries.one(or: "There is no such policy.") { try await Policies.find(id, in: $0) }
    }
}

/// `POST /v1/policies`
private struct NewPolicy: Decodable {
    let title: String
    let topic: String
    let summary: String
    let link: String?
    let region: Region
    let validThrough: CalendarDate?
    let organisation: OrganisationID?
}

/// `POST /v1/policies/{id}/revision`: only what changes.
private struct Revision: Decodable {
    let title: String?
    let topic: String?
    let summary: String?
    let link: String?
    let region: Region?
    let validThrough: CalendarDate?
    let removed: [PolicyRevised.Removable]?

    func revised() throws -> PolicyRevised {
        try PolicyRevised(
            title: title,
            topic: topic,
            summary: summary,
            link: link,
            region: region,
            validThrough: validThrough,
            removed: removed ?? []
        )
    }
}
