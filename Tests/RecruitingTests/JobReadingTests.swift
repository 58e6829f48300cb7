import EventSourcing
import FoundationEssentials
import Recruiting
import Testing

/// How a posting reads: how complete it is, in which version people may see it, and what has changed.
@Suite struct JobReadingTests {
    @Test func `completeness is 40 for what the law wants, and 100 for all that people ask for`() throws {
        let bare = Completeness(JobDraft(Story.posting()))
        #expect(bare.score == 40 && bare.missing.count == 10 && bare.missing.first == "terms/hoursADay")
        #expect(Completeness(JobDraft(EventExamples.posting)) == Completeness(JobDraft(EventExamples.posting)))
        let full = Completeness(JobDraft(EventExamples.posting))
        #expect(full.score == 100 && full.missing.isEmpty)
        let draft = try JSONDecoder().decode(JobDraft.self, from: Data(#"{"terms":{"hoursADay":8,"meals":"none"}}"#.utf8))
        #expect(Completeness(draft).score == 55 && !Completeness(draft).missing.contains("terms/meals"))
    }

    @Test func `a history knows every version, and the newest that a reviewer vouches for`() throws {
        let lower = try JobRevised(pay: Pay(minimum: 8000, maximum: 12_000, unit: .month))
        let events: [(version: Int, event: Job.Event)] = [
            (1, .posted(Story.posting())), (2, .vetted(Story.vetting)), (3, .revised(try JobRevised(texts: [.title: "后端"]))),
            (4, .revised(lower)),
        ]
        let history = JobHistory(events)
        #expect(history.version == 4 && history.vettedVersion == 3)
        #expect(history.posting(at: 2)?.title == "软件开发工程师" && history.posting(at: 3)?.title == "后端")
        #expect(history.posting(at: 0) == nil && history.posting(at: 5) == nil)
        #expect(JobHistory(events + [(5, .vetted(try JobVetted(by: Story.reviewer, version: 4)))]).vettedVersion == 5)
        #expect(JobHistory([]).posting(at: 1) == nil && JobHistory([events[0]]).vettedVersion == nil)
    }

    @Test func `differences name each field that reads otherwise, before and after`() throws {
        let before = Story.posting()
        let revision = try JobRevised(
            texts: [.conditions: "会两门语言"],
            pay: Pay(minimum: 30, maximum: 40, unit: .hour),
            terms: JobTerms(meals: .provided),
            skillsGrade: 4
        )
        let after = try before.revised(by: revision)
        let differences = before.differences(to: after)
        #expect(differences.map(\.field) == ["conditions", "pay", "terms", "skillsGrade"])
        #expect(differences[0].before == .text("会一门语言") && differences[0].after == .text("会两门语言"))
        let meals = try JobTerms(meals: .provided)
        #expect(differences[2].before == nil && differences[2].after == .terms(meals))
        #expect(before.differences(to: before) == [])
        let encoded = try JSONEncoder().encode(differences)
        #expect(try JSONDecoder().decode([JobDifference].self, from: encoded) == differences)
    }

    @Test func `occupations are found by their names and by how their codes begin`() throws {
        let known = Occupations.known
        #expect(known.name(of: try OccupationCode("6-18-01-01")) == "车工")
        #expect(known.matching("车工").contains { $0.code.description == "6-18-01-01" })
        #expect(known.matching("6-18-01").contains { $0.name == "车工" } && known.matching("没有这样的职业").isEmpty)
        #expect(Set(known.all.map(\.code)).count == known.all.count, "a code stands twice")
        let divisions = Dictionary(grouping: known.all) { $0.code.description.first }.mapValues(\.count)
        #expect(divisions == ["1": 25, "2": 489, "3": 36, "4": 356, "5": 54, "6": 670])
        let error = #expect(throws: Invalid.self) { try JobRevised(occupationCode: OccupationCode("9-99-99-99")) }
        #expect(error?.reason.code == "occupation-unknown")
    }

    @Test func `of many jobs those that may be shown are shelved, if so asked, and the others left`() throws {
        let pending = Story.listing(Story.id("b9", Job.self), state: Job.fold([.posted(Story.posting())]))
        let scheduled: Session.State = Session.fold([.scheduled(EventExamples.plan)])
        let shelved: [Session.Event] = try Session.decide(.shelve([Story.listing(), pending], skipping: true, at: Story.now), scheduled)
        #expect(shelved == [.shelved(JobsShelved(jobs: [ShelfItem(Story.card())]))])
        #expect(try Session.decide(.shelve([pending], skipping: true, at: Story.now), scheduled).isEmpty)
        #expect(throws: Session.Rejection.self) { try Session.decide(.shelve([Story.listing(), pending], at: Story.now), scheduled) }
    }
}
