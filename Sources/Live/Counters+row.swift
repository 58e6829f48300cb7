package import ReadModels
package import Wire

extension Counters {
    package init(_ row: SessionCounters) {
        self.init(
            online: row.online,
            entries: row.entries,
            viewers: row.viewers,
            cards: row.cards,
            openings: row.openings,
            submissions: row.submissions,
            questions: Questions(asked: row.questionsAsked, answered: row.questionsAnswered)
        )
    }
}
