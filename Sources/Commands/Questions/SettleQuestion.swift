package import Access
package import EventSourcing
package import Recruiting

/// What a session's host does with a question.
package struct SettleQuestion: UseCase {
    package enum Change: Sendable {
        case answer(QuestionAnswered)
        case hide(QuestionHidden)
        /// Counts it as the same as another of this session.
        case merge(into: QuestionID)
    }

    package let id: QuestionID
    package let session: SessionID
    package let change: Change

    package init(_ id: QuestionID, in session: SessionID, _ change: Change) {
        self.id = id
        self.session = session
        self.change = change
    }

    package var resource: StreamName { Question.stream(id) }
    package var right: Right { .settleQuestion }

    package func decide(_ reads: ReadSet, for caller: Caller, at now: Timestamp) async throws -> Decision {
        let room = try await reads.look(at: session)
        try room.require(right, session, of: caller)
        let question = try await reads.state(Question.self, resource)
        guard question.asked(in: session) != nil else { throw CommandError.notFound(.question) }
        let events = try Question.decide(try await command(reads, room), question)
        return Decision(resource, events, session: session, mediaTime: room.mediaTime(at: now))
    }

    private func command(_ reads: ReadSet, _ room: Session.State) async throws -> Question.Command {
        switch change {
        case .answer(let answered): return .answer(answered, in: room)
        case .hide(let hidden): return .hide(hidden)
        case .merge(let into):
            let other = try await reads.state(Question.self, Question.stream(into))
            return .merge(QuestionMerged(question: id, into: into), with: other.asked(in: session) == nil ? .unasked : other, in: room)
        }
    }
}
