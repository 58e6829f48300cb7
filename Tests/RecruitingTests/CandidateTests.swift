import EventSourcing
import Recruiting
import Testing

@Suite struct CandidateTests {
    let registered: [Candidate.Event] = [.registered(CandidateRegistered())]
    let profile = ProfileSealed(sealed: Story.sealed)
    let consent = try! ConsentGiven(recipient: Story.company, noticeVersion: "2026-01")
    let withdrawal = ConsentWithdrawn(recipient: Story.company)
    let destruction = SubjectKeyDestroyed(key: Story.key)

    @Test func `a candidate registers once`() {
        Given(Candidate.self).when(.register).then(.registered(CandidateRegistered()))
        Given(Candidate.self, registered).when(.register).thenNothing()
        Given(Candidate.self).when(.sealProfile(profile)).then(.notRegistered)
    }

    @Test func `a profile is sealed once in the same form`() {
        Given(Candidate.self, registered).when(.sealProfile(profile)).then(.profileSealed(profile))
        Given(Candidate.self, registered + [.profileSealed(profile)]).when(.sealProfile(profile)).thenNothing()
    }

    @Test func `consent is given and withdrawn by company`() throws {
        let newer = try ConsentGiven(recipient: Story.company, noticeVersion: "2026-02")
        Given(Candidate.self, registered).when(.giveConsent(consent)).then(.consentGiven(consent))
        Given(Candidate.self, registered + [.consentGiven(consent)]).when(.giveConsent(consent)).thenNothing()
        Given(Candidate.self, registered + [.consentGiven(consent)]).when(.giveConsent(newer)).then(.consentGiven(newer))
        Given(Candidate.self, registered + [.consentGiven(consent)]).when(.withdrawConsent(withdrawal)).then(.consentWithdrawn(withdrawal))
        Given(Candidate.self, registered + [.consentGiven(consent), .consentWithdrawn(withdrawal)]).when(.withdrawConsent(withdrawal))
            .thenNothing()
    }

    @Test func `after a request for erasure nothing more is processed`() {
        let erasing = registered + [.profileSealed(profile), .erasureRequested(ErasureRequested())]
        Given(Candidate.self, registered).when(.requestErasure).then(.erasureRequested(ErasureRequested()))
        Given(Candidate.self, erasing).when(.requestErasure).thenNothing()
        Given(Candidate.self, erasing).when(.sealProfile(profile)).then(.erasureRequested)
        Given(Candidate.self, erasing).when(.giveConsent(consent)).then(.erasureRequested)
        Given(Candidate.self, erasing).when(.register).then(.erasureRequested)
        Given(Candidate.self, erasing).when(.withdrawConsent(withdrawal)).thenNothing()
        #expect(Candidate.fold(erasing).isErased)
    }

    @Test func `a key is destroyed once, and only after a request for erasure`() {
        let sealed = registered + [.profileSealed(profile)]
        let erasing = sealed + [.erasureRequested(ErasureRequested())]
        Given(Candidate.self, sealed).when(.destroyKey(destruction)).then(.erasureNotRequested)
        Given(Candidate.self, erasing).when(.destroyKey(destruction)).then(.keyDestroyed(destruction))
        Given(Candidate.self, erasing + [.keyDestroyed(destruction)]).when(.destroyKey(destruction)).thenNothing()
    }

    @Test(arguments: ["", "张三", "13800138000", "version 1", String(repeating: "1.", count: 11)])
    func `a consent names a version of the notice, and nothing of a person`(version: String) {
        #expect(throws: Invalid.self) { try ConsentGiven(recipient: Story.company, noticeVersion: version) }
    }
}
