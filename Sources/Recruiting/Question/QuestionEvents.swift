package struct QuestionAsked: EventData {
    package static let type = "QuestionAsked"
    package let question: QuestionID
    package let session: SessionID
    package let by: Pseudonym
    package let text: String
    package let job: JobID?

    package init(
        question: QuestionID,
        session: SessionID,
        by: Pseudonym,
        text: String,
        job: JobID? = nil
    ) throws(Invalid) {
        self.question = question
        self.session = session
        self.by = by
        self.text = try text.checked("text", atMost: 300)
        self.job = job
    }
}

package struct QuestionMerged: EventData {
    package static let type = "QuestionMerged"
    package let question: QuestionID
    package let into: QuestionID

    package init(question: QuestionID, into: QuestionID) {
        self.question = question
        self.into = into
    }
}

package enum AnswerMode: String, Codable, Hashable, Sendable {
    case live, text
}

package struct QuestionAnswered: EventData {
    package static let type = "QuestionAnswered"
    package let question: QuestionID
    package let mode: AnswerMode
    package let text: String?

    package init(question: QuestionID, mode: AnswerMode, text: String? = nil) throws(Invalid) {
        self.question = question
        self.mode = mode
        self.text = try text?.checked("text", atMost: 1_000)
    }
}

package struct QuestionHidden: EventData {
    package static let type = "QuestionHidden"
    package let question: QuestionID
    package let reason: String

    package init(question: QuestionID, reason: String) throws(Invalid) {
        self.question = question
        self.reason = try reason.checkedImpersonal("reason", atMost: 500)
    }
}

extension Question.Event {
    package var data: any EventData {
        switch self {
        case .asked(let data): data
        case .merged(let data): data
        case .answered(let data): data
        case .hidden(let data): data
        }
    }

    package init(type: String, data: [UInt8]) throws(UnreadableEvent) {
        switch type {
        case QuestionAsked.type: self = .asked(try QuestionAsked(json: data))
        case QuestionMerged.type: self = .merged(try QuestionMerged(json: data))
        case QuestionAnswered.type: self = .answered(try QuestionAnswered(json: data))
        case QuestionHidden.type: self = .hidden(try QuestionHidden(json: data))
        default: throw .unknownType(type)
        }
    }
}
