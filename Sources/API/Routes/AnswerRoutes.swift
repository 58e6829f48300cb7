import Access
import Commands
import Hummingbird
import Postgres
import ReadModels
import Recruiting

/// What a company does with the résumés that it has received.
struct AnswerRoutes {
    let commands: CommandHandler
    let pool: PostgresPool
    let personalData: PersonalData

    var routes: [Route] {
        [
            Route(.get, "/v1/submission-counts", counts),
            Route(.post, "/v1/submissions/{id}/viewing", view),
            Route(.post, "/v1/submissions/{id}/contacts", contact),
            Route(.post, "/v1/submissions/{id}/interview", scheduleInterview),
            Route(.post, "/v1/submissions/{id}/offer", offer),
            Route(.post, "/v1/submissions/{id}/hiring", hire),
            Route(.post, "/v1/submissions/{id}/rejection", reject),
            Route(.post, "/v1/submissions/{id}/notes", note),
        ]
    }

    @Sendable private func counts(_ request: CheckedRequest) async throws -> Response {
        let companies = try request.caller.organisations(.answerSubmission) ?? []
        return .json(try await ResumeSubmissions.counts(of: companies, in: pool))
    }

    @Sendable private func view(_ request: CheckedRequest) async throws -> Response { try await answer(request, .view) }

    @Sendable private func contact(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: ContactBody.self)
        return try await answer(request, .contact(body.method, body.outcome))
    }

    @Sendable private func scheduleInterview(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: InterviewBody.self)
        return try await answer(request, .scheduleInterview(at: body.at, place: try body.place.checkedLine("place", atMost: 200)))
    }

    @Sendable private func offer(_ request: CheckedRequest) async throws -> Response {
        let body = request.body.isEmpty ? OfferBody() : try request.body(as: OfferBody.self)
        return try await answer(request, .offer(startsOn: body.startsOn, pay: body.pay))
    }

    @Sendable private func hire(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: HiringBody.self)
        return try await answer(request, .hire(startsOn: body.startsOn, pay: body.pay))
    }

    @Sendable private func reject(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: RejectionBody.self)
        return try await answer(request, .reject(body.reason, note: try body.note?.checkedNote("note")))
    }

    @Sendable private func note(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Note.self)
        return try await answer(request, .note(try body.note.checkedNote("note")))
    }

    private func answer(_ request: CheckedRequest, _ answer: AnswerSubmission.Answer) async throws -> Response {
        let recorded = try await commands.handle(AnswerSubmission(try request.id(), answer, personalData), request.write)
        return .receipt(recorded, at: "/v1/submissions/{id}")
    }
}

extension String {
    /// What somebody writes down about a submission, as it is sealed.
    func checkedNote(_ field: String) throws(Invalid) -> String { try checked(field, atMost: 2_000) }
}

private struct ContactBody: Decodable {
    let method: ContactMethod
    let outcome: ContactOutcome
}

private struct InterviewBody: Decodable {
    let at: Timestamp
    let place: String
}

private struct OfferBody: Decodable {
    var startsOn: CalendarDate?
    var pay: Pay?
}

private struct HiringBody: Decodable {
    let startsOn: CalendarDate
    let pay: Pay
}

private struct RejectionBody: Decodable {
    let reason: RejectionReason
    let note: String?
}
