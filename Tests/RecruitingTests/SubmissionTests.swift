import EventSourcing
import Recruiting
import Testing

@Suite struct SubmissionTests {
    static let submitted: [Submission.Event] = [.submitted(Story.resume)]
    static let viewed = submitted + [.viewed(SubmissionViewed(by: Story.recruiter))]
    static let contact = CandidateContacted(by: Story.recruiter, method: .phone, outcome: .noAnswer)
    static let contacted = viewed + [.contacted(contact)]
    static let interview = try! InterviewScheduled(by: Story.recruiter, at: Story.at("2026-01-08T02:00:00Z"), place: "天河区")
    static let interviewed = contacted + [.interviewScheduled(interview)]
    static let offer = OfferMade(by: Story.recruiter, startsOn: Story.day("2026-01-12"))
    static let offered = interviewed + [.offerMade(offer)]
    static let hiring = CandidateHired(by: Story.recruiter, startsOn: Story.day("2026-01-12"), pay: Story.posting().pay)
    static let hired = offered + [.hired(hiring)]
    static let rejection = SubmissionRejected(by: Story.recruiter, reason: .filled, note: Story.sealed)
    static let withdrawal = SubmissionWithdrawn()
    static func submit(
        _ application: SubmissionDraft = Story.application(),
        listing: Listing = Story.listing(),
        session: [Session.Event]? = ShelfTests.live,
        candidate: Candidate.State = .registered(.init())
    ) -> Submission.Command {
        .submit(application, listing: listing, session: session.map { Session.fold($0) }, candidate: candidate, at: Story.now)
    }

    @Test func `a résumé is submitted with what the rules want on record`() {
        Given(Submission.self).when(Self.submit()).then(.submitted(Story.resume))
        #expect(Story.resume.consent.recipientName == "广州木棉云软件有限公司")
        #expect(Story.resume.respondBy == Story.at("2026-01-08T08:00:00Z"))
    }

    @Test(arguments: [submitted, viewed, hired, viewed + [.rejected(rejection)]])
    func `a repeat is answered with the first`(events: [Submission.Event]) {
        Given(Submission.self, events).when(Self.submit()).thenNothing()
        guard case .made(let tracking) = Submission.fold(events) else {
            Issue.record("a submission was made")
            return
        }
        #expect(tracking.resume == Story.resume)
    }

    @Test func `a withdrawn résumé may be submitted anew`() {
        let withdrawn = Self.contacted + [.withdrawn(Self.withdrawal)]
        Given(Submission.self, withdrawn).when(Self.submit()).then(.submitted(Story.resume))
        Given(Submission.self, withdrawn + Self.submitted).when(.view(SubmissionViewed(by: Story.recruiter)))
            .then(.viewed(SubmissionViewed(by: Story.recruiter)))
    }

    @Test func `consent names the company that receives the résumé`() {
        Given(Submission.self).when(Self.submit(Story.application(recipient: Story.otherCompany)))
            .then(.consentNamesAnother(recipient: Story.otherCompany, receiver: Story.company))
    }

    @Test(arguments: ShelfTests.faults) func `nobody applies for what may not be shown`(listing: Listing, fault: ListingFault) {
        Given(Submission.self).when(Self.submit(listing: listing)).then(.unlistable(fault))
    }

    @Test func `applying stays open in the replay until the job expires`() {
        let late = Submission.Command.submit(
            Story.application(),
            listing: Story.listing(),
            session: Session.fold(ShelfTests.live + [.ended(SessionEnded(reason: .host))]),
            candidate: .registered(.init()),
            at: Story.at("2026-03-31T23:59:59+08:00")
        )
        guard case .success(let events) = Given(Submission.self).when(late).result else {
            Issue.record("the job is valid")
            return
        }
        #expect(events.map(Self.channel) == [.replay])
    }

    @Test func `who asked for erasure applies no more`() {
        Given(Submission.self).when(Self.submit(candidate: .erasing(keys: []))).then(.erasureRequested)
    }

    static func channel(_ event: Submission.Event) -> Channel? {
        guard case .submitted(let resume) = event else { return nil }
        return resume.channel
    }

    @Test(
        arguments: [
            (ShelfTests.live, .live), (ShelfTests.live + [.interrupted(SessionTests.interruption)], .live),
            (ShelfTests.live + [.ended(SessionEnded(reason: .host))], .replay), (nil, .shelf),
        ] as [([Session.Event]?, Channel)]
    )
    func `the session tells the channel, not the candidate`(session: [Session.Event]?, channel: Channel) throws {
        #expect(try Given(Submission.self).when(Self.submit(session: session)).result.get().map(Self.channel) == [channel])
    }

    @Test(arguments: [Channel.walkIn, .phone]) func `staff say who came in person or called`(channel: Channel) throws {
        let result = Given(Submission.self).when(Self.submit(Story.application(session: nil, staffChannel: channel), session: nil)).result
        #expect(try result.get().map(Self.channel) == [channel])
    }

    @Test(arguments: [SessionTests.scheduled + [ShelfTests.shelved], SessionTests.cancelled])
    func `a session that is neither live nor over takes no résumés`(session: [Session.Event]) {
        Given(Submission.self).when(Self.submit(session: session)).then(.sessionNotOpen)
    }

    @Test(arguments: [SessionTests.live, SessionTests.ended]) func `a session takes résumés for its own shelf only`(
        session: [Session.Event]
    ) {
        Given(Submission.self).when(Self.submit(session: session)).then(.notInSession)
    }

    @Test func `the company reads a résumé until it is taken back, and only while it stands verified and the consent holds`() throws {
        let consent = try ConsentGiven(recipient: Story.company, noticeVersion: "1")
        let person = Candidate.fold([.registered(CandidateRegistered()), .consentGiven(consent)])
        let revoked = Candidate.fold([
            .registered(CandidateRegistered()), .consentGiven(consent), .consentWithdrawn(ConsentWithdrawn(recipient: Story.company)),
        ])
        let suspension = try CompanySuspended(by: Story.reviewer, reason: "投诉")
        let suspended = Company.fold([.registered(Story.registration), .verified(Story.verification()), .suspended(suspension)])
        let reason = SubmissionWithdrawn(reason: Story.sealed)
        guard case .made(let sent) = Submission.fold(Self.viewed),
            case .made(let taken) = Submission.fold(Self.viewed + [.withdrawn(reason)])
        else { preconditionFailure("both were made") }
        func reader(_ company: Company.State = Story.verifiedCompany, _ person: Candidate.State = person, on day: String = "2026-01-05")
            -> Submission.Reader
        { .receiver(company, candidate: person, on: Story.day(day)) }
        #expect(sent.resume(for: reader()) == Story.sealed)
        #expect(taken.resume(for: reader()) == nil && taken.withdrawal(for: reader()) == nil)
        #expect(taken.resume(for: .candidate) == Story.sealed && taken.withdrawal(for: .candidate) == Story.sealed)
        #expect(sent.resume(for: reader(suspended)) == nil)
        #expect(sent.resume(for: reader(on: "2026-07-01")) == nil)
        #expect(sent.resume(for: reader(Story.verifiedCompany, revoked)) == nil)
        #expect(sent.resume(for: reader(Story.verifiedCompany, .erasing(keys: []))) == nil)
    }

    @Test func `a case worker reads a résumé once its answer is overdue or its candidate hired`() throws {
        let consent = try ConsentGiven(recipient: Story.company, noticeVersion: "1")
        let person = Candidate.fold([.registered(CandidateRegistered()), .consentGiven(consent)])
        func read(_ events: [Submission.Event], _ person: Candidate.State) -> Sealed? {
            guard case .made(let tracking) = Submission.fold(events) else { return nil }
            return tracking.resume(for: .caseWorker(candidate: person))
        }
        #expect(read(Self.viewed, person) == nil)
        #expect(read(Self.viewed + [.responseOverdue(ResponseOverdue())], person) == Story.sealed)
        #expect(read(Self.hired, person) == Story.sealed)
        #expect(read(Self.hired, .erasing(keys: [])) == nil)
        #expect(read(Self.viewed + [.responseOverdue(ResponseOverdue()), .withdrawn(Self.withdrawal)], person) == nil)
    }

    @Test(arguments: [0, 3]) func `the card that was shown is a version of the job`(version: Int) {
        Given(Submission.self).when(Self.submit(Story.application(cardVersion: version))).then(.cardVersionUnknown)
    }

    @Test func `a company answers step by step`() {
        Given(Submission.self, Self.submitted).when(.view(SubmissionViewed(by: Story.recruiter))).then(Self.viewed[1])
        Given(Submission.self, Self.viewed).when(.contact(Self.contact)).then(.contacted(Self.contact))
        Given(Submission.self, Self.contacted).when(.scheduleInterview(Self.interview)).then(.interviewScheduled(Self.interview))
        Given(Submission.self, Self.interviewed).when(.makeOffer(Self.offer)).then(.offerMade(Self.offer))
        Given(Submission.self, Self.offered).when(.hire(Self.hiring)).then(.hired(Self.hiring))
    }

    static let answers: [Submission.Command] = [
        .contact(contact), .scheduleInterview(interview), .makeOffer(offer), .hire(hiring), .reject(rejection),
    ]

    @Test(arguments: answers) func `any answer may be the first, once the résumé was opened`(answer: Submission.Command) throws {
        Given(Submission.self, Self.submitted).when(answer).then(.notViewed)
        #expect(try Given(Submission.self, Self.viewed).when(answer).result.get().count == 1)
    }

    @Test func `a step repeated as it was changes nothing`() {
        Given(Submission.self, Self.interviewed).when(.view(SubmissionViewed(by: Story.recruiter))).thenNothing()
        Given(Submission.self, Self.interviewed).when(.scheduleInterview(Self.interview)).thenNothing()
        Given(Submission.self, Self.offered).when(.makeOffer(Self.offer)).thenNothing()
        Given(Submission.self, Self.hired).when(.hire(Self.hiring)).thenNothing()
        Given(Submission.self, Self.viewed + [.rejected(Self.rejection)]).when(.reject(Self.rejection)).thenNothing()
        let rating = try! ServiceRated(score: 4)
        Given(Submission.self, Self.hired + [.rated(rating)]).when(.rate(rating)).thenNothing()
    }

    @Test func `each attempt to reach somebody is recorded, and takes nobody back`() {
        Given(Submission.self, Self.contacted).when(.contact(Self.contact)).then(.contacted(Self.contact))
        let states = [Self.contacted, Self.interviewed, Self.offered].map { Submission.fold($0 + [.contacted(Self.contact)]) }
        #expect(states == [Self.contacted, Self.interviewed, Self.offered].map { Submission.fold($0) })
    }

    @Test func `another time of interview, another offer and another first day are recorded`() throws {
        let interview = try InterviewScheduled(by: Story.recruiter, at: Story.at("2026-01-09T02:00:00Z"), place: "天河区")
        Given(Submission.self, Self.interviewed).when(.scheduleInterview(interview)).then(.interviewScheduled(interview))
        let offer = OfferMade(by: Story.recruiter)
        Given(Submission.self, Self.offered).when(.makeOffer(offer)).then(.offerMade(offer))
        let hiring = CandidateHired(by: Story.recruiter, startsOn: Story.day("2026-02-01"), pay: Story.posting().pay)
        Given(Submission.self, Self.hired).when(.hire(hiring)).then(.hired(hiring))
        let checked = Self.hired + [.retentionChecked(RetentionChecked(day: .week, source: .candidate, employed: true))]
        Given(Submission.self, checked).when(.hire(hiring)).then(.closed)
    }

    @Test func `a case worker's help is no answer, and is given until the résumé is taken back`() {
        let help = CandidateFollowedUp(by: Story.recruiter, method: .phone, outcome: .reached)
        for events in [Self.submitted, Self.hired, Self.viewed + [.rejected(Self.rejection)]] {
            Given(Submission.self, events).when(.followUp(help)).then(.followedUp(help))
            #expect(Submission.fold(events + [.followedUp(help)]) == Submission.fold(events))
        }
        Given(Submission.self, Self.viewed + [.withdrawn(Self.withdrawal)]).when(.followUp(help)).then(.closed)
    }

    @Test(arguments: [viewed, contacted, interviewed, offered]) func `a recruiter may reject once the résumé is viewed`(
        events: [Submission.Event]
    ) {
        Given(Submission.self, events).when(.reject(Self.rejection)).then(.rejected(Self.rejection))
    }

    @Test(arguments: [submitted, viewed, contacted, interviewed, offered]) func `a candidate may withdraw until the decision`(
        events: [Submission.Event]
    ) {
        Given(Submission.self, events).when(.withdraw(Self.withdrawal)).then(.withdrawn(Self.withdrawal))
        Given(Submission.self, events + [.withdrawn(Self.withdrawal)]).when(.withdraw(Self.withdrawal)).thenNothing()
    }

    @Test func `what has come to its end is closed`() {
        Given(Submission.self, Self.hired).when(.withdraw(Self.withdrawal)).then(.closed)
        Given(Submission.self, Self.hired).when(.reject(Self.rejection)).then(.closed)
        Given(Submission.self, Self.hired).when(.makeOffer(Self.offer)).then(.closed)
        Given(Submission.self, Self.viewed + [.rejected(Self.rejection)]).when(.contact(Self.contact)).then(.closed)
        Given(Submission.self, Self.viewed + [.rejected(Self.rejection)]).when(.withdraw(Self.withdrawal)).then(.closed)
        Given(Submission.self, Self.viewed + [.withdrawn(Self.withdrawal)]).when(.contact(Self.contact)).then(.closed)
    }

    @Test func `nothing is tracked without a submission`() {
        Given(Submission.self).when(.makeOffer(Self.offer)).then(.notMade)
        Given(Submission.self).when(.withdraw(Self.withdrawal)).then(.notMade)
    }

    @Test func `a submission is delivered once, and not after a withdrawal`() {
        Given(Submission.self, Self.submitted).when(.deliver).then(.delivered(SubmissionDelivered()))
        Given(Submission.self, Self.submitted + [.delivered(SubmissionDelivered())]).when(.deliver).thenNothing()
        Given(Submission.self, Self.submitted + [.withdrawn(Self.withdrawal)]).when(.deliver).thenNothing()
    }

    @Test func `an answer is overdue once the promised time is over`() {
        let promised = Story.resume.respondBy
        let over = promised.advanced(by: .milliseconds(1))
        Given(Submission.self, Self.viewed).when(.markOverdue(at: promised)).then(.notOverdue)
        Given(Submission.self, Self.viewed).when(.markOverdue(at: over)).then(.responseOverdue(ResponseOverdue()))
        Given(Submission.self, Self.viewed + [.responseOverdue(ResponseOverdue())]).when(.markOverdue(at: over)).thenNothing()
        Given(Submission.self, Self.contacted).when(.markOverdue(at: over)).then(.notOverdue)
    }

    @Test func `candidate and case worker each tell on day 7 and day 30 of the work`() {
        let week = RetentionChecked(day: .week, source: .candidate, employed: true, paidAsPromised: true)
        let other = RetentionChecked(day: .week, source: .caseWorker, employed: false)
        let month = RetentionChecked(day: .month, source: .candidate, employed: true, paidAsPromised: false, housedAsPromised: false)
        let (day7, day30) = (Story.at("2026-01-19T00:00:00+08:00"), Story.at("2026-02-11T00:00:00+08:00"))
        Given(Submission.self, Self.hired).when(.checkRetention(week, at: day7)).then(.retentionChecked(week))
        Given(Submission.self, Self.hired + [.retentionChecked(week)]).when(.checkRetention(other, at: day7)).then(.retentionChecked(other))
        Given(Submission.self, Self.hired + [.retentionChecked(week)]).when(.checkRetention(month, at: day30)).then(
            .retentionChecked(month)
        )
        Given(Submission.self, Self.hired).when(.checkRetention(month, at: day7)).then(.retentionTooEarly(from: Story.day("2026-02-11")))
        Given(Submission.self, Self.hired + [.retentionChecked(week)]).when(.checkRetention(week, at: day30)).thenNothing()
        Given(Submission.self, Self.hired + [.retentionChecked(month)]).when(.checkRetention(week, at: day30)).then(.retentionChecked)
        Given(Submission.self, Self.offered).when(.checkRetention(week, at: day30)).then(.notHired)
    }

    @Test(arguments: [0, 6]) func `a rating is from one to five`(score: Int) {
        #expect(throws: Invalid(field: "score", reason: .outOfRange(1...5))) { try ServiceRated(score: score) }
    }
}
