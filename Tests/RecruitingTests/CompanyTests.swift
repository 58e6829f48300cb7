import EventSourcing
import Recruiting
import Testing

@Suite struct CompanyTests {
    let registered = Company.Event.registered(Story.registration)
    let verified = Company.Event.verified(Story.verification())
    let rejection = try! CompanyRejected(by: Story.reviewer, findings: ["执照已注销"])
    let suspension = try! CompanySuspended(by: Story.reviewer, reason: "投诉属实")

    @Test func `a company is registered once`() {
        Given(Company.self).when(.register(Story.registration)).then(registered)
        Given(Company.self, registered).when(.register(Story.registration)).thenNothing()
    }

    @Test func `registering it again with other details is rejected`() throws {
        let other = try CompanyRegistered(name: "别的名字", uscc: Story.registration.uscc, region: Story.registration.region)
        Given(Company.self, registered).when(.register(other)).then(.alreadyRegistered)
    }

    @Test func `an unknown company is not verified`() {
        Given(Company.self).when(.verify(Story.verification(), at: Story.now)).then(.notRegistered)
    }

    @Test func `a verification counts for six months at most`() {
        let last = Story.verification(until: Story.day("2026-07-05"))
        Given(Company.self, registered).when(.verify(last, at: Story.now)).then(.verified(last))
        Given(Company.self, registered).when(.verify(Story.verification(until: Story.day("2026-07-06")), at: Story.now))
            .then(.reverificationTooFar(latest: Story.day("2026-07-05")))
    }

    @Test func `a verification into the past is rejected`() {
        Given(Company.self, registered).when(.verify(Story.verification(until: Story.day("2026-01-04")), at: Story.now))
            .then(.reverificationPast)
    }

    @Test func `the same verification again changes nothing and a later one renews it`() {
        let later = Story.verification(until: Story.day("2026-07-01"))
        Given(Company.self, registered, verified).when(.verify(Story.verification(), at: Story.now)).thenNothing()
        Given(Company.self, registered, verified).when(.verify(later, at: Story.now)).then(.verified(later))
    }

    @Test func `rejecting and suspending are recorded once`() {
        Given(Company.self, registered).when(.reject(rejection)).then(.rejected(rejection))
        Given(Company.self, registered, .rejected(rejection)).when(.reject(rejection)).thenNothing()
        Given(Company.self, registered, verified).when(.suspend(suspension)).then(.suspended(suspension))
        Given(Company.self, registered, .suspended(suspension)).when(.suspend(suspension)).thenNothing()
    }

    @Test func `verifying lifts a suspension`() {
        let state = Company.fold([registered, verified, .suspended(suspension), verified])
        #expect(state.fault(on: Story.today) == nil)
    }

    @Test func `only a company verified up to today may show jobs`() {
        #expect(Company.fold([]).fault(on: Story.today) == .companyNotVerified)
        #expect(Company.fold([registered]).fault(on: Story.today) == .companyNotVerified)
        #expect(Company.fold([registered, .rejected(rejection)]).fault(on: Story.today) == .companyNotVerified)
        #expect(Company.fold([registered, verified, .suspended(suspension)]).fault(on: Story.today) == .companySuspended)
        #expect(Story.verifiedCompany.fault(on: Story.day("2026-06-30")) == nil)
        #expect(Story.verifiedCompany.fault(on: Story.day("2026-07-01")) == .companyVerificationLapsed)
    }

    @Test func `a company is known by its code alone`() throws {
        #expect(CompanyID(Story.registration.uscc).description == "369b099d-9ca6-5874-ab2f-05e6c23bae1d")
    }
}
