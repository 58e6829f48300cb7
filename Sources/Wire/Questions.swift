package import Recruiting

/// `POST /v1/sessions/{id}/questions`
package struct NewQuestion: Codable, Hashable, Sendable {
    package let text: String
    package let job: JobID?

    package init(text: String, job: JobID? = nil) {
        self.text = text
        self.job = job
    }
}

/// `POST /v1/sessions/{id}/questions/{question}/answer`
package struct AnswerBody: Codable, Hashable, Sendable {
    package let mode: AnswerMode
    package let text: String?

    package init(mode: AnswerMode, text: String? = nil) {
        self.mode = mode
        self.text = text
    }
}
