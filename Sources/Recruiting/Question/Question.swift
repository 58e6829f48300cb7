package import EventSourcing

/// What a viewer asks in a session (提问). Each has a stream of its own, so that a busy room's questions collide with nobody.
package enum Question: Decider {
    package enum State: Hashable, Sendable {
        case unasked
        case asked(QuestionAsked, Standing)
    }

    package enum Standing: Hashable, Sendable {
        case open, merged, hidden
        case answered(AnswerMode)
    }

    /// `in` is the session as somebody looked at it, which no condition holds fast: when it ends meanwhile, the question came before.
    package enum Command: Hashable, Sendable {
        case ask(QuestionAsked, in: Session.State)
        case answer(QuestionAnswered, in: Session.State)
        /// `with` is the question that the other goes into.
        case merge(QuestionMerged, with: State, in: Session.State)
        case hide(QuestionHidden)
    }

    package enum Event: DomainEvent {
        case asked(QuestionAsked)
        case merged(QuestionMerged)
        case answered(QuestionAnswered)
        case hidden(QuestionHidden)
    }

    package enum Rejection: Recruiting.Rejection, Hashable {
        case unknown, taken, holdsPersonalData, hidden, answered, merged, mergedIntoItself, answerWithoutText
        /// The session isn't such that this can be done in it.
        case session(Session.Rejection)
    }

    package static let initial = State.unasked

    package static func stream(_ id: QuestionID) -> StreamName {
        StreamName(category: "question", id: id)
    }

    package static func decide(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch (command, state) {
        case (.ask(let question, let session), .unasked): return try ask(question, session)
        case (.ask(let question, _), .asked(let known, _)):
            guard question == known else { throw .taken }
            return []
        case (_, .unasked): throw .unknown
        case (.answer(let answer, let session), .asked(_, let standing)): return try self.answer(answer, session, standing)
        case (.merge(let merging, let other, let session), .asked(_, let standing)):
            return try merge(merging, other, session, standing)
        case (.hide(let hiding), .asked(_, let standing)): return standing == .hidden ? [] : [.hidden(hiding)]
        }
    }

    package static func apply(_ event: Event, to state: inout State) {
        switch (event, state) {
        case (.asked(let question), _): state = .asked(question, .open)
        case (.merged, .asked(let question, _)): state = .asked(question, .merged)
        case (.answered(let answer), .asked(let question, _)): state = .asked(question, .answered(answer.mode))
        case (.hidden, .asked(let question, _)): state = .asked(question, .hidden)
        case (_, .unasked): break
        }
    }
}

extension Question {
    private static func ask(_ question: QuestionAsked, _ session: Session.State) throws(Rejection) -> [Event] {
        try requireRunning(session)
        guard !question.text.holdsPersonalNumber else { throw .holdsPersonalData }
        if let job = question.job, session.shelf[job] == nil { throw .session(.notOnShelf(job)) }
        return [.asked(question)]
    }

    private static func answer(_ answer: QuestionAnswered, _ session: Session.State, _ standing: Standing) throws(Rejection) -> [Event] {
        try requireRunning(session)
        guard answer.mode == .live || answer.text != nil else { throw .answerWithoutText }
        if answer.mode == .live, case .interrupted = session.phase { throw .session(.interrupted) }
        switch standing {
        case .hidden: throw .hidden
        case .merged: throw .merged
        case .answered(answer.mode): return []
        case .answered: throw .answered
        case .open: return [.answered(answer)]
        }
    }

    /// The append names the versions of both questions, so that of two opposite mergings one is refused.
    private static func merge(
        _ merging: QuestionMerged,
        _ other: State,
        _ session: Session.State,
        _ standing: Standing
    ) throws(Rejection) -> [Event] {
        try requireRunning(session)
        guard merging.question != merging.into else { throw .mergedIntoItself }
        guard case .asked(_, let others) = other else { throw .unknown }
        switch (others, standing) {
        case (.merged, _): throw .merged
        case (.hidden, _), (_, .hidden): throw .hidden
        case (_, .merged): return []
        case (_, .open), (_, .answered): return [.merged(merging)]
        }
    }

    private static func requireRunning(_ session: Session.State) throws(Rejection) {
        if case .interrupted = session.phase { return }
        do throws(Session.Rejection) { _ = try session.stage } catch { throw .session(error) }
    }
}

extension Question.State {
    /// What was asked, where it was asked in `session`.
    package func asked(in session: SessionID) -> QuestionAsked? {
        guard case .asked(let question, _) = self, question.session == session else { return nil }
        return question
    }
}

extension Question.Rejection {
    package var values: [String: String] {
        if case .session(let rejection) = self { rejection.values } else { [:] }
    }

    package var code: String {
        switch self {
        case .unknown: "question-unknown"
        case .taken: "question-taken"
        case .holdsPersonalData: "question-holds-personal-data"
        case .hidden: "question-hidden"
        case .answered: "question-answered"
        case .merged: "question-merged"
        case .mergedIntoItself: "question-merged-into-itself"
        case .answerWithoutText: "answer-without-text"
        case .session(let rejection): rejection.code
        }
    }

    package var explanation: String {
        switch self {
        case .unknown: "There is no such question in this session; choose one that was asked here."
        case .taken: "A question with this identifier has been asked already; use a new one."
        case .holdsPersonalData:
            "The question holds a telephone or identity number, or seven digits in a row; others will read it, so leave it out."
        case .hidden: "The question has been hidden; choose another."
        case .answered: "The question has been answered in the other way already; a question is answered once."
        case .merged: "The question has been merged into another; use that one."
        case .mergedIntoItself: "A question cannot be merged into itself; choose another."
        case .answerWithoutText: "An answer in writing needs its text; give it, or mark the question as answered live."
        case .session(let rejection): rejection.explanation
        }
    }
}
