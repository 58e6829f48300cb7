import EventSourcing
import Recruiting
import Testing

@Suite struct QuestionTests {
    static let first = Story.id("f1", Question.self)
    static let second = Story.id("f2", Question.self)
    static func question(_ id: QuestionID = first, _ text: String = "包吃住吗？", job: JobID? = nil) -> QuestionAsked {
        try! QuestionAsked(question: id, session: Story.session, by: Story.viewer, text: text, job: job)
    }
    static let asked: [Question.Event] = [.asked(question())]
    static let other = Question.State.asked(question(second), .open)
    static let hiding = try! QuestionHidden(question: first, reason: "广告")
    static let merging = QuestionMerged(question: first, into: second)
    static let spoken = try! QuestionAnswered(question: first, mode: .live)
    static let written = try! QuestionAnswered(question: first, mode: .text, text: "包吃住")
    static let live = Session.fold(SessionTests.live)
    static let interrupted = Session.fold(SessionTests.interrupted)
    static let scheduled = Session.fold(SessionTests.scheduled)
    static let ended = Session.fold(SessionTests.ended)

    @Test func `viewers ask while the session runs`() {
        Given(Question.self).when(.ask(Self.question(), in: Self.live)).then(.asked(Self.question()))
        Given(Question.self).when(.ask(Self.question(), in: Self.interrupted)).then(.asked(Self.question()))
        Given(Question.self).when(.ask(Self.question(), in: Self.scheduled)).then(.session(.notLive))
        Given(Question.self).when(.ask(Self.question(), in: Self.ended)).then(.session(.ended))
    }

    @Test func `a question asked again is there already, another under its identifier is refused`() {
        Given(Question.self, Self.asked).when(.ask(Self.question(), in: Self.live)).thenNothing()
        Given(Question.self, Self.asked).when(.ask(Self.question(Self.first, "几点上班？"), in: Self.live)).then(.taken)
    }

    @Test(arguments: ["电话13800138000", "１３８００１３", "身份证 450102199901011234 行吗", "打 138 0013 8000 找我"])
    func `a question with a personal number is refused`(text: String) {
        Given(Question.self).when(.ask(Self.question(Self.first, text), in: Self.live)).then(.holdsPersonalData)
    }

    @Test(arguments: ["月薪 120000 元？", "2026-01-05 能到岗吗", "123456"]) func `shorter numbers are fine`(text: String) {
        Given(Question.self).when(.ask(Self.question(Self.first, text), in: Self.live)).then(.asked(Self.question(Self.first, text)))
    }

    @Test func `a question about a job names one on the shelf`() {
        let about = Self.question(job: Story.job)
        Given(Question.self).when(.ask(about, in: Session.fold(ShelfTests.live))).then(.asked(about))
        Given(Question.self).when(.ask(about, in: Self.live)).then(.session(.notOnShelf(Story.job)))
    }

    @Test func `a question is answered once`() throws {
        let mute = try QuestionAnswered(question: Self.first, mode: .text)
        Given(Question.self, Self.asked).when(.answer(Self.spoken, in: Self.live)).then(.answered(Self.spoken))
        Given(Question.self, Self.asked + [.answered(Self.spoken)]).when(.answer(Self.spoken, in: Self.live)).thenNothing()
        Given(Question.self, Self.asked + [.answered(Self.spoken)]).when(.answer(Self.written, in: Self.live)).then(.answered)
        Given(Question.self, Self.asked).when(.answer(mute, in: Self.live)).then(.answerWithoutText)
        Given(Question.self, Self.asked).when(.answer(Self.spoken, in: Self.ended)).then(.session(.ended))
        Given(Question.self).when(.answer(Self.spoken, in: Self.live)).then(.unknown)
    }

    @Test func `while interrupted questions are answered in writing only`() {
        Given(Question.self, Self.asked).when(.answer(Self.written, in: Self.interrupted)).then(.answered(Self.written))
        Given(Question.self, Self.asked).when(.answer(Self.spoken, in: Self.interrupted)).then(.session(.interrupted))
    }

    @Test func `questions are merged into one that stands`() {
        let merge = Question.Command.merge(Self.merging, with: Self.other, in: Self.live)
        Given(Question.self, Self.asked).when(merge).then(.merged(Self.merging))
        Given(Question.self, Self.asked + [.answered(Self.written)]).when(merge).then(.merged(Self.merging))
        Given(Question.self, Self.asked + [.merged(Self.merging)]).when(merge).thenNothing()
        Given(Question.self, Self.asked + [.hidden(Self.hiding)]).when(merge).then(.hidden)
        Given(Question.self).when(merge).then(.unknown)
        Given(Question.self, Self.asked).when(.merge(Self.merging, with: Self.other, in: Self.ended)).then(.session(.ended))
    }

    @Test(arguments: [
        (Question.State.unasked, Question.Rejection.unknown), (.asked(question(second), .merged), .merged),
        (.asked(question(second), .hidden), .hidden),
    ])
    func `a question is not merged into one that is not there or doesn't stand`(other: Question.State, rejection: Question.Rejection) {
        Given(Question.self, Self.asked).when(.merge(Self.merging, with: other, in: Self.live)).then(rejection)
    }

    @Test func `a question is not merged into itself`() {
        let itself = QuestionMerged(question: Self.first, into: Self.first)
        let command = Question.Command.merge(itself, with: .asked(Self.question(), .open), in: Self.live)
        Given(Question.self, Self.asked).when(command).then(.mergedIntoItself)
    }

    @Test func `merged and hidden questions are not answered`() {
        Given(Question.self, Self.asked + [.merged(Self.merging)]).when(.answer(Self.spoken, in: Self.live)).then(.merged)
        Given(Question.self, Self.asked + [.hidden(Self.hiding)]).when(.answer(Self.spoken, in: Self.live)).then(.hidden)
    }

    @Test func `a question can be hidden at any time, whatever has become of it`() {
        for fate in [[], [.merged(Self.merging)], [.answered(Self.written)]] as [[Question.Event]] {
            Given(Question.self, Self.asked + fate).when(.hide(Self.hiding)).then(.hidden(Self.hiding))
        }
        Given(Question.self, Self.asked + [.hidden(Self.hiding)]).when(.hide(Self.hiding)).thenNothing()
        Given(Question.self).when(.hide(Self.hiding)).then(.unknown)
    }

    @Test func `a question belongs to the session in which it was asked`() {
        #expect(Question.fold(Self.asked).asked(in: Story.session) == Self.question())
        #expect(Question.fold(Self.asked).asked(in: Story.id("00", Session.self)) == nil)
        #expect(Question.initial.asked(in: Story.session) == nil)
    }
}
