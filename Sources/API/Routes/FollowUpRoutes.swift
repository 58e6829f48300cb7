import Access
import Commands
import Hummingbird
import Recruiting

/// What becomes of a submission after it was answered, or because it was not: told by case workers and by the candidates themselves.
struct FollowUpRoutes {
    let commands: CommandHandler
    let candidates: Candidates
    let personalData: PersonalData

    var routes: [Route] {
        [
            Route(.post, "/v1/submissions/{id}/follow-ups", followUp),
            Route(.post, "/v1/submissions/{id}/checks", check),
            Route(.post, "/v1/submissions/{id}/outcome", tell),
            Route(.post, "/v1/submissions/{id}/rating", rate),
        ]
    }

    @Sendable private func followUp(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: FollowUpBody.self)
        let step = FollowUpSubmission.Step.contact(body.method, body.outcome, note: try body.note?.checkedNote("note"))
        return try await handle(FollowUpSubmission(try request.id(), step, personalData), request)
    }

    @Sendable private func check(_ request: CheckedRequest) async throws -> Response {
        let check = try request.body(as: CheckBody.self).check(by: .caseWorker)
        return try await handle(FollowUpSubmission(try request.id(), .check(check), personalData), request)
    }

    @Sendable private func tell(_ request: CheckedRequest) async throws -> Response {
        let check = try request.body(as: CheckBody.self).check(by: .candidate)
        return try await handle(try await word(.check(check), request), request)
    }

    @Sendable private func rate(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: RatingBody.self)
        return try await handle(try await word(.rate(score: body.score, note: try body.note?.checkedNote("note")), request), request)
    }

    private func word(_ word: TellOutcome.Word, _ request: CheckedRequest) async throws -> TellOutcome {
        TellOutcome(try request.id(), word, of: try await candidates.candidates(of: request.caller), personalData)
    }

    private func handle(_ useCase: some UseCase, _ request: CheckedRequest) async throws -> Response {
        .receipt(try await commands.handle(useCase, request.write), at: "/v1/submissions/{id}")
    }
}

private struct FollowUpBody: Decodable {
    let method: ContactMethod
    let outcome: ContactOutcome
    let note: String?
}

private struct CheckBody: Decodable {
    let day: RetentionDay
    let employed: Bool
    let paidAsPromised: Bool?
    let housedAsPromised: Bool?

    func check(by source: RetentionChecked.Source) -> RetentionChecked {
        RetentionChecked(
            day: day,
            source: source,
            employed: employed,
            paidAsPromised: paidAsPromised,
            housedAsPromised: housedAsPromised
        )
    }
}

private struct RatingBody: Decodable {
    let score: Int
    let note: String?
}
