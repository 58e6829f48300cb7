import EventSourcing
import Recruiting

/// One event of each type, with every field that it can have; `sparse` has those whose optional fields are absent.
enum EventExamples {
    static let seriesID = Story.id("0a", Series.self)
    static let policyID = Story.id("aa", Policy.self)
    static let batch = Story.id("ba", JobBatch.self)

    static let all: [any DomainEvent] =
        company as [any DomainEvent] + job + session + question + audience + submission + candidate + series + policy + account

    static let agency = try! CompanyRegistered(
        name: "广州木棉云软件有限公司",
        uscc: Story.registration.uscc,
        region: Region("440100"),
        kind: .agency,
        licence: "粤人服证字〔2025〕第0101000001号"
    )

    static let company: [Company.Event] = [
        .registered(agency),
        .revised(try! CompanyRevised(name: "木棉云", region: Region("440100"), kind: .agency, licence: "粤人服证字〔2025〕第0101000001号")),
        .filed(Story.document(1, .agencyLicence, until: Story.day("2028-06-30"))),
        .withdrawn(DocumentWithdrawn(Story.document(1, .other).document, by: Story.recruiter)),
        .verified(
            try! CompanyVerified(
                by: Story.reviewer,
                checks: [.premises, .creditCode, .representative],
                note: "现场有人办公",
                reverifyBy: Story.day("2026-06-30")
            )
        ),
        .rejected(try! CompanyRejected(by: Story.reviewer, findings: ["执照已注销"])),
        .suspended(try! CompanySuspended(by: Story.reviewer, reason: "投诉属实")),
        .reinstated(try! CompanyReinstated(by: Story.reviewer, reason: "已整改")),
        .blacklisted(try! CompanyBlacklisted(Story.registration.uscc, by: Story.reviewer, reason: "收取押金")),
        .cleared(try! CompanyCleared(by: Story.reviewer, reason: "申诉成立")),
    ]

    static let job: [Job.Event] = [
        .posted(posting),
        .vetted(try! JobVetted(by: Story.reviewer, version: 1, checks: ["电话核实"])),
        .rejected(try! JobRejected(by: Story.reviewer, findings: ["薪资不实"])),
        .revised(revision),
        .openingsChanged(JobOpeningsChanged(openings: 5)),
        .filled(JobFilled()),
        .withdrawn(try! JobWithdrawn(reason: "停止招聘")),
        .expired(JobExpired()),
    ]

    static let posting = try! JobPosted(
        company: Story.company,
        texts: JobTexts(title: "软件开发工程师", occupation: "软件开发", duties: "开发后端", conditions: "会一门语言", place: "天河区"),
        region: Region("440106"),
        pay: Pay(minimum: 9000, maximum: 16000, unit: .month, salaries: 13),
        terms: terms,
        occupationCode: OccupationCode("2-02-10-03"),
        skillsGrade: 3,
        openings: 3,
        validThrough: Story.day("2026-03-31"),
        source: .repost(from: "岗位库"),
        batch: batch,
        by: Story.recruiter,
        organisation: Story.company
    )

    static let terms = try! JobTerms(
        shift: .twoShift,
        hoursADay: 7.5,
        restDaysAMonth: 4,
        meals: .subsidised,
        dormitory: JobTerms.Dormitory(kind: .paid, people: 4, couples: true, cost: 200),
        insurance: [.accident, .pension, .medical],
        contract: .direct,
        probationMonths: 2,
        age: JobTerms.Ages(minimum: 18, maximum: 50),
        startsOn: Story.day("2026-02-01"),
        contact: JobTerms.ContactHours(from: ClockTime("09:00"), until: ClockTime("18:30"))
    )

    static let revision = try! JobRevised(
        texts: [.title: "后端工程师", .occupation: "开发", .duties: "开发", .conditions: "会两门语言", .place: "番禺区"],
        region: Region("440113"),
        pay: Pay(minimum: 30, maximum: 40, unit: .hour),
        terms: JobTerms(shift: .day),
        occupationCode: OccupationCode("6-18-01-01"),
        validThrough: Story.day("2026-04-30"),
        removed: [.skillsGrade]
    )

    static let session: [Session.Event] = [
        .scheduled(plan),
        .rescheduled(try! SessionRescheduled(startsAt: Story.now, endsAt: Story.now.advanced(by: .milliseconds(1)))),
        .revised(
            try! SessionRevised(
                title: "特色县市专场",
                format: .county,
                series: seriesID,
                segments: [PlannedSegment(kind: .policy, title: "租房补贴", minutes: 10), PlannedSegment(kind: .jobs, minutes: 60)],
                removed: [.base]
            )
        ),
        .cancelled(SessionTests.cancellation),
        .hostAssigned(HostAssigned(host: Story.recruiter)),
        .started(SessionStarted(at: Story.now)),
        .interrupted(SessionTests.interruption),
        .resumed(SessionResumed()),
        .segmentStarted(SegmentStarted(kind: .questions)),
        .shelved(JobsShelved(jobs: [ShelfItem(Story.card())])),
        .unshelved(JobUnshelved(job: Story.job)),
        .featured(JobFeatured(card: Story.card(), at: Story.now, overridden: true)),
        .unfeatured(JobUnfeatured(job: Story.job, cause: .replaced, shownMs: 45_000)),
        .policyShown(PolicyCardShown(policy: policyID, version: 1, title: "租房补贴", summary: "网上申请", link: "https://example.org/1")),
        .ended(SessionEnded(reason: .forced)),
        .recordingPublished(SessionTests.recording),
    ]

    static let question: [Question.Event] = [
        .asked(QuestionTests.question(job: Story.job)),
        .merged(QuestionTests.merging),
        .answered(QuestionTests.written),
        .hidden(QuestionTests.hiding),
    ]

    static let plan = try! SessionScheduled(
        title: "跨省劳务协作专场",
        format: .crossProvince,
        startsAt: Story.now,
        endsAt: Story.now.advanced(by: .seconds(7200)),
        host: Story.host,
        series: seriesID,
        base: "广州",
        policies: [policyID],
        segments: [PlannedSegment(kind: .jobs, minutes: 70)],
        organisation: Story.company
    )

    static let audience: [Audience.Event] = [
        .observed(
            AudienceObserved(
                [
                    Observation(.entered, Story.viewer, at: Story.now, region: try! Region("450100"), channel: .poster),
                    Observation(.saved, Story.viewer, at: Story.now.advanced(by: .milliseconds(12)), job: Story.job),
                ],
                session: Story.session,
                node: "n1",
                from: Story.now
            )
        ),
        .summarised(
            AudienceSummarised(
                session: Story.session,
                from: 17,
                through: 4711,
                entries: 3,
                viewers: 2,
                seconds: [
                    .init(at: Story.now, entered: 3, left: 0, opened: 1, saved: 0, shared: 0),
                    .init(at: Story.now.advanced(by: .seconds(90)), entered: 0, left: 3, opened: 0, saved: 1, shared: 2),
                ]
            )
        ),
    ]

    static let submission: [Submission.Event] = [
        .submitted(Story.resume),
        .delivered(SubmissionDelivered()),
        .viewed(SubmissionViewed(by: Story.recruiter)),
        .contacted(SubmissionTests.contact),
        .interviewScheduled(SubmissionTests.interview),
        .offerMade(SubmissionTests.offer),
        .hired(SubmissionTests.hiring),
        .rejected(SubmissionTests.rejection),
        .noted(SubmissionNoted(by: Story.recruiter, note: Story.sealed)),
        .followedUp(CandidateFollowedUp(by: Story.reviewer, method: .message, outcome: .callAgain, note: Story.sealed)),
        .rated(try! ServiceRated(score: 5, note: Story.sealed)),
        .withdrawn(SubmissionWithdrawn(reason: Story.sealed)),
        .responseOverdue(ResponseOverdue()),
        .retentionChecked(RetentionChecked(day: .week, source: .candidate, employed: true, paidAsPromised: false)),
    ]

    static let candidate: [Candidate.Event] = [
        .registered(CandidateRegistered()),
        .profileSealed(ProfileSealed(sealed: Story.sealed)),
        .consentGiven(try! ConsentGiven(recipient: Story.company, noticeVersion: "2026-01")),
        .consentWithdrawn(ConsentWithdrawn(recipient: Story.company)),
        .erasureRequested(ErasureRequested()),
        .keyDestroyed(SubjectKeyDestroyed(key: Story.key)),
    ]

    static let series: [Series.Event] = [
        .opened(try! SeriesOpened(title: "直播带岗", brand: "就业暖心·桂在行动", organisers: ["人社"], organisation: Story.company, by: Story.host)),
        .closed(SeriesClosed()),
    ]

    static let policy: [Policy.Event] = [
        .published(
            try! PolicyPublished(
                title: "租房补贴",
                topic: "租房",
                summary: "网上申请",
                link: "https://example.org/1",
                region: Region("440000"),
                validThrough: Story.day("2026-12-31"),
                organisation: Story.company,
                by: Story.reviewer
            )
        ),
        .revised(
            try! PolicyRevised(
                title: "住房补贴",
                topic: "住房",
                summary: "窗口申请",
                link: "https://example.org/2",
                region: Region("450000"),
                validThrough: Story.day("2027-12-31")
            )
        ),
        .revised(try! PolicyRevised(removed: [.link, .validThrough])),
        .expired(PolicyExpired()),
    ]

    static let account: [Account.Event] = [
        .given(GrantGiven(try! Grant(.recruiter, .organisation(Story.company)))),
        .withdrawn(GrantWithdrawn(try! Grant(.assistant, .session(Story.session)))),
        .tokenIssued(
            try! TokenIssued(Story.id("70", TokenIssued.self), name: "大屏", grants: [Grant(.analyst)], until: Story.now)
        ),
        .tokenRevoked(TokenRevoked(Story.id("70", TokenIssued.self))),
        .invited(AccountInvited(until: Story.now)),
        .activated(AccountActivated()),
        .suspended(try! AccountSuspended(reason: "离职")),
        .reinstated(AccountReinstated()),
        .signedIn(SignedIn(by: .code)),
        .signInFailed(SignInFailed(1)),
        .signInFailed(SignInFailed(3)),
        .signedOut(SignedOut(cause: .everywhere)),
        .passwordChanged(PasswordChanged()),
        .secondFactorSet(SecondFactorSet()),
        .secondFactorRemoved(SecondFactorRemoved()),
        .dataOpened(PersonalDataOpened(of: [Story.id("5b", Submission.self)])),
        .dataOpened(PersonalDataOpened(of: Story.document(1, .other).document)),
    ]

    static let sparse: [any DomainEvent] = [
        Company.Event.registered(Story.registration),
        Company.Event.revised(try! CompanyRevised(name: "木棉云", region: Region("440100"), kind: .publicBody)),
        Company.Event.filed(Story.document(1, .premisesPhoto)),
        Company.Event.verified(Story.verification()),
        Job.Event.posted(Story.posting()),
        Job.Event.revised(try! JobRevised(texts: [.title: "后端工程师"])),
        Session.Event.scheduled(Story.plan),
        Session.Event.revised(try! SessionRevised(base: "珠海", removed: [.series])),
        Session.Event.featured(JobFeatured(card: Story.card(), at: Story.now)),
        Session.Event.policyShown(PolicyCardShown(policy: policyID, version: 1, title: "租房补贴", summary: "网上申请", link: nil)),
        Question.Event.asked(QuestionTests.question()),
        Question.Event.answered(QuestionTests.spoken),
        Submission.Event.withdrawn(SubmissionTests.withdrawal),
        Submission.Event.offerMade(OfferMade(by: Story.recruiter)),
        Submission.Event.rejected(SubmissionRejected(by: Story.recruiter, reason: .other)),
        Submission.Event.submitted(
            ResumeSubmitted(Story.application(session: nil, cardVersion: nil), Story.card(), channel: .phone, respondBy: Story.now)
        ),
        Audience.Event.observed(
            AudienceObserved([Observation(.left, Story.viewer, at: Story.now)], session: Story.session, node: "n1", from: Story.now)
        ),
        Series.Event.opened(try! SeriesOpened(title: "直播带岗", organisers: ["人社"])),
        Policy.Event.published(try! PolicyPublished(title: "租房补贴", topic: "租房", summary: "网上申请", region: Region("440000"))),
        Account.Event.given(GrantGiven(try! Grant(.analyst))),
        Account.Event.given(GrantGiven(try! Grant(.operator), by: .provider)),
    ]
}
