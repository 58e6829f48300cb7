import Recruiting
import Testing

@Suite struct RejectionTests {
    static let id = Story.job
    static let all: [any Rejection] =
        company + job + session + question + submission
        + [
            Candidate.Rejection.notRegistered, Candidate.Rejection.erasureRequested, Candidate.Rejection.erasureNotRequested,
            Audience.Rejection.jobMissing, Audience.Rejection.outOfTime, Series.Rejection.notOpened, Series.Rejection.alreadyOpened,
            Policy.Rejection.notPublished, Policy.Rejection.alreadyPublished, Policy.Rejection.expired, Policy.Rejection.validityPast,
        ]
    static let company: [any Rejection] = [
        Company.Rejection.notRegistered, Company.Rejection.alreadyRegistered, Company.Rejection.reverificationPast,
        Company.Rejection.reverificationTooFar(latest: Story.today),
    ]
    static let job: [any Rejection] = [
        Job.Rejection.notPosted, Job.Rejection.alreadyPosted, Job.Rejection.closed(.filled),
        Job.Rejection.closed(.withdrawn), Job.Rejection.closed(.expired), Job.Rejection.expired,
        Job.Rejection.stillValid(through: Story.today), Job.Rejection.openingsOutOfRange,
    ]
    static let session: [any Rejection] =
        [
            .notScheduled, .alreadyScheduled, .notLive, .alreadyStarted, .interrupted, .ended, .cancelled, .notEnded, .notOnShelf(id),
            .shelfFull, .minimumDisplay(remainingMs: 1), .policyNotShowable,
        ] as [Session.Rejection]
        + ListingFault.allCases.map { Session.Rejection.unlistable([.init(job: id, fault: $0)]) }
    static let question: [any Rejection] =
        [
            .unknown, .taken, .holdsPersonalData, .hidden, .answered, .merged, .mergedIntoItself, .answerWithoutText, .session(.notLive),
        ] as [Question.Rejection]
    static let submission: [any Rejection] =
        [
            .notMade, .closed, .consentNamesAnother(recipient: Story.company, receiver: Story.otherCompany), .erasureRequested,
            .sessionNotOpen, .notInSession, .cardVersionUnknown, .notViewed, .notHired, .consentWithdrawn, .notOverdue,
            .retentionTooEarly(from: Story.today),
            .retentionChecked,
        ] as [Submission.Rejection] + ListingFault.allCases.map { Submission.Rejection.unlistable($0) }

    @Test(arguments: all.map { ($0.code, $0.explanation) })
    func `a code is kebab case and an explanation a sentence`(code: String, explanation: String) {
        #expect(code.allSatisfy { $0.isLowercase || $0 == "-" } && !code.hasPrefix("-") && !code.hasSuffix("-"))
        #expect(explanation.last == "." && explanation.first?.isUppercase == true)
    }

    @Test func `one code has one explanation, but for what a closed job is`() {
        let explanations = Dictionary(grouping: Self.all, by: \.code).mapValues { Set($0.map(\.explanation)).count }
        let several = explanations.filter { $0.value > 1 }.keys.sorted()
        #expect(several == ["job-expired", "job-withdrawn"])
    }

    @Test func `a batch of unlistable jobs names the first and counts the rest`() {
        let rejection = Session.Rejection.unlistable([
            .init(job: Story.job, fault: .jobNotVetted), .init(job: Story.otherJob, fault: .jobExpired),
        ])
        #expect(rejection.code == "job-not-vetted")
        #expect(rejection.explanation.contains("\(Story.job); 1 more"))
    }
}
