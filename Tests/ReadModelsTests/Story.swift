import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import Recruiting
import TestSupport

/// A small season as it would stand in the log: chosen so that each fold meets several events of one row, in an order that matters.
enum Story {
    static let company = CompanyID("11111111-1111-4111-8111-111111111111")!
    static let fitter = JobID("22222222-2222-4222-8222-222222222222")!
    static let coder = JobID("22222222-2222-4222-8222-222222222223")!
    static let session = SessionID("33333333-3333-4333-8333-333333333333")!
    static let submission = SubmissionID("44444444-4444-5444-8444-444444444444")!
    static let question = QuestionID("55555555-5555-4555-8555-555555555555")!
    static let policy = PolicyID("66666666-6666-4666-8666-666666666666")!
    static let series = SeriesID("77777777-7777-4777-8777-777777777777")!

    private static let start = try! Timestamp("2026-12-01T08:00:00.000Z")
    private static let reviewer = try! Subject("r")
    private static let vetting = try! JobVetted(by: reviewer, version: 1)
    private static let recruiter = try! Subject("li")

    /// What the node with the number 1 observed: a millisecond apart, from the start of the session.
    static func observed(_ observations: (Observation.Kind, String)...) -> Audience.Event {
        let places = observations.enumerated().map { place, one in
            Observation(one.0, try! Pseudonym(one.1), at: start.advanced(by: .milliseconds(place)), job: one.0.needsJob ? fitter : nil)
        }
        return .observed(AudienceObserved(places, session: session, node: "n1", from: start))
    }

    /// By stream, in the order of the log.
    static let events: [(StreamName, any DomainEvent)] =
        preparation + planning + live + ending + staff

    private static let (a, b, c) = ("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb", "cccccccccccccccc")
    private static let companyStream = Company.stream(company)
    static let agency = CompanyID("11111111-1111-4111-8111-111111111112")!
    private static let agencyStream = Company.stream(agency)
    private static let strangerStream = Company.stream(CompanyID("11111111-1111-4111-8111-111111111113")!)
    private static let (fitterStream, coderStream) = (Job.stream(fitter), Job.stream(coder))
    private static let sessionStream = Session.stream(session)
    private static let policyStream = Policy.stream(policy)
    private static let submissionStream = Submission.stream(submission)
    private static let questionStream = Question.stream(question)
    static let audienceStream = Audience.stream(session, of: NodeID(number: 1))

    private static let preparation: [(StreamName, any DomainEvent)] = [
        (companyStream, Company.Event.registered(registration)),
        (companyStream, Company.Event.rejected(try! CompanyRejected(by: reviewer, findings: ["执照不清"]))),
        (
            companyStream,
            Company.Event.verified(try! CompanyVerified(by: reviewer, checks: [.creditCode], reverifyBy: CalendarDate("2027-05-01")))
        ),
        (companyStream, Company.Event.suspended(try! CompanySuspended(by: reviewer, reason: "投诉"))),
        (companyStream, Company.Event.filed(document("a1", .premisesPhoto))),
        (companyStream, Company.Event.reinstated(try! CompanyReinstated(by: reviewer, reason: "查无此事"))),
        (companyStream, Company.Event.filed(document("a2", .businessLicence, until: "2028-01-01"))),
        (companyStream, Company.Event.withdrawn(DocumentWithdrawn(document("a1", .premisesPhoto).document, by: recruiter))),
        (strangerStream, Company.Event.blacklisted(blacklisting("押金"))),
        (strangerStream, Company.Event.cleared(try! CompanyCleared(by: reviewer, reason: "退还"))),
        (strangerStream, Company.Event.blacklisted(blacklisting("再收押金"))),
        (
            agencyStream,
            Company.Event.registered(
                try! CompanyRegistered(
                    name: "木棉",
                    uscc: registration.uscc,
                    region: Region("440100"),
                    kind: .agency,
                    licence: "1"
                )
            )
        ),
        (agencyStream, Company.Event.verified(try! CompanyVerified(by: reviewer, checks: [.call], reverifyBy: CalendarDate("2027-05-01")))),
        (agencyStream, Company.Event.blacklisted(blacklisting("假证"))),
        (agencyStream, Company.Event.revised(try! CompanyRevised(name: "木棉云", region: Region("440106"), kind: .employer))),
        (agencyStream, Company.Event.cleared(try! CompanyCleared(by: reviewer, reason: "更正"))),
        (Series.stream(series), Series.Event.opened(try! SeriesOpened(title: "桂在行动", organisers: ["人社"]))),
        (
            policyStream,
            Policy.Event.published(
                try! PolicyPublished(title: "交通补助", topic: "赴粤交通补助", summary: "凭车票申请", region: Region("450000"))
            )
        ),
        (policyStream, Policy.Event.revised(try! PolicyRevised(link: "https://example.org", validThrough: CalendarDate("2027-01-01")))),
        (policyStream, Policy.Event.revised(try! PolicyRevised(summary: "凭车票与合同申请", removed: [.link]))),
        (fitterStream, Job.Event.posted(posting("数控技工", openings: 20))),
        (coderStream, Job.Event.posted(posting("软件开发", openings: 5))),
        (fitterStream, Job.Event.vetted(vetting)),
        (coderStream, Job.Event.rejected(try! JobRejected(by: reviewer, findings: ["薪资不明"]))),
        (coderStream, Job.Event.revised(try! JobRevised(texts: [.title: "软件开发工程师"]))),
        (coderStream, Job.Event.vetted(vetting)),
        (
            coderStream,
            Job.Event.revised(try! JobRevised(texts: [.title: "后端开发"], pay: Pay(minimum: 9000, maximum: 12000, unit: .month)))
        ),
        (coderStream, Job.Event.revised(try! JobRevised(texts: [.duties: "写服务"]))),
    ]

    private static let course = [
        try! PlannedSegment(kind: .policy, title: "租房补贴", minutes: 10), try! PlannedSegment(kind: .jobs, minutes: 60),
    ]

    private static let planning: [(StreamName, any DomainEvent)] = [
        (
            sessionStream,
            Session.Event.scheduled(
                try! SessionScheduled(
                    title: "广州基地专场",
                    format: .crossProvince,
                    startsAt: start,
                    endsAt: start.advanced(by: .seconds(7200)),
                    host: Subject("h"),
                    series: series,
                    base: "广州",
                    policies: [policy],
                    segments: [PlannedSegment(kind: .jobs, minutes: 60)]
                )
            )
        ),
        (sessionStream, Session.Event.revised(try! SessionRevised(title: "东莞基地专场", base: "东莞", removed: [.series]))),
        (Account.stream(recruiter), Account.Event.given(GrantGiven(try! Grant(.coHost, .session(session))))),
        (Account.stream(reviewer), Account.Event.given(GrantGiven(try! Grant(.assistant, .session(session))))),
        (Account.stream(reviewer), Account.Event.withdrawn(GrantWithdrawn(try! Grant(.assistant, .session(session))))),
        (sessionStream, Session.Event.revised(try! SessionRevised(format: .county, series: series, segments: course, removed: [.base]))),
        (Account.stream(reviewer), Account.Event.given(GrantGiven(try! Grant(.policyPresenter, .session(session))))),
        (Account.stream(recruiter), Account.Event.given(GrantGiven(try! Grant(.assistant, .session(session))))),
        (Account.stream(recruiter), Account.Event.withdrawn(GrantWithdrawn(try! Grant(.coHost, .session(session))))),
        (Account.stream(recruiter), Account.Event.given(GrantGiven(try! Grant(.coHost, .session(session))))),
        (sessionStream, shelved(card(fitter, version: 2, openings: 20), card(coder, version: 3, openings: 5))),
        (sessionStream, Session.Event.hostAssigned(HostAssigned(host: try! Subject("h2")))),
        (sessionStream, Session.Event.started(SessionStarted(at: start))),
        (sessionStream, Session.Event.segmentStarted(SegmentStarted(kind: .jobs))),
        (sessionStream, shelved(card(fitter, version: 3, openings: 18))),
    ]

    private static let live: [(StreamName, any DomainEvent)] = [
        (audienceStream, observed((.entered, a), (.entered, b), (.opened, a))),
        (sessionStream, Session.Event.featured(JobFeatured(card: card(fitter, version: 2, openings: 20), at: start))),
        (audienceStream, observed((.left, a), (.entered, a), (.left, b))),
        (submissionStream, Submission.Event.submitted(resume)),
        (
            questionStream,
            Question.Event.asked(try! QuestionAsked(question: question, session: session, by: Pseudonym(a), text: "包住吗"))
        ),
        (submissionStream, Submission.Event.delivered(SubmissionDelivered())),
        (submissionStream, Submission.Event.withdrawn(SubmissionWithdrawn())),
        (submissionStream, Submission.Event.submitted(resume)),
        (submissionStream, Submission.Event.viewed(SubmissionViewed(by: recruiter))),
        (sessionStream, Session.Event.unshelved(JobUnshelved(job: coder))),
        (sessionStream, shelved(card(coder, version: 6, openings: 5))),
        (sessionStream, Session.Event.unshelved(JobUnshelved(job: coder))),
        (sessionStream, Session.Event.interrupted(try! SessionInterrupted(cause: "断网"))),
        (sessionStream, Session.Event.resumed(SessionResumed())),
        (questionStream, Question.Event.answered(try! QuestionAnswered(question: question, mode: .text, text: "包住"))),
    ]

    private static let ending: [(StreamName, any DomainEvent)] = [
        (
            sessionStream,
            Session.Event.policyShown(PolicyCardShown(policy: policy, version: 2, title: "交通补助", summary: "凭车票与合同申请", link: nil))
        ),
        (sessionStream, Session.Event.unfeatured(JobUnfeatured(job: fitter, cause: .host, shownMs: 60_000))),
        // One who is there comes to another node, and then has left the first.
        (audienceStream, observed((.entered, a), (.entered, c), (.left, a))),
        (fitterStream, Job.Event.openingsChanged(JobOpeningsChanged(openings: 3))),
        (fitterStream, Job.Event.filled(JobFilled())),
        (sessionStream, Session.Event.ended(SessionEnded(reason: .host))),
    ]

    /// Two accounts, of which each event changes a row that another one made.
    private static let staff: [(StreamName, any DomainEvent)] = {
        let (zhou, qian) = (Account.stream(try! Subject("zhou-1")), Account.stream(try! Subject("qian")))
        let (host, analyst) = (try! Grant(.host), try! Grant(.analyst))
        let events: [(StreamName, Account.Event)] = [
            (zhou, .given(GrantGiven(host))), (zhou, .given(GrantGiven(analyst))), (qian, .given(GrantGiven(analyst))),
            (zhou, .withdrawn(GrantWithdrawn(host))), (zhou, .given(GrantGiven(host))), (qian, .withdrawn(GrantWithdrawn(analyst))),
            (zhou, .invited(AccountInvited(until: start))), (zhou, .activated(AccountActivated())),
            (zhou, .invited(AccountInvited(until: start))), (qian, .invited(AccountInvited(until: start))),
            (zhou, .signedIn(SignedIn(by: .password))), (zhou, .suspended(try! AccountSuspended(reason: "休假"))),
            (zhou, .reinstated(AccountReinstated())), (qian, .suspended(try! AccountSuspended(reason: "离职"))),
            (zhou, .dataOpened(PersonalDataOpened(of: [submission]))),
        ]
        return events.map { ($0.0, $0.1) }
    }()

    private static let registration = try! CompanyRegistered(
        name: "东莞精工",
        uscc: UnifiedSocialCreditCode("91440115MA6EYF1N1C"),
        region: Region("441900"),
        kind: .employer
    )

    private static func document(_ tail: String, _ kind: DocumentKind, until day: String? = nil) -> DocumentFiled {
        let id = DocumentID("00000000-0000-4000-8000-0000000000\(tail)")!
        return try! DocumentFiled(id, kind, file: Array("%PDF-".utf8), validUntil: day.map { try CalendarDate($0) }, by: recruiter)
    }

    private static func blacklisting(_ reason: String) -> CompanyBlacklisted {
        try! CompanyBlacklisted(registration.uscc, by: reviewer, reason: reason)
    }

    private static func posting(_ title: String, openings: Int) -> JobPosted {
        try! JobPosted(
            company: company,
            texts: JobTexts(title: title, occupation: "数控", duties: "操作机床", conditions: "会看图纸", place: "东莞"),
            region: Region("441900"),
            pay: Pay(minimum: 6000, maximum: 9000, unit: .month),
            openings: openings,
            validThrough: CalendarDate("2027-03-31")
        )
    }

    private static func card(_ job: JobID, version: Int, openings: Int) -> Card {
        Card(job: job, version: version, posting: posting("数控技工", openings: openings), companyName: "东莞精工")
    }

    private static func shelved(_ cards: Card...) -> Session.Event { .shelved(JobsShelved(jobs: cards.map { ShelfItem($0) })) }

    private static let resume = ResumeSubmitted(
        try! SubmissionDraft(
            candidate: CandidateID("88888888-8888-4888-8888-888888888888")!,
            session: session,
            recipient: company,
            noticeVersion: "1",
            sealed: Sealed(key: KeyID("99999999-9999-4999-8999-999999999999")!, nonce: Data([0]), ciphertext: Data([0]))
        ),
        card(fitter, version: 2, openings: 20),
        channel: .live,
        respondBy: start.advanced(by: .seconds(72 * 3600))
    )

    /// Appends the story, event by event.
    static func tell(to log: EventLog) async throws {
        var versions: [StreamName: Int] = [:]
        for (stream, event) in events {
            let belongs = ["session", "question", "audience", "submission"].contains(stream.category)
            let new = NewEvent(
                stream: stream,
                type: event.type,
                data: event.encoded(),
                lane: stream.category == "audience" ? .audience : .facts
            )
            let origin = Origin(actorKind: "test", actorID: "test", correlation: belongs ? session.uuid : nil)
            let outcome = try await log.append(Append([new], expected: [stream: versions[stream, default: 0]], origin: origin))
            guard case .appended = outcome else { throw Unexpected(outcome: outcome) }
            versions[stream, default: 0] += 1
        }
    }

    struct Unexpected: Error {
        let outcome: AppendOutcome
    }
}
