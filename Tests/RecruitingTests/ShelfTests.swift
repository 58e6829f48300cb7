import EventSourcing
import Recruiting
import Testing

@Suite struct ShelfTests {
    static let a = Story.card(Story.job)
    static let b = Story.card(Story.otherJob)
    static let shelved = Session.Event.shelved(JobsShelved(jobs: [ShelfItem(a), ShelfItem(b)]))
    static let live = SessionTests.live + [shelved]
    static let featuringA = live + [.featured(JobFeatured(card: a, at: Story.now))]
    static func after(_ seconds: Int) -> Timestamp { Story.now.advanced(by: .seconds(seconds)) }

    /// Each way to fail a rule of vetting.
    static let faults: [(Listing, ListingFault)] = [
        (Story.listing(company: Company.fold([.registered(Story.registration)])), .companyNotVerified),
        (
            Story.listing(
                company: Company.fold([.registered(Story.registration), .verified(Story.verification(until: Story.day("2026-01-04")))])
            ),
            .companyVerificationLapsed
        ),
        (
            Story.listing(
                company: Company.fold([
                    .registered(Story.registration), .suspended(try! CompanySuspended(by: Story.reviewer, reason: "投诉")),
                ])
            ), .companySuspended
        ),
        (
            Story.listing(
                company: Company.fold([
                    .registered(Story.registration), .verified(Story.verification()),
                    .blacklisted(try! CompanyBlacklisted(Story.registration.uscc, by: Story.reviewer, reason: "收取押金")),
                ])
            ), .companyBlacklisted
        ),
        (Story.listing(state: Job.fold([])), .jobNotPosted),
        (Story.listing(state: Job.fold([.posted(Story.posting())])), .jobNotVetted),
        (Story.listing(state: Job.fold([.posted(Story.posting(validThrough: Story.day("2026-01-04")))])), .jobExpired),
        (
            Story.listing(state: Job.fold([.posted(Story.posting()), .withdrawn(try! JobWithdrawn(reason: "停招"))])),
            .jobWithdrawn
        ),
        (Story.listing(state: Job.fold([.posted(Story.posting()), .filled(JobFilled())])), .noOpeningsLeft),
    ]

    @Test func `jobs go on the shelf before and while live`() {
        let listings = [Story.listing(Story.job), Story.listing(Story.otherJob)]
        Given(Session.self, SessionTests.scheduled).when(.shelve(listings, at: Story.now)).then(Self.shelved)
        Given(Session.self, SessionTests.live).when(.shelve(listings, at: Story.now)).then(Self.shelved)
        Given(Session.self, SessionTests.interrupted).when(.shelve(listings, at: Story.now)).then(.interrupted)
        Given(Session.self, SessionTests.ended).when(.shelve(listings, at: Story.now)).then(.ended)
        Given(Session.self).when(.shelve(listings, at: Story.now)).then(.notScheduled)
    }

    @Test func `what is on the shelf or named twice is shelved once`() {
        let listings = [Story.listing(Story.job), Story.listing(Story.job)]
        Given(Session.self, SessionTests.live).when(.shelve(listings, at: Story.now))
            .then(.shelved(JobsShelved(jobs: [ShelfItem(Self.a)])))
        Given(Session.self, Self.live).when(.shelve(listings, at: Story.now)).thenNothing()
    }

    @Test func `a newer version takes the place of the one on the shelf`() {
        let newer = Story.listing(Story.job, version: 3)
        let renewed = Session.Event.shelved(JobsShelved(jobs: [ShelfItem(try! newer.card(on: Story.today))]))
        Given(Session.self, Self.live).when(.shelve([newer, Story.listing(Story.otherJob)], at: Story.now)).then(renewed)
        #expect(Session.fold(Self.live + [renewed]).shelf[Story.job]?.version == 3)
        #expect(Session.fold(Self.live + [renewed]).shelf.count == 2)
    }

    @Test(arguments: faults) func `nothing that fails a rule of vetting is shelved or featured`(listing: Listing, fault: ListingFault) {
        let rejection = Session.Rejection.unlistable([.init(job: Story.job, fault: fault)])
        Given(Session.self, SessionTests.live).when(.shelve([listing], at: Story.now)).then(rejection)
        Given(Session.self, Self.live).when(.feature(listing, override: true, at: Story.now)).then(rejection)
        #expect(rejection.code == fault.rawValue)
    }

    @Test func `every fault of a listing is tried`() {
        #expect(Set(Self.faults.map(\.1)) == Set(ListingFault.allCases))
    }

    @Test func `one bad job keeps the whole batch off the shelf`() {
        let bad = Story.listing(Story.otherJob, state: Job.fold([.posted(Story.posting())]))
        Given(Session.self, SessionTests.live).when(.shelve([Story.listing(), bad], at: Story.now))
            .then(.unlistable([.init(job: Story.otherJob, fault: .jobNotVetted)]))
    }

    @Test func `a long list is shelved in several events and a shelf has an end`() {
        let listings = (0...Session.shelfLimit).map { Story.listing(Story.id(number: $0, Job.self)) }
        Given(Session.self, SessionTests.live).when(.shelve(listings, at: Story.now)).then(.shelfFull)
        guard
            case .success(let events) = Given(Session.self, SessionTests.live).when(.shelve(Array(listings.prefix(2_500)), at: Story.now))
                .result
        else {
            Issue.record("2,500 jobs fit")
            return
        }
        #expect(events.count == 3)
        #expect(Session.fold(SessionTests.live + events).shelf.count == 2_500)
    }

    @Test func `taking a job off the shelf takes its card down first`() {
        Given(Session.self, Self.live).when(.unshelve(Story.job, at: Story.now)).then(.unshelved(.init(job: Story.job)))
        Given(Session.self, Self.featuringA).when(.unshelve(Story.job, at: Self.after(3)))
            .then(
                .unfeatured(.init(job: Story.job, cause: .unshelved, shownMs: 3000)),
                .unshelved(.init(job: Story.job))
            )
        Given(Session.self, Self.featuringA).when(.unshelve(Story.otherJob, at: Story.now))
            .then(.unshelved(.init(job: Story.otherJob)))
        Given(Session.self, SessionTests.live).when(.unshelve(Story.job, at: Story.now)).thenNothing()
        Given(Session.self, SessionTests.scheduled + [Self.shelved]).when(.unshelve(Story.job, at: Story.now))
            .then(.unshelved(.init(job: Story.job)))
        Given(Session.self, SessionTests.ended).when(.unshelve(Story.job, at: Story.now)).then(.ended)
    }

    @Test func `a card is featured from the shelf while live`() {
        let featured = Session.Event.featured(JobFeatured(card: Self.a, at: Story.now))
        let feature = Session.Command.feature(Story.listing(), override: false, at: Story.now)
        Given(Session.self, Self.live).when(feature).then(featured)
        Given(Session.self, SessionTests.live).when(feature).then(.notOnShelf(Story.job))
        Given(Session.self, SessionTests.scheduled + [Self.shelved]).when(feature).then(.notLive)
        Given(Session.self, Self.live + [.interrupted(SessionTests.interruption)]).when(feature).then(.interrupted)
        Given(Session.self, Self.live + [.ended(SessionEnded(reason: .host))]).when(feature).then(.ended)
        Given(Session.self, Self.featuringA).when(feature).thenNothing()
    }

    @Test func `another card replaces the one that is up after 45 seconds`() {
        Given(Session.self, Self.featuringA).when(.feature(Story.listing(Story.otherJob), override: false, at: Self.after(45)))
            .then(
                .unfeatured(.init(job: Story.job, cause: .replaced, shownMs: 45_000)),
                .featured(JobFeatured(card: Self.b, at: Self.after(45)))
            )
    }

    @Test func `before that only a host who overrides knowingly replaces it`() {
        let early = Story.now.advanced(by: .milliseconds(44_999))
        Given(Session.self, Self.featuringA).when(.feature(Story.listing(Story.otherJob), override: false, at: early))
            .then(.minimumDisplay(remainingMs: 1))
        Given(Session.self, Self.featuringA).when(.feature(Story.listing(Story.otherJob), override: true, at: early))
            .then(
                .unfeatured(.init(job: Story.job, cause: .replaced, shownMs: 44_999)),
                .featured(JobFeatured(card: Self.b, at: early, overridden: true))
            )
    }

    @Test func `an override that was not needed is not recorded`() {
        guard
            case .success(let events) = Given(Session.self, Self.featuringA)
                .when(.feature(Story.listing(Story.otherJob), override: true, at: Self.after(60))).result
        else {
            Issue.record("a card may be replaced after a minute")
            return
        }
        #expect(events.last == .featured(JobFeatured(card: Self.b, at: Self.after(60))))
    }

    @Test func `a newer version of the card that is up replaces it at once`() {
        Given(Session.self, Self.featuringA).when(.feature(Story.listing(version: 3), override: false, at: Self.after(1)))
            .then(
                .unfeatured(.init(job: Story.job, cause: .replaced, shownMs: 1000)),
                .featured(JobFeatured(card: Story.card(version: 3), at: Self.after(1)))
            )
    }

    @Test func `the host takes a card down under the same rule`() {
        let down = Session.Event.unfeatured(.init(job: Story.job, cause: .host, shownMs: 45_000))
        Given(Session.self, Self.featuringA).when(.unfeature(override: false, at: Self.after(45))).then(down)
        Given(Session.self, Self.featuringA).when(.unfeature(override: false, at: Self.after(40))).then(.minimumDisplay(remainingMs: 5000))
        Given(Session.self, Self.featuringA).when(.unfeature(override: true, at: Self.after(40)))
            .then(.unfeatured(.init(job: Story.job, cause: .host, shownMs: 40_000)))
        Given(Session.self, Self.live).when(.unfeature(override: false, at: Story.now)).thenNothing()
        Given(Session.self, SessionTests.ended).when(.unfeature(override: false, at: Story.now)).then(.ended)
    }

    @Test func `the end takes the card down`() {
        Given(Session.self, Self.featuringA).when(.end(.host, at: Self.after(10)))
            .then(.unfeatured(.init(job: Story.job, cause: .ended, shownMs: 10_000)), .ended(SessionEnded(reason: .host)))
    }

    @Test func `a clock that runs backwards shows a card for no time`() {
        Given(Session.self, Self.featuringA).when(.unfeature(override: true, at: Self.after(-5)))
            .then(.unfeatured(.init(job: Story.job, cause: .host, shownMs: 0)))
    }
}
