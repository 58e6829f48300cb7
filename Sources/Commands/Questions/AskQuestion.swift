package import Access
package import EventSourcing
package import Recruiting

/// Asks something in a session. The session is only looked at: what happens in it meanwhile turns no question away.
package struct AskQuestion: UseCase {
    package let question: QuestionAsked

    package init(_ question: QuestionAsked) {
        self.question = question
    }

    package var resource: StreamName { Question.stream(question.question) }
    package var right: Right { .askQuestion }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        try caller.require(right)
        let room = try await reads.look(at: question.session)
        guard room.plan != nil else { throw CommandError.notFound(.session) }
        let events = try Question.decide(.ask(question, in: room), try await reads.begun(Question.self, resource))
        return Decision(resource, events, session: question.session, mediaTime: room.mediaTime(at: now))
    }
}
