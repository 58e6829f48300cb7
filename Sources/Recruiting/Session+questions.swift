extension Session {
    static func decideQuestion(_ command: Command, _ state: State) throws(Rejection) -> [Event] {
        switch command {
        case .hide(let hiding):
            return try state.question(hiding.question) == .hidden ? [] : [.hidden(hiding)]
        case .ask(let question):
            try state.requireRunning()
            return try ask(question, state)
        case .merge(let merging):
            try state.requireRunning()
            return try merge(merging, state)
        case .answer(let answer):
            try state.requireRunning()
            return try self.answer(answer, state)
        default: preconditionFailure("decide(_:_:) passes no other command")
        }
    }

    static func applyQuestion(_ event: Event, to state: inout State) {
        switch event {
        case .asked(let question): state.questions[question.question] = .open
        case .merged(let merging): state.questions[merging.question] = .merged
        case .hidden(let hiding): state.questions[hiding.question] = .hidden
        case .answered(let answer): state.questions[answer.question] = .answered(answer.mode)
        default: break
        }
    }

    private static func ask(_ question: QuestionAsked, _ state: State) throws(Rejection) -> [Event] {
        guard state.questions[question.question] == nil else { throw .questionTaken }
        guard !question.text.holdsPersonalNumber else { throw .questionHoldsPersonalData }
        if let position = question.position, state.shelf[position] == nil { throw .notOnShelf(position) }
        return [.asked(question)]
    }

    private static func merge(_ merging: QuestionMerged, _ state: State) throws(Rejection) -> [Event] {
        let standing = try state.question(merging.question)
        guard merging.question != merging.into else { throw .questionMergedIntoItself }
        switch try state.question(merging.into) {
        case .merged: throw .questionMerged
        case .hidden: throw .questionHidden
        case .open, .answered: break
        }
        switch standing {
        case .merged: return []
        case .hidden: throw .questionHidden
        case .open, .answered: return [.merged(merging)]
        }
    }

    private static func answer(_ answer: QuestionAnswered, _ state: State) throws(Rejection) -> [Event] {
        guard answer.mode == .live || answer.text != nil else { throw .answerWithoutText }
        if answer.mode == .live { _ = try state.stage }
        switch try state.question(answer.question) {
        case .hidden: throw .questionHidden
        case .merged: throw .questionMerged
        case .answered(answer.mode): return []
        case .answered: throw .questionAnswered
        case .open: return [.answered(answer)]
        }
    }
}

extension Session.State {
    fileprivate func question(_ id: QuestionID) throws(Session.Rejection) -> Session.QuestionStanding {
        guard let standing = questions[id] else { throw .questionUnknown }
        return standing
    }

    /// Live or interrupted.
    fileprivate func requireRunning() throws(Session.Rejection) {
        if case .interrupted = phase { return }
        _ = try stage
    }
}
