import EventSourcing
import Recruiting
import Testing

@Suite struct PositionTests {
    let posted = Position.Event.posted(Story.posting())
    let vetted = Position.Event.vetted(PositionVetted(by: Story.reviewer))
    let findings = try! PositionRejected(by: Story.reviewer, findings: ["薪资不实"])
    let withdrawal = try! PositionWithdrawn(reason: "停止招聘")

    @Test func `a position is posted once`() {
        Given(Position.self).when(.post(Story.posting(), at: Story.now)).then(posted)
        Given(Position.self, posted).when(.post(Story.posting(), at: Story.now)).thenNothing()
        Given(Position.self, posted).when(.post(Story.posting(openings: 9), at: Story.now)).then(.alreadyPosted)
    }

    @Test func `a position is valid through today in China at least`() {
        let today = Story.posting(validThrough: Story.day("2026-01-05"))
        Given(Position.self).when(.post(today, at: Story.at("2026-01-05T15:59:59Z"))).then(.posted(today))
        Given(Position.self).when(.post(today, at: Story.at("2026-01-05T16:00:00Z"))).then(.expired)
    }

    @Test func `nothing happens to a position that was never posted`() {
        Given(Position.self).when(.fill).then(.notPosted)
    }

    @Test func `vetting is recorded once and not beyond the last day`() {
        Given(Position.self, posted).when(.vet(PositionVetted(by: Story.reviewer), at: Story.now)).then(vetted)
        Given(Position.self, posted, vetted).when(.vet(PositionVetted(by: Story.host), at: Story.now)).thenNothing()
        Given(Position.self, posted).when(.vet(PositionVetted(by: Story.reviewer), at: Story.at("2026-04-01T00:00:00+08:00"))).then(
            .expired
        )
    }

    @Test func `a rejection takes back a vetting`() {
        Given(Position.self, posted, vetted).when(.reject(findings)).then(.rejected(findings))
        Given(Position.self, posted, .rejected(findings)).when(.reject(findings)).thenNothing()
        #expect(Position.fold([posted, vetted, .rejected(findings)]).fault(on: Story.today) == .positionNotVetted)
    }

    @Test(arguments: [
        try! PositionRevised(pay: Pay(minimum: 1, maximum: 2, unit: .day)), try! PositionRevised(texts: [.place: "别处"]),
        try! PositionRevised(texts: [.conditions: "会两门语言"]), try! PositionRevised(region: Region("440105")),
    ])
    func `a revision of pay, place or conditions needs vetting again`(revision: PositionRevised) {
        Given(Position.self, posted, vetted).when(.revise(revision, at: Story.now)).then(.revised(revision))
        let revised = Position.fold([posted, vetted, .revised(revision)])
        #expect(revised.fault(on: Story.today) == .positionNotVetted)
        #expect(Position.fold([posted, vetted, .revised(revision), vetted]).fault(on: Story.today) == nil)
    }

    @Test func `a revision of other fields leaves the vetting`() throws {
        let revision = try PositionRevised(texts: [.title: "后端工程师", .duties: "开发"], validThrough: Story.day("2026-05-01"))
        #expect(Position.fold([posted, vetted, .revised(revision)]).fault(on: Story.day("2026-05-01")) == nil)
    }

    @Test func `a revision records only what differs`() throws {
        let same = try PositionRevised(texts: [.title: "软件开发工程师"], pay: Story.posting().pay)
        Given(Position.self, posted).when(.revise(same, at: Story.now)).thenNothing()
        let mixed = try PositionRevised(texts: [.title: "软件开发工程师", .occupation: "开发"])
        Given(Position.self, posted).when(.revise(mixed, at: Story.now)).then(.revised(try PositionRevised(texts: [.occupation: "开发"])))
    }

    @Test func `a revision into the past is rejected and one that prolongs an expired position is not`() throws {
        let past = try PositionRevised(validThrough: Story.day("2026-01-04"))
        Given(Position.self, posted).when(.revise(past, at: Story.now)).then(.expired)
        let longer = try PositionRevised(validThrough: Story.day("2026-05-01"))
        Given(Position.self, posted).when(.revise(longer, at: Story.at("2026-04-01T00:00:00+08:00"))).then(.revised(longer))
    }

    @Test func `a rejected position is looked at again after such a revision`() throws {
        let title = try PositionRevised(texts: [.title: "后端工程师"])
        let conditions = try PositionRevised(texts: [.conditions: "会两门语言"])
        #expect(Position.fold([posted, .rejected(findings), .revised(title)]) == .open(try revised(title), .rejected(findings)))
        #expect(Position.fold([posted, .rejected(findings), .revised(conditions)]) == .open(try revised(conditions), .pending))
    }

    @Test func `openings change, and none left fill the position`() {
        Given(Position.self, posted).when(.changeOpenings(5)).then(.openingsChanged(.init(openings: 5)))
        Given(Position.self, posted).when(.changeOpenings(3)).thenNothing()
        Given(Position.self, posted).when(.changeOpenings(0)).then(.openingsChanged(.init(openings: 0)), .filled(.init()))
        Given(Position.self, posted).when(.changeOpenings(-1)).then(.openingsOutOfRange)
        Given(Position.self, posted).when(.changeOpenings(100_001)).then(.openingsOutOfRange)
    }

    @Test func `a position closes once and for good`() {
        Given(Position.self, posted).when(.fill).then(.filled(.init()))
        Given(Position.self, posted, .filled(.init())).when(.fill).thenNothing()
        Given(Position.self, posted, .filled(.init())).when(.changeOpenings(0)).thenNothing()
        Given(Position.self, posted, .filled(.init())).when(.changeOpenings(2)).then(.closed(.filled))
        Given(Position.self, posted).when(.withdraw(withdrawal)).then(.withdrawn(withdrawal))
        Given(Position.self, posted, .withdrawn(withdrawal)).when(.withdraw(withdrawal)).thenNothing()
        Given(Position.self, posted, .withdrawn(withdrawal)).when(.fill).then(.closed(.withdrawn))
        Given(Position.self, posted, .expired(.init())).when(.withdraw(withdrawal)).then(.closed(.expired))
    }

    @Test func `a position expires the day after its last day`() {
        Given(Position.self, posted).when(.expire(at: Story.at("2026-03-31T23:59:59+08:00"))).then(
            .stillValid(through: Story.day("2026-03-31"))
        )
        Given(Position.self, posted).when(.expire(at: Story.at("2026-04-01T00:00:00+08:00"))).then(.expired(.init()))
        Given(Position.self, posted, .expired(.init())).when(.expire(at: Story.now)).thenNothing()
    }

    @Test func `what may not be shown says why`() {
        #expect(Position.fold([]).fault(on: Story.today) == .positionNotPosted)
        #expect(Position.fold([posted]).fault(on: Story.today) == .positionNotVetted)
        #expect(Story.vettedPosition.fault(on: Story.day("2026-03-31")) == nil)
        #expect(Story.vettedPosition.fault(on: Story.day("2026-04-01")) == .positionExpired)
        #expect(Position.fold([posted, vetted, .withdrawn(withdrawal)]).fault(on: Story.today) == .positionWithdrawn)
        #expect(Position.fold([posted, vetted, .filled(.init())]).fault(on: Story.today) == .noOpeningsLeft)
        #expect(Position.fold([posted, vetted, .expired(.init())]).fault(on: Story.today) == .positionExpired)
        #expect(Position.fold([posted, vetted, .openingsChanged(.init(openings: 0))]).fault(on: Story.today) == .noOpeningsLeft)
    }

    private func revised(_ revision: PositionRevised) throws -> PositionPosted {
        try #require(Position.fold([posted, .revised(revision)]).posting)
    }
}
