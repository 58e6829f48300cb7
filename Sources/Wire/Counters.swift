/// The figures of a session as viewers see them. Each is defined by the projection `live_counters` alone.
package struct Counters: Codable, Hashable, Sendable {
    package struct Questions: Codable, Hashable, Sendable {
        package var asked: Int
        package var answered: Int

        package init(asked: Int = 0, answered: Int = 0) {
            self.asked = asked
            self.answered = answered
        }
    }

    package var online: Int
    /// 人次
    package var entries: Int
    /// 人数
    package var viewers: Int
    package var cards: Int
    package var openings: Int
    package var submissions: Int
    package var questions: Questions

    package init(
        online: Int = 0,
        entries: Int = 0,
        viewers: Int = 0,
        cards: Int = 0,
        openings: Int = 0,
        submissions: Int = 0,
        questions: Questions = .init()
    ) {
        self.online = online
        self.entries = entries
        self.viewers = viewers
        self.cards = cards
        self.openings = openings
        self.submissions = submissions
        self.questions = questions
    }
}

/// What stands on a session's shelf.
package struct ShelfCounts: Codable, Hashable, Sendable {
    package var jobs: Int
    package var openings: Int

    package init(jobs: Int = 0, openings: Int = 0) {
        self.jobs = jobs
        self.openings = openings
    }
}
