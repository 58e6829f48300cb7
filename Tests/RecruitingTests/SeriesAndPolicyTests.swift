import EventSourcing
import Recruiting
import Testing

@Suite struct SeriesTests {
    let details = try! SeriesOpened(title: "直播带岗", brand: "就业暖心·桂在行动", organisers: ["人社"])

    @Test func `a series opens and closes once`() {
        Given(Series.self).when(.open(details)).then(.opened(details))
        Given(Series.self, .opened(details)).when(.open(details)).thenNothing()
        Given(Series.self, .opened(details)).when(.close).then(.closed(SeriesClosed()))
        Given(Series.self, .opened(details), .closed(SeriesClosed())).when(.close).thenNothing()
    }

    @Test func `a series that exists is not opened as another, nor one that doesn't closed`() throws {
        let other = try SeriesOpened(title: "别的", organisers: ["人社"])
        Given(Series.self, .opened(details)).when(.open(other)).then(.alreadyOpened)
        Given(Series.self, .opened(details), .closed(SeriesClosed())).when(.open(details)).then(.alreadyOpened)
        Given(Series.self).when(.close).then(.notOpened)
    }
}

@Suite struct PolicyTests {
    let id = Story.id("aa", Policy.self)
    let policy = try! PolicyPublished(
        title: "租房补贴",
        topic: "租房",
        summary: "到户籍地申请",
        region: Region("450000"),
        validThrough: Story.day("2026-01-31")
    )

    @Test func `a policy is published once`() throws {
        Given(Policy.self).when(.publish(policy, at: Story.now)).then(.published(policy))
        Given(Policy.self, .published(policy)).when(.publish(policy, at: Story.now)).thenNothing()
        let other = try PolicyPublished(title: "别的", topic: "租房", summary: "…", region: Region("450000"))
        Given(Policy.self, .published(policy)).when(.publish(other, at: Story.now)).then(.alreadyPublished)
        Given(Policy.self).when(.publish(policy, at: Story.at("2026-02-01T00:00:00+08:00"))).then(.validityPast)
    }

    @Test func `a revision records only what differs`() throws {
        let revision = try PolicyRevised(title: "租房补贴", summary: "网上申请")
        Given(Policy.self, .published(policy)).when(.revise(revision, at: Story.now)).then(.revised(try PolicyRevised(summary: "网上申请")))
        Given(Policy.self, .published(policy)).when(.revise(try PolicyRevised(title: "租房补贴"), at: Story.now)).thenNothing()
        Given(Policy.self).when(.revise(revision, at: Story.now)).then(.notPublished)
    }

    @Test func `a revision takes away what the policy has, and nothing is both given and taken away`() throws {
        let removal = try PolicyRevised(removed: [.validThrough, .link])
        let ended = Story.at("2026-02-01T00:00:00+08:00")
        Given(Policy.self, .published(policy)).when(.revise(removal, at: ended)).then(.revised(try PolicyRevised(removed: [.validThrough])))
        let open = Policy.fold([.published(policy), .revised(removal)])
        #expect(open.text?.validThrough == nil && open.card(id, version: 2, on: Story.day("2150-01-01")) != nil)
        let both = #expect(throws: Invalid.self) { try PolicyRevised(link: "https://example.org", removed: [.link]) }
        #expect(both?.field == "removed")
    }

    @Test func `a policy is overdue from the day after its last one until somebody says so`() {
        let state = Policy.fold([.published(policy)])
        #expect(!state.isOverdue(on: Story.day("2026-01-31")) && state.isOverdue(on: Story.day("2026-02-01")))
        #expect(!Policy.fold([.published(policy), .expired(PolicyExpired())]).isOverdue(on: Story.day("2026-02-01")))
    }

    @Test func `an expired policy changes no more`() throws {
        Given(Policy.self, .published(policy)).when(.expire).then(.expired(PolicyExpired()))
        Given(Policy.self, .published(policy), .expired(PolicyExpired())).when(.expire).thenNothing()
        Given(Policy.self, .published(policy), .expired(PolicyExpired())).when(.revise(try PolicyRevised(summary: "…"), at: Story.now))
            .then(.expired)
    }

    @Test func `a card shows the policy as revised while it is valid`() throws {
        let revised = Policy.fold([.published(policy), .revised(try PolicyRevised(summary: "网上申请"))])
        let card = try #require(revised.card(id, version: 2, on: Story.day("2026-01-31")))
        #expect((card.title, card.summary, card.version) == ("租房补贴", "网上申请", 2))
        #expect(revised.card(id, version: 2, on: Story.day("2026-02-01")) == nil)
        #expect(Policy.fold([.published(policy), .expired(PolicyExpired())]).card(id, version: 2, on: Story.today) == nil)
        #expect(Policy.initial.card(id, version: 0, on: Story.today) == nil)
    }
}
