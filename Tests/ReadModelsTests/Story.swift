import EventSourcing
import EventStore
import FoundationEssentials
import Postgres
import TestSupport

/// A small season as it would stand in the log: chosen so that each fold meets several events of one row, in an order that matters.
enum Story {
    static let company = "11111111-1111-4111-8111-111111111111"
    static let fitter = "22222222-2222-4222-8222-222222222222"
    static let coder = "22222222-2222-4222-8222-222222222223"
    static let session = "33333333-3333-4333-8333-333333333333"
    static let submission = "44444444-4444-5444-8444-444444444444"
    static let question = "55555555-5555-4555-8555-555555555555"
    static let policy = "66666666-6666-4666-8666-666666666666"
    static let series = "77777777-7777-4777-8777-777777777777"

    private static let card = """
        {"job":"\(fitter)","version":2,"company":"\(company)","companyName":"东莞精工","title":"数控技工","occupation":"数控","pay":{"minimum":6000,\
        "maximum":9000,"unit":"month"},"place":"东莞","openings":20,"conditions":"会看图纸"}
        """

    private static func posting(_ title: String, _ openings: Int) -> String {
        """
        {"company":"\(company)","title":"\(title)","occupation":"数控","duties":"操作机床","conditions":"会看图纸","place":"东莞","region":"441900",\
        "pay":{"minimum":6000,"maximum":9000,"unit":"month"},"openings":\(openings),"validThrough":"2027-03-31","source":{"kind":"original"}}
        """
    }

    /// Three observations of the session, a millisecond apart.
    static func observed(_ kinds: String, _ viewers: String) -> String {
        #"{"session":"\#(session)","node":"n1","observedFrom":"2026-12-01T08:00:00.000Z","offset":[0,1,2],"kind":[\#(kinds)],"viewer":[\#(viewers)]}"#
    }

    /// (stream, type, data), in the order of the log.
    static let events: [(String, String, String)] = [
        ("company-\(company)", "CompanyRegistered", #"{"name":"东莞精工","uscc":"91441900MA00000000","region":"441900"}"#),
        ("company-\(company)", "CompanyRejected", #"{"by":"r","findings":["执照不清"]}"#),
        ("company-\(company)", "CompanyVerified", #"{"by":"r","checks":["执照"],"reverifyBy":"2027-05-01"}"#),
        ("series-\(series)", "SeriesOpened", #"{"title":"桂在行动","organisers":["人社"]}"#),
        ("policy-\(policy)", "PolicyPublished", #"{"title":"交通补助","topic":"赴粤交通补助","summary":"凭车票申请","region":"450000"}"#),
        ("policy-\(policy)", "PolicyRevised", #"{"summary":"凭车票与合同申请"}"#),
        ("job-\(fitter)", "JobPosted", posting("数控技工", 20)),
        ("job-\(coder)", "JobPosted", posting("软件开发", 5)),
        ("job-\(fitter)", "JobVetted", #"{"by":"r"}"#),
        ("job-\(coder)", "JobRejected", #"{"by":"r","findings":["薪资不明"]}"#),
        ("job-\(coder)", "JobRevised", #"{"title":"软件开发工程师"}"#),
        ("job-\(coder)", "JobVetted", #"{"by":"r"}"#),
        ("job-\(coder)", "JobRevised", #"{"pay":{"minimum":9000,"maximum":12000,"unit":"month"},"title":"后端开发"}"#),
        ("job-\(coder)", "JobRevised", #"{"duties":"写服务"}"#),
        (
            "session-\(session)", "SessionScheduled",
            """
            {"title":"广州基地专场","format":"crossProvince","startsAt":"2026-12-01T08:00:00.000Z","endsAt":"2026-12-01T10:00:00.000Z","host":"h","base":"广州",\
            "series":"\(series)","policies":["\(policy)"]}
            """
        ),
        (
            "session-\(session)", "JobsShelved",
            """
            {"jobs":[{"job":"\(fitter)","company":"\(company)","openings":20,"version":2},\
            {"job":"\(coder)","company":"\(company)","openings":5,"version":3}]}
            """
        ),
        ("session-\(session)", "HostAssigned", #"{"host":"h2"}"#),
        ("session-\(session)", "SessionStarted", "{}"),
        ("session-\(session)", "SegmentStarted", #"{"kind":"jobs"}"#),
        (
            "session-\(session)", "JobsShelved",
            #"{"jobs":[{"job":"\#(fitter)","company":"\#(company)","openings":18,"version":3}]}"#
        ),
        (
            "audience-0000000000000001/\(session)", "AudienceObserved",
            observed(#""entered","entered","opened""#, #""aaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbb","aaaaaaaaaaaaaaaa""#)
        ),
        ("session-\(session)", "JobFeatured", #"{"card":\#(card)}"#),
        (
            "audience-0000000000000001/\(session)", "AudienceObserved",
            observed(#""left","entered","left""#, #""aaaaaaaaaaaaaaaa","aaaaaaaaaaaaaaaa","bbbbbbbbbbbbbbbb""#)
        ),
        ("submission-\(submission)", "ResumeSubmitted", resume),
        (
            "question-\(question)", "QuestionAsked",
            #"{"question":"\#(question)","session":"\#(session)","by":"aaaaaaaaaaaaaaaa","text":"包住吗"}"#
        ),
        ("submission-\(submission)", "SubmissionDelivered", "{}"),
        ("submission-\(submission)", "SubmissionWithdrawn", "{}"),
        ("submission-\(submission)", "ResumeSubmitted", resume),
        ("submission-\(submission)", "SubmissionViewed", #"{"by":"li"}"#),
        ("session-\(session)", "JobUnshelved", #"{"job":"\#(coder)"}"#),
        (
            "session-\(session)", "JobsShelved",
            #"{"jobs":[{"job":"\#(coder)","company":"\#(company)","openings":5,"version":6}]}"#
        ),
        ("session-\(session)", "JobUnshelved", #"{"job":"\#(coder)"}"#),
        ("session-\(session)", "SessionInterrupted", #"{"cause":"断网"}"#),
        ("session-\(session)", "SessionResumed", "{}"),
        ("question-\(question)", "QuestionAnswered", #"{"question":"\#(question)","mode":"text","text":"包住"}"#),
        ("session-\(session)", "PolicyCardShown", #"{"policy":"\#(policy)","version":2,"title":"交通补助","summary":"凭车票与合同申请"}"#),
        ("session-\(session)", "JobUnfeatured", #"{"job":"\#(fitter)","cause":"host","shownMs":60000}"#),
        (
            "audience-0000000000000001/\(session)", "AudienceObserved",
            // One who is there comes to another node, and then has left the first.
            observed(#""entered","entered","left""#, #""aaaaaaaaaaaaaaaa","cccccccccccccccc","aaaaaaaaaaaaaaaa""#)
        ),
        ("job-\(fitter)", "JobOpeningsChanged", #"{"openings":3}"#),
        ("job-\(fitter)", "JobFilled", "{}"),
        ("session-\(session)", "SessionEnded", #"{"reason":"host"}"#),
    ]

    private static let resume = """
        {"candidate":"88888888-8888-4888-8888-888888888888","job":"\(fitter)","company":"\(company)","session":"\(session)","channel":"live",\
        "consent":{"recipient":"\(company)","recipientName":"东莞精工","noticeVersion":"1"},\
        "sealed":{"key":"99999999-9999-4999-8999-999999999999","nonce":"AA==","ciphertext":"AA=="}}
        """

    /// Appends the story, event by event.
    static func tell(to log: EventLog) async throws {
        var versions: [String: Int] = [:]
        for (stream, type, data) in events {
            let belongs = ["session", "question", "audience", "submission"].contains(StreamName(stream).category)
            let event = NewEvent(
                stream: StreamName(stream),
                type: type,
                data: Array(data.utf8),
                lane: stream.hasPrefix("audience") ? .audience : .facts
            )
            let origin = Origin(actorKind: "test", actorID: "test", correlation: belongs ? UUID(uuidString: session) : nil)
            let outcome = try await log.append(
                Append([event], expected: [StreamName(stream): versions[stream, default: 0]], origin: origin)
            )
            guard case .appended = outcome else { throw Unexpected(outcome: outcome) }
            versions[stream, default: 0] += 1
        }
    }

    struct Unexpected: Error {
        let outcome: AppendOutcome
    }
}
