import Access
import Commands
import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct QuestionRoutes {
    let commands: CommandHandler
    let queries: Queries
    let pseudonyms: Pseudonyms

    var routes: [Route] {
        [
            Route(.post, "/v1/sessions/{id}/questions", ask),
            Route(.get, "/v1/sessions/{id}/questions", list),
            Route(.post, "/v1/sessions/{id}/questions/{question}/answer", answer),
            Route(.post, "/v1/sessions/{id}/questions/{question}/hiding", hide),
            Route(.post, "/v1/sessions/{id}/questions/{question}/merging", merge),
        ]
    }

    @Sendable private func ask(_ request: CheckedRequest) async throws -> Response {
        let session = try request.id(of: Session.self)
        let body = try request.body(as: NewQuestion.self)
        let id = try QuestionID(request.write.newID())
        let by = try pseudonyms.pseudonym(of: request.caller.subject, in: session)
        let question = try QuestionAsked(question: id, session: session, by: by, text: body.text, job: body.job)
        let recorded = try await commands.handle(AskQuestion(question), request.write)
        return .receipt(recorded, at: "/v1/sessions/\(session)/questions", status: .created)
    }

    @Sendable private func answer(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: AnswerBody.self)
        return try await settle(request) { .answer(try QuestionAnswered(question: $0, mode: body.mode, text: body.text)) }
    }

    @Sendable private func hide(_ request: CheckedRequest) async throws -> Response {
        let reason = try request.body(as: ReasonBody.self).reason
        return try await settle(request) { .hide(try QuestionHidden(question: $0, reason: reason)) }
    }

    @Sendable private func merge(_ request: CheckedRequest) async throws -> Response {
        let into = try request.body(as: Merging.self).into
        return try await settle(request) { _ in .merge(into: into) }
    }

    private func settle(_ request: CheckedRequest, _ make: (QuestionID) throws -> SettleQuestion.Change) async throws -> Response {
        let session = try request.id(of: Session.self)
        let id = try request.id("question", of: Question.self)
        let recorded = try await commands.handle(SettleQuestion(id, in: session, make(id)), request.write)
        return .receipt(recorded, at: "/v1/sessions/\(session)/questions")
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Session.self)
        let status = request.query("status")
        if request.query("mine") != nil {
            let asker = try pseudonyms.pseudonym(of: request.caller.subject, in: id)
            return try await queries.page(of: request, LiveSessions.questions(by: asker, in: id, status: status))
        }
        let list =
            switch status {
            case "asked": LiveSessions.openQuestions(in: id)
            case "answered": LiveSessions.answeredQuestions(in: id)
            default: LiveSessions.questions(in: id, withHidden: try await moderates(request.identity, id))
            }
        return try await queries.page(of: request, list)
    }

    /// Whether somebody may see what was hidden: whoever settles the session's questions.
    private func moderates(_ caller: Identity?, _ session: SessionID) async throws -> Bool {
        guard let caller, !caller.isViewer, let plan = try await commands.read({ try await $0.look(at: session) }).plan else {
            return false
        }
        return caller.may(.settleQuestion, plan.owner(session))
    }
}

/// `POST /v1/sessions/{id}/questions/{question}/merging`
private struct Merging: Decodable {
    let into: QuestionID
}
