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
        let question = try QuestionAsked(question: id, by: by, text: body.text, position: body.position)
        return try await change(request, session, id, .ask(question), status: .created)
    }

    @Sendable private func answer(_ request: CheckedRequest) async throws -> Response {
        let body = try request.body(as: Answer.self)
        return try await host(request) { .answer(try QuestionAnswered(question: $0, mode: body.mode, text: body.text)) }
    }

    @Sendable private func hide(_ request: CheckedRequest) async throws -> Response {
        let reason = try request.body(as: Reason.self).reason
        return try await host(request) { .hide(try QuestionHidden(question: $0, reason: reason)) }
    }

    @Sendable private func merge(_ request: CheckedRequest) async throws -> Response {
        let into = try request.body(as: Merging.self).into
        return try await host(request) { .merge(QuestionMerged(question: $0, into: into)) }
    }

    private func host(_ request: CheckedRequest, _ make: (QuestionID) throws -> Session.Command) async throws -> Response {
        let id = try request.id("question", of: Question.self)
        return try await change(request, try request.id(of: Session.self), id, try make(id), isForHost: true)
    }

    private func change(
        _ request: CheckedRequest,
        _ session: SessionID,
        _ question: QuestionID,
        _ command: Session.Command,
        isForHost: Bool = false,
        status: HTTPResponse.Status = .ok
    ) async throws -> Response {
        let recorded = try await ledger.record(request.order) { reading in
            let state = try await reading.session(session)
            guard state.plan != nil else { throw Problem.notFound("There is no such session.") }
            if isForHost {
                _ = try state.hosted(by: request.caller)
                guard state.questions[question] != nil else { throw Problem.notFound("There is no such question in this session.") }
            }
            let events = try Session.decide(command, state)
            return Decision(Session.stream(session), events, session: session, mediaTime: state.mediaTime(at: now()))
        }
        return .receipt(recorded, at: "/v1/sessions/\(session)/questions", id: question.uuid, status: status)
    }

    @Sendable private func list(_ request: CheckedRequest) async throws -> Response {
        let id = try request.id(of: Session.self)
        let status = request.query("status")
        if request.query("mine") != nil {
            let asker = try pseudonyms.pseudonym(of: request.caller.subject, in: id)
            return try await queries.page(of: request) { cursor, limit, pool in
                try await LiveSessions.questions(by: asker, in: id, status: status, after: cursor, limit: limit, in: pool)
            }
        }
        switch status {
        case "asked":
            return try await queries.page(of: request) { cursor, limit, pool in
                try await LiveSessions.openQuestions(in: id, after: cursor, limit: limit, in: pool)
            }
        case "answered":
            return try await queries.page(of: request, from: .max) { cursor, limit, pool in
                try await LiveSessions.answeredQuestions(in: id, before: cursor, limit: limit, in: pool)
            }
        default:
            let withHidden = request.identity.map { $0.role == .host || $0.role == .operator } ?? false
            return try await queries.page(of: request) { cursor, limit, pool in
                try await LiveSessions.questions(in: id, withHidden: withHidden, after: cursor, limit: limit, in: pool)
            }
        }
    }
}
