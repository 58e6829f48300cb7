import Postgres
package import Recruiting

extension LiveSessions {
    private static let question = """
        jsonb_strip_nulls(jsonb_build_object('id', id, 'by', asked_by, 'text', text, 'status', status,
            'job', job, 'answer', answer, 'into', merged_into))
        """

    private static let asking = ListOrder.ascending("questions.asking", .number("asked"))
    private static let answering = ListOrder.descending("questions.answering", .number("settled"))

    private static func questions(_ order: ListOrder, in id: SessionID, where filters: ListFilter?...) -> ListQuery<[UInt8]> {
        let own = ListFilter("session = ?", .uuid(id.uuid))
        return ListQuery(order: order, columns: question, source: "session_questions", filters: [own] + filters.compactMap(\.self)) {
            try $0.decode(1, as: [UInt8].self)
        }
    }

    /// All questions of a session in the order of asking; those that were hidden or merged only with `withHidden`, as the host sees them.
    package static func questions(in id: SessionID, withHidden: Bool) -> ListQuery<[UInt8]> {
        questions(asking, in: id, where: withHidden ? nil : ListFilter("status IN ('asked', 'answered')"))
    }

    /// The questions that wait for an answer, in the order of asking.
    package static func openQuestions(in id: SessionID) -> ListQuery<[UInt8]> {
        questions(asking, in: id, where: ListFilter("status = 'asked'"))
    }

    /// The questions that were answered, the newest answer first.
    package static func answeredQuestions(in id: SessionID) -> ListQuery<[UInt8]> {
        questions(answering, in: id, where: ListFilter("status = 'answered'"))
    }

    /// What one viewer asked, in the order of asking; of one status, where asked for, else unless hidden or merged.
    package static func questions(by asker: Pseudonym, in id: SessionID, status: String?) -> ListQuery<[UInt8]> {
        questions(
            asking,
            in: id,
            where: ListFilter("asked_by = ?", .text(asker.description)),
            ListFilter("status IN ('asked', 'answered')"),
            ListFilter("status = ?", status) { .text($0) }
        )
    }
}
