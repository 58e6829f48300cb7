import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting

/// Series of sessions, and the policies that are explained in them.
struct PolicyRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/series", openSeries),
            Route(.get, "/v1/series", listSeries),
            Route(.post, "/v1/policies", publish),
            Route(.get, "/v1/policies", list),
        ]
    }

    @Sendable private func openSeries(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: NewSeries.self)
        let opened = try SeriesOpened(
            title: body.title,
            brand: body.brand,
            organisers: body.organisers,
            organisation: request.caller.organisation(body.organisation, for: .openSeries)
        )
        let recorded = try await commands.handle(OpenSeries(SeriesID(request.write.newID()), opened), request.write)
        return .receipt(recorded, at: "/v1/sessions?series={id}", status: .created)
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
            organisation: request.caller.organisation(body.organisation, for: .publishPolicy)
        )
        let recorded = try await commands.handle(PublishPolicy(PolicyID(request.write.newID()), policy), request.write)
        return .receipt(recorded, at: "/v1/policies#{id}", status: .created)
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        try await queries.page(of: request, Policies.list)
    }

    @Sendable private func listSeries(_ request: CheckedRequest) async throws -> Response {
        try await queries.page(of: request, SeriesList.list)
    }
}

/// `POST /v1/series`
private struct NewSeries: Decodable {
    let title: String
    let brand: String?
    let organisers: [String]
    let organisation: OrganisationID?
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
