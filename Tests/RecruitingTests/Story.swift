import EventSourcing
import FoundationEssentials
import Recruiting

/// The company, the people and the jobs that occur in the tests: 广州木棉云软件 looks for developers.
enum Story {
    /// 2026-01-05, four in the afternoon in China.
    static let now = at("2026-01-05T16:00:00+08:00")
    static let today = now.chinaDate
    static let company = id("c0", Company.self)
    static let otherCompany = id("c1", Company.self)
    static let job = id("b0", Job.self)
    static let otherJob = id("b1", Job.self)
    static let session = id("5e", Session.self)
    static let candidate = id("ca", Candidate.self)
    static let key = id("4e", Sealed.self)
    static let host = subject("host-guangzhou")
    static let reviewer = subject("reviewer-guangxi")
    static let recruiter = subject("recruiter-mumian")
    static let viewer = try! Pseudonym("00112233445566ff")

    static func id<Kind>(_ tail: String, _ kind: Kind.Type) -> Identifier<Kind> {
        Identifier("00000000-0000-4000-8000-0000000000\(tail)")!
    }

    static func id<Kind>(number: Int, _ kind: Kind.Type) -> Identifier<Kind> {
        let tail = String(number, radix: 16)
        return Identifier("00000000-0000-4000-9000-" + String(repeating: "0", count: 12 - tail.count) + tail)!
    }

    static func at(_ text: String) -> Timestamp { try! Timestamp(text) }
    static func day(_ text: String) -> CalendarDate { try! CalendarDate(text) }
    static func subject(_ text: String) -> Subject { try! Subject(text) }

    static let registration = try! CompanyRegistered(
        name: "广州木棉云软件有限公司",
        uscc: UnifiedSocialCreditCode("91440115MA6EYF1N1C"),
        region: Region("440100"),
        kind: .employer
    )

    /// A document of the company: by its number, so that each is another file.
    static func document(_ number: Int, _ kind: DocumentKind, until day: CalendarDate? = nil) -> DocumentFiled {
        try! DocumentFiled(
            id(number: number, DocumentFiled.self),
            kind,
            file: Array("%PDF-1.7 \(number)".utf8),
            validUntil: day,
            by: recruiter
        )
    }

    /// What an employer's verification rests on.
    static let documents = [document(1, .businessLicence), document(2, .identityOfRepresentative), document(3, .authorisation)]
        .map(Company.Event.filed)

    static func verification(until day: CalendarDate = Story.day("2026-06-30")) -> CompanyVerified {
        try! CompanyVerified(by: reviewer, checks: [.creditCode, .representative], reverifyBy: day)
    }

    static func posting(openings: Int = 3, validThrough: CalendarDate = Story.day("2026-03-31"), company: CompanyID = company)
        -> JobPosted
    {
        try! JobPosted(
            company: company,
            texts: JobTexts(title: "软件开发工程师", occupation: "软件开发", duties: "开发后端", conditions: "会一门语言", place: "天河区"),
            region: Region("440106"),
            pay: Pay(minimum: 9000, maximum: 16000, unit: .month),
            openings: openings,
            validThrough: validThrough
        )
    }

    static let verifiedCompany = Company.fold([.registered(registration), .verified(verification())])
    static let vetting = try! JobVetted(by: reviewer, version: 1)
    static let vettedJob = Job.fold([.posted(posting()), .vetted(vetting)])

    static func listing(
        _ job: JobID = job,
        version: Int = 2,
        state: Job.State = vettedJob,
        company: Company.State = verifiedCompany
    ) -> Listing {
        Listing(job, version: version, state, company: company)
    }

    static func card(_ job: JobID = job, version: Int = 2) -> Card {
        try! listing(job, version: version).card(on: today)
    }

    static let plan = try! SessionScheduled(
        title: "跨省劳务协作专场",
        format: .crossProvince,
        startsAt: now,
        endsAt: now.advanced(by: .seconds(7200)),
        host: host
    )

    static let sealed = Sealed(key: key, nonce: Data([1, 2, 3]), ciphertext: Data([255, 254]))

    static func application(
        session: SessionID? = session,
        staffChannel: Channel? = nil,
        cardVersion: Int? = 2,
        recipient: CompanyID = company
    ) -> SubmissionDraft {
        try! SubmissionDraft(
            candidate: candidate,
            session: session,
            staffChannel: staffChannel,
            cardVersion: cardVersion,
            recipient: recipient,
            noticeVersion: "2026-01",
            sealed: sealed
        )
    }

    /// A résumé that was submitted for `card()` at `now`.
    static var resume: ResumeSubmitted {
        let session = Session.fold(ShelfTests.live)
        let command = Submission.Command.submit(
            application(),
            listing: listing(),
            session: session,
            candidate: .registered(.init()),
            at: now
        )
        guard case .submitted(let resume)? = try! Submission.decide(command, .none).first else { preconditionFailure("a submission") }
        return resume
    }
}
