import EventSourcing
import Recruiting
import Testing

@Suite struct QuestionTests {
    static let first = Story.id("f1", Question.self)
    static let second = Story.id("f2", Question.self)
    static func question(_ id: QuestionID = first, _ text: String = "包吃住吗？", position: PositionID? = nil) -> QuestionAsked {
        try! QuestionAsked(question: id, by: Story.viewer, text: text, position: position)
    }
    static let asked = SessionTests.live + [.asked(question()), .asked(question(second))]
    static let hiding = try! QuestionHidden(question: first, reason: "广告")
    static let merging = QuestionMerged(question: first, into: second)
    static let spoken = try! QuestionAnswered(question: first, mode: .live)
    static let written = try! QuestionAnswered(question: first, mode: .text, text: "包吃住")

    @Test func `viewers ask while the session runs`() {
        Given(Session.self, SessionTests.live).when(.ask(Self.question())).then(.asked(Self.question()))
        Given(Session.self, SessionTests.interrupted).when(.ask(Self.question())).then(.asked(Self.question()))
        Given(Session.self, SessionTests.scheduled).when(.ask(Self.question())).then(.notLive)
        Given(Session.self, SessionTests.ended).when(.ask(Self.question())).then(.ended)
        Given(Session.self, Self.asked).when(.ask(Self.question())).then(.questionTaken)
    }

    @Test(arguments: ["电话13800138000", "１３８００１３", "身份证 450102199901011234 行吗", "打 138 0013 8000 找我"])
    func `a question with a personal number is refused`(text: String) {
        Given(Session.self, SessionTests.live).when(.ask(Self.question(Self.first, text))).then(.questionHoldsPersonalData)
    }

    @Test(arguments: ["月薪 120000 元？", "2026-01-05 能到岗吗", "123456"]) func `shorter numbers are fine`(text: String) {
        Given(Session.self, SessionTests.live).when(.ask(Self.question(Self.first, text))).then(.asked(Self.question(Self.first, text)))
    }

    @Test func `a question about a position names one on the shelf`() {
        let about = Self.question(position: Story.position)
        Given(Session.self, ShelfTests.live).when(.ask(about)).then(.asked(about))
        Given(Session.self, SessionTests.live).when(.ask(about)).then(.notOnShelf(Story.position))
    }

    @Test func `a question is answered once`() throws {
        Given(Session.self, Self.asked).when(.answer(Self.spoken)).then(.answered(Self.spoken))
        Given(Session.self, Self.asked + [.answered(Self.spoken)]).when(.answer(Self.spoken)).thenNothing()
        Given(Session.self, Self.asked + [.answered(Self.spoken)]).when(.answer(Self.written)).then(.questionAnswered)
        Given(Session.self, Self.asked).when(.answer(try QuestionAnswered(question: Self.first, mode: .text))).then(.answerWithoutText)
        Given(Session.self, SessionTests.live).when(.answer(Self.spoken)).then(.questionUnknown)
    }

    @Test func `while interrupted questions are answered in writing only`() {
        let interrupted = Self.asked + [.interrupted(SessionTests.interruption)]
        Given(Session.self, interrupted).when(.answer(Self.written)).then(.answered(Self.written))
        Given(Session.self, interrupted).when(.answer(Self.spoken)).then(.interrupted)
    }

    @Test func `questions are merged into one that stands`() {
        Given(Session.self, Self.asked).when(.merge(Self.merging)).then(.merged(Self.merging))
        Given(Session.self, Self.asked + [.merged(Self.merging)]).when(.merge(Self.merging)).thenNothing()
        Given(Session.self, Self.asked).when(.merge(QuestionMerged(question: Self.first, into: Self.first))).then(.questionMergedIntoItself)
        Given(Session.self, Self.asked + [.merged(Self.merging)]).when(.merge(QuestionMerged(question: Self.second, into: Self.first)))
            .then(.questionMerged)
        Given(Session.self, Self.asked + [.hidden(Self.hiding)]).when(.merge(Self.merging)).then(.questionHidden)
        Given(Session.self, SessionTests.live).when(.merge(Self.merging)).then(.questionUnknown)
    }

    @Test func `merged and hidden questions are not answered`() {
        Given(Session.self, Self.asked + [.merged(Self.merging)]).when(.answer(Self.spoken)).then(.questionMerged)
        Given(Session.self, Self.asked + [.hidden(Self.hiding)]).when(.answer(Self.spoken)).then(.questionHidden)
    }

    @Test func `a question can be hidden at any time, also after the end`() {
        Given(Session.self, Self.asked).when(.hide(Self.hiding)).then(.hidden(Self.hiding))
        Given(Session.self, Self.asked + [.ended(SessionEnded(reason: .host))]).when(.hide(Self.hiding)).then(.hidden(Self.hiding))
        Given(Session.self, Self.asked + [.hidden(Self.hiding)]).when(.hide(Self.hiding)).thenNothing()
        Given(Session.self, SessionTests.live).when(.hide(Self.hiding)).then(.questionUnknown)
    }
}
