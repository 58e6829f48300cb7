import EventSourcing
import Recruiting
import Testing

@Suite struct JobTests {
    let posted = Job.Event.posted(Story.posting())
    let vetted = Job.Event.vetted(Story.vetting)
    let findings = try! JobRejected(by: Story.reviewer, findings: ["薪资不实"])
    let withdrawal = try! JobWithdrawn(reason: "停止招聘")

    @Test func `a job is posted once`() {
        Given(Job.self).when(.post(Story.posting(), at: Story.now)).then(posted)
        Given(Job.self, posted).when(.post(Story.posting(), at: Story.now)).thenNothing()
        Given(Job.self, posted).when(.post(Story.posting(openings: 9), at: Story.now)).then(.alreadyPosted)
    }

    @Test func `a job is valid through today in China at least`() {
        let today = Story.posting(validThrough: Story.day("2026-01-05"))
        Given(Job.self).when(.post(today, at: Story.at("2026-01-05T15:59:59Z"))).then(.posted(today))
        Given(Job.self).when(.post(today, at: Story.at("2026-01-05T16:00:00Z"))).then(.expired)
    }

    @Test func `nothing happens to a job that was never posted`() {
        Given(Job.self).when(.fill).then(.notPosted)
    }

    @Test func `vetting is recorded once and not beyond the last day`() {
        Given(Job.self, posted).when(.vet(Story.vetting, at: Story.now)).then(vetted)
        Given(Job.self, posted, vetted).when(.vet(try! JobVetted(by: Story.host, version: 1), at: Story.now)).thenNothing()
        Given(Job.self, posted).when(.vet(Story.vetting, at: Story.at("2026-04-01T00:00:00+08:00"))).then(
            .expired
        )
    }

    @Test func `a rejection takes back a vetting`() {
        Given(Job.self, posted, vetted).when(.reject(findings)).then(.rejected(findings))
        Given(Job.self, posted, .rejected(findings)).when(.reject(findings)).thenNothing()
        #expect(Job.fold([posted, vetted, .rejected(findings)]).fault(on: Story.today) == .jobNotVetted)
    }

    @Test(arguments: [
        try! JobRevised(pay: Pay(minimum: 1, maximum: 2, unit: .day)), try! JobRevised(texts: [.place: "别处"]),
        try! JobRevised(texts: [.conditions: "会两门语言"]), try! JobRevised(region: Region("440105")),
    ])
    func `a revision of pay, place or conditions needs vetting again`(revision: JobRevised) {
        Given(Job.self, posted, vetted).when(.revise(revision, at: Story.now)).then(.revised(revision))
        let revised = Job.fold([posted, vetted, .revised(revision)])
        #expect(revised.fault(on: Story.today) == .jobNotVetted)
        #expect(Job.fold([posted, vetted, .revised(revision), vetted]).fault(on: Story.today) == nil)
    }

    @Test func `a revision of other fields leaves the vetting`() throws {
        let revision = try JobRevised(texts: [.title: "后端工程师", .duties: "开发"], validThrough: Story.day("2026-05-01"))
        #expect(Job.fold([posted, vetted, .revised(revision)]).fault(on: Story.day("2026-05-01")) == nil)
    }

    @Test func `a revision records only what differs`() throws {
        let same = try JobRevised(texts: [.title: "软件开发工程师"], pay: Story.posting().pay)
        Given(Job.self, posted).when(.revise(same, at: Story.now)).thenNothing()
        let mixed = try JobRevised(texts: [.title: "软件开发工程师", .occupation: "开发"])
        Given(Job.self, posted).when(.revise(mixed, at: Story.now)).then(.revised(try JobRevised(texts: [.occupation: "开发"])))
    }

    @Test func `a revision into the past is rejected and one that prolongs an expired job is not`() throws {
        let past = try JobRevised(validThrough: Story.day("2026-01-04"))
        Given(Job.self, posted).when(.revise(past, at: Story.now)).then(.expired)
        let longer = try JobRevised(validThrough: Story.day("2026-05-01"))
        Given(Job.self, posted).when(.revise(longer, at: Story.at("2026-04-01T00:00:00+08:00"))).then(.revised(longer))
    }

    @Test func `a rejected job is looked at again after any revision`() throws {
        for revision in [
            try JobRevised(texts: [.title: "后端工程师"]), try JobRevised(texts: [.duties: "开发"]), try JobRevised(texts: [.conditions: "会两门语言"]),
            try JobRevised(validThrough: Story.day("2026-05-01")),
        ] {
            #expect(Job.fold([posted, vetted, .rejected(findings), .revised(revision)]) == .open(try revised(revision), .pending))
        }
        let same = try JobRevised(texts: [.title: Story.posting().title])
        Given(Job.self, posted, .rejected(findings)).when(.revise(same, at: Story.now)).thenNothing()
    }

    @Test func `openings change, and none left fill the job`() {
        Given(Job.self, posted).when(.changeOpenings(5)).then(.openingsChanged(.init(openings: 5)))
        Given(Job.self, posted).when(.changeOpenings(3)).thenNothing()
        Given(Job.self, posted).when(.changeOpenings(0)).then(.openingsChanged(.init(openings: 0)), .filled(.init()))
        Given(Job.self, posted).when(.changeOpenings(-1)).then(.openingsOutOfRange)
        Given(Job.self, posted).when(.changeOpenings(100_001)).then(.openingsOutOfRange)
    }

    @Test func `a job closes once and for good`() {
        Given(Job.self, posted).when(.fill).then(.filled(.init()))
        Given(Job.self, posted, .filled(.init())).when(.fill).thenNothing()
        Given(Job.self, posted, .filled(.init())).when(.changeOpenings(0)).thenNothing()
        Given(Job.self, posted, .filled(.init())).when(.changeOpenings(2)).then(.closed(.filled))
        Given(Job.self, posted).when(.withdraw(withdrawal)).then(.withdrawn(withdrawal))
        Given(Job.self, posted, .withdrawn(withdrawal)).when(.withdraw(withdrawal)).thenNothing()
        Given(Job.self, posted, .withdrawn(withdrawal)).when(.fill).then(.closed(.withdrawn))
        Given(Job.self, posted, .expired(.init())).when(.withdraw(withdrawal)).then(.closed(.expired))
    }

    @Test func `a job expires the day after its last day`() {
        Given(Job.self, posted).when(.expire(at: Story.at("2026-03-31T23:59:59+08:00"))).then(
            .stillValid(through: Story.day("2026-03-31"))
        )
        Given(Job.self, posted).when(.expire(at: Story.at("2026-04-01T00:00:00+08:00"))).then(.expired(.init()))
        Given(Job.self, posted, .expired(.init())).when(.expire(at: Story.now)).thenNothing()
    }

    @Test func `what may not be shown says why`() {
        #expect(Job.fold([]).fault(on: Story.today) == .jobNotPosted)
        #expect(Job.fold([posted]).fault(on: Story.today) == .jobNotVetted)
        #expect(Story.vettedJob.fault(on: Story.day("2026-03-31")) == nil)
        #expect(Story.vettedJob.fault(on: Story.day("2026-04-01")) == .jobExpired)
        #expect(Job.fold([posted, vetted, .withdrawn(withdrawal)]).fault(on: Story.today) == .jobWithdrawn)
        #expect(Job.fold([posted, vetted, .filled(.init())]).fault(on: Story.today) == .noOpeningsLeft)
        #expect(Job.fold([posted, vetted, .expired(.init())]).fault(on: Story.today) == .jobExpired)
        #expect(Job.fold([posted, vetted, .openingsChanged(.init(openings: 0))]).fault(on: Story.today) == .noOpeningsLeft)
    }

    private func revised(_ revision: JobRevised) throws -> JobPosted {
        try #require(Job.fold([posted, .revised(revision)]).posting)
    }
}
