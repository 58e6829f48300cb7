import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting

/// Series of sessions.
struct SeriesRoutes {
    let commands: CommandHandler
    let queries: Queries

    var routes: [Route] {
        [
            Route(.post, "/v1/series", open),
            Route(.get, "/v1/series", list),
            Route(.get, "/v1/series/{id}", read),
            Route(.post, "/v1/series/{id}/closing", close),
        ]
    }

    @Sendable private func open(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: NewSeries.self)
        let opened = try SeriesOpened(
            title: body.title,
            brand: body.brand,
            organisers: body.organisers,
            organisation: request.caller.organisation(body.organisation, for: .openSeries),
            by: request.caller.author
        )
        let recorded = try await commands.handle(OpenSeries(SeriesID(request.write.newID()), opened), request.write)
        return .receipt(recorded, at: "/v1/series/{id}", status: .created)
    }

    @Sendable private func close(_ request: CheckedRequest) async throws -> Response {
        .receipt(try await commands.handle(CloseSeries(request.id()), request.write), at: "/v1/series/{id}")
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let list = SeriesList.list(
            status: request.query("status"),
            organisation: request.query("organisation").flatMap { OrganisationID($0) },
            words: request.query("q")
        )
        return try await queries.page(of: request, list)
    }

    @Sendable private func read(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Series.self)
        return try await queries.one(or: "There is no such series.") { try await SeriesList.find(id, in: $0) }
    }
}

/// `POST /v1/series`
private struct NewSeries: Decodable {
    let title: String
    let brand: String?
    let organisers: [String]
    let organisation: OrganisationID?
}
