import EventStore
import Hummingbird
import ReadModels
import Recruiting
import Wire

struct QuestionRoutes {
    let ledger: Ledger
    let queries: Queries
    let pseudonyms: Pseudonyms
    let now: @Sendable () -> Timestamp

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
        let id = try QuestionID(request.order.newID())
        let by = try pseudonyms.pseudonym(of: request.caller.subject, in: session)
        let question = try QuestionAsked(question: id, session: session, by: by, text: body.text, job: body.job)
        let recorded = try await ledger.record(request.order, on: Question.stream(id)) { reading in
            let room = try await reading.look(at: session)
            guard room.plan != nil else { throw Problem.notFound("There is no such session.") }
            let events = try Question.decide(.ask(question, in: room), try await reading.begun(Question.self, Question.stream(id)))
            return Decision(Question.stream(id), events, session: session, mediaTime: room.mediaTime(at: now()))
        }
        return .receipt(recorded, at: "/v1/sessions/\(session)/questions", status: .created)
    }

    @Sendable private func answer(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Answer.self)
        return try await change(request) { id, room, _ in
            .answer(try QuestionAnswered(question: id, mode: body.mode, text: body.text), in: room)
        }
    }

    @Sendable private func hide(_ request: CheckedRequest) async throws -> Response {
        let reason = try request.body(as: Reason.self).reason
        return try await change(request) { id, _, _ in .hide(try QuestionHidden(question: id, reason: reason)) }
    }

    @Sendable private func merge(_ request: CheckedRequest) async throws -> Response {
        let into = try request.body(as: Merging.self).into
        let session = try request.id(of: Session.self)
        return try await change(request) { id, room, reading in
            let other = try await reading.state(Question.self, Question.stream(into))
            return .merge(QuestionMerged(question: id, into: into), with: other.asked(in: session) == nil ? .unasked : other, in: room)
        }
    }

    /// What the session's host does with a question.
    private func change(
        _ request: CheckedRequest,
        _ make: (QuestionID, Session.State, Reading) async throws -> Question.Command
    ) async throws -> Response {
        let session = try request.id(of: Session.self)
        let id = try request.id("question", of: Question.self)
        let recorded = try await ledger.record(request.order, on: Question.stream(id)) { reading in
            let room = try await reading.look(at: session)
            _ = try room.hosted(by: request.caller)
            let question = try await reading.state(Question.self, Question.stream(id))
            guard question.asked(in: session) != nil else { throw Problem.notFound("There is no such question in this session.") }
            let events = try Question.decide(try await make(id, room, reading), question)
            return Decision(Question.stream(id), events, session: session, mediaTime: room.mediaTime(at: now()))
        }
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

    /// Whether somebody may see what was hidden: the session's own host, and operators.
    private func moderates(_ caller: Identity?, _ session: SessionID) async throws -> Bool {
        guard let caller, caller.role == .host else { return caller?.role == .operator }
        return try await ledger.read { try await $0.look(at: session) }.plan?.host.description == caller.subject
    }
}
