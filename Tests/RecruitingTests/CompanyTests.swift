import EventSourcing
import Recruiting
import Testing

@Suite struct CompanyTests {
    let registered = Company.Event.registered(Story.registration)
    let verified = Company.Event.verified(Story.verification())
    let rejection = try! CompanyRejected(by: Story.reviewer, findings: ["执照已注销"])
    let suspension = try! CompanySuspended(by: Story.reviewer, reason: "投诉属实")
    let reinstatement = try! CompanyReinstated(by: Story.reviewer, reason: "已整改")
    let blacklisting = try! CompanyBlacklisted(Story.registration.uscc, by: Story.reviewer, reason: "收取押金")
    let clearing = try! CompanyCleared(by: Story.reviewer, reason: "申诉成立")
    var onFile: [Company.Event] { [registered] + Story.documents }

    @Test func `a company is registered once`() {
        Given(Company.self).when(.register(Story.registration)).then(registered)
        Given(Company.self, registered).when(.register(Story.registration)).thenNothing()
    }

    @Test func `registering it again with other details is rejected`() throws {
        let known = Story.registration
        let other = try CompanyRegistered(name: "别的名字", uscc: known.uscc, region: known.region, kind: known.kind)
        Given(Company.self, registered).when(.register(other)).then(.alreadyRegistered)
    }

    @Test func `agencies have a licence, and others none`() throws {
        func fields(_ kind: CompanyKind, _ licence: String?) -> String? {
            #expect(throws: Invalid.self) { try CompanyRevised(name: "木棉", region: Region("440100"), kind: kind, licence: licence) }?.field
        }
        #expect(fields(.agency, nil) == "licence" && fields(.agency, " ") == "licence")
        #expect(fields(.employer, "1") == "licence" && fields(.publicBody, "1") == "licence")
    }

    @Test func `an unknown company is neither verified nor changed`() throws {
        let revision = try CompanyRevised(name: "木棉", region: Region("440100"), kind: .employer)
        Given(Company.self).when(.verify(Story.verification(), at: Story.now)).then(.notRegistered)
        Given(Company.self).when(.revise(revision)).then(.notRegistered)
        Given(Company.self).when(.file(Story.document(1, .other), at: Story.now)).then(.notRegistered)
    }

    @Test func `corrected details must be verified again, and the same ones change nothing`() throws {
        let revision = try CompanyRevised(name: "木棉", region: Region("440100"), kind: .employer)
        Given(Company.self, registered, verified).when(.revise(revision)).then(.revised(revision))
        Given(Company.self, registered, .revised(revision)).when(.revise(revision)).thenNothing()
        let state = Company.fold([registered, verified, .suspended(suspension), .revised(revision)])
        #expect(state.details?.name == "木棉" && state.fault(on: Story.today) == .companySuspended)
        #expect(Company.fold([registered, verified, .revised(revision)]).fault(on: Story.today) == .companyNotVerified)
    }

    @Test func `a verification counts for six months at most`() {
        let last = Story.verification(until: Story.day("2026-07-05"))
        Given(Company.self, onFile).when(.verify(last, at: Story.now)).then(.verified(last))
        Given(Company.self, onFile).when(.verify(Story.verification(until: Story.day("2026-07-06")), at: Story.now))
            .then(.reverificationTooFar(latest: Story.day("2026-07-05")))
    }

    @Test func `a verification into the past is rejected`() {
        Given(Company.self, onFile).when(.verify(Story.verification(until: Story.day("2026-01-04")), at: Story.now))
            .then(.reverificationPast)
    }

    @Test func `the same verification again changes nothing and a later one renews it`() {
        let later = Story.verification(until: Story.day("2026-07-01"))
        Given(Company.self, onFile + [verified]).when(.verify(Story.verification(), at: Story.now)).thenNothing()
        Given(Company.self, onFile + [verified]).when(.verify(later, at: Story.now)).then(.verified(later))
    }

    @Test func `a verification wants the documents and checks of the company's kind`() throws {
        Given(Company.self, registered, Story.documents[0]).when(.verify(Story.verification(), at: Story.now))
            .then(.documentsMissing([.identityOfRepresentative, .authorisation]))
        let little = try CompanyVerified(by: Story.reviewer, checks: [.premises], reverifyBy: Story.day("2026-06-30"))
        Given(Company.self, onFile).when(.verify(little, at: Story.now)).then(.checksMissing([.creditCode, .representative]))
        let agency = Company.Event.registered(EventExamples.agency)
        let checks: [CompanyCheck] = [.creditCode, .representative, .agencyLicence]
        let whole = try CompanyVerified(by: Story.reviewer, checks: checks, reverifyBy: Story.day("2026-03-01"))
        Given(Company.self, [agency] + Story.documents).when(.verify(whole, at: Story.now)).then(.documentsMissing([.agencyLicence]))
        Given(Company.self, [agency] + Story.documents).when(.verify(Story.verification(), at: Story.now))
            .then(.checksMissing([.agencyLicence]))
        let licensed = Company.Event.filed(Story.document(4, .agencyLicence, until: Story.day("2026-02-28")))
        Given(Company.self, [agency, licensed] + Story.documents).when(.verify(whole, at: Story.now))
            .then(.reverificationTooFar(latest: Story.day("2026-02-28")))
        let renewed = Company.Event.filed(Story.document(5, .agencyLicence, until: Story.day("2029-02-28")))
        Given(Company.self, [agency, licensed, renewed] + Story.documents).when(.verify(whole, at: Story.now)).then(.verified(whole))
    }

    @Test func `a document that holds no longer is as if it weren't there`() {
        let old = Company.Event.filed(Story.document(4, .businessLicence, until: Story.day("2026-01-04")))
        Given(Company.self, [registered, old] + Story.documents.dropFirst()).when(.verify(Story.verification(), at: Story.now))
            .then(.documentsMissing([.businessLicence]))
        Given(Company.self, registered).when(.file(Story.document(4, .businessLicence, until: Story.day("2026-01-04")), at: Story.now))
            .then(.documentExpired)
    }

    @Test func `a document is filed once, and fifty at most`() {
        let again = try! DocumentFiled(
            Story.id(number: 99, DocumentFiled.self),
            .businessLicence,
            file: Array("%PDF-1.7 1".utf8),
            by: Story.recruiter
        )
        Given(Company.self, onFile).when(.file(again, at: Story.now)).thenNothing()
        let many = (1...50).map { Company.Event.filed(Story.document($0, .other)) }
        Given(Company.self, [registered] + many).when(.file(Story.document(51, .other), at: Story.now)).then(.tooManyDocuments)
    }

    @Test func `what a verification rests on stays until something takes its place`() {
        let withdrawal = DocumentWithdrawn(Story.document(1, .other).document, by: Story.recruiter)
        Given(Company.self, onFile + [verified]).when(.withdraw(withdrawal, at: Story.now)).then(.documentNeeded)
        let short = Company.Event.filed(Story.document(4, .businessLicence, until: Story.day("2026-06-29")))
        Given(Company.self, onFile + [verified, short]).when(.withdraw(withdrawal, at: Story.now)).then(.documentNeeded)
        let successor = Company.Event.filed(Story.document(4, .businessLicence, until: Story.day("2026-06-30")))
        Given(Company.self, onFile + [verified, successor]).when(.withdraw(withdrawal, at: Story.now)).then(.withdrawn(withdrawal))
        Given(Company.self, onFile).when(.withdraw(withdrawal, at: Story.now)).then(.withdrawn(withdrawal))
        Given(Company.self, onFile + [verified]).when(.withdraw(withdrawal, at: Story.at("2026-07-02T00:00:00Z")))
            .then(.withdrawn(withdrawal))
        Given(Company.self, onFile + [.withdrawn(withdrawal)]).when(.withdraw(withdrawal, at: Story.now)).then(.documentNotOnFile)
    }

    @Test(arguments: [
        ("%PDF-1.4", DocumentForm.pdf), ("\u{89}PNG\r\n\u{1A}\n", .png), ("\u{FF}\u{D8}\u{FF}\u{E0}", .jpeg), ("GIF89a", nil),
        ("<html>", nil),
        (" %PDF-1.4", nil), ("\u{89}PNG\n\u{1A}\n", nil), ("\u{FF}\u{D8}", nil), ("", nil), ("PK\u{3}\u{4}", nil),
    ])
    func `a file is what it begins as`(text: String, form: DocumentForm?) {
        #expect(DocumentForm(of: text.unicodeScalars.map { UInt8($0.value) }) == form)
    }

    @Test func `a file that is no document, is too large or lacks its end names the field`() {
        func field(_ kind: DocumentKind, _ file: [UInt8]) -> String? {
            #expect(throws: Invalid.self) { try DocumentFiled(Story.id("d0", DocumentFiled.self), kind, file: file, by: Story.recruiter) }?
                .field
        }
        #expect(field(.other, []) == "file" && field(.other, Array("MZ".utf8)) == "file")
        #expect(field(.other, Array("%PDF-".utf8) + Array(repeating: 0, count: 5 << 20)) == "file")
        #expect(field(.agencyLicence, Array("%PDF-".utf8)) == "validUntil")
    }

    @Test func `rejecting and suspending are recorded once`() {
        Given(Company.self, registered).when(.reject(rejection)).then(.rejected(rejection))
        Given(Company.self, registered, .rejected(rejection)).when(.reject(rejection)).thenNothing()
        Given(Company.self, registered, verified).when(.suspend(suspension)).then(.suspended(suspension))
        Given(Company.self, registered, .suspended(suspension)).when(.suspend(suspension)).thenNothing()
    }

    @Test func `only lifting it ends a suspension, and what was verified counts again`() {
        Given(Company.self, registered, .suspended(suspension)).when(.reinstate(reinstatement)).then(.reinstated(reinstatement))
        Given(Company.self, registered).when(.reinstate(reinstatement)).thenNothing()
        let suspended = [registered, verified, .suspended(suspension), verified]
        #expect(Company.fold(suspended).fault(on: Story.today) == .companySuspended)
        #expect(Company.fold(suspended + [.reinstated(reinstatement)]).fault(on: Story.today) == nil)
    }

    @Test func `a code on the blacklist is neither registered, verified nor revised, whether it was registered or not`() throws {
        let listed = Company.Event.blacklisted(blacklisting)
        Given(Company.self).when(.blacklist(blacklisting)).then(listed)
        Given(Company.self, listed).when(.blacklist(blacklisting)).thenNothing()
        Given(Company.self, listed).when(.register(Story.registration)).then(.blacklisted)
        Given(Company.self, [listed] + onFile).when(.verify(Story.verification(), at: Story.now)).then(.blacklisted)
        let revision = try CompanyRevised(name: "木棉", region: Region("440100"), kind: .employer)
        Given(Company.self, registered, listed).when(.revise(revision)).then(.blacklisted)
        #expect(Company.fold([registered, verified, listed]).fault(on: Story.today) == .companyBlacklisted)
        #expect(Company.fold([listed]).barrier == .companyBlacklisted)
        Given(Company.self, listed).when(.clear(clearing)).then(.cleared(clearing))
        Given(Company.self, listed, .cleared(clearing)).when(.register(Story.registration)).then(registered)
        Given(Company.self, registered).when(.clear(clearing)).thenNothing()
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
