import Access
import FoundationEssentials
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// Nothing is a rule, a table and a row of docs/events.md only: somebody can make it happen.
@Suite struct EventDoorTests {
    /// The types of events that no route, process or seed brings about yet, and why. It only ever becomes shorter.
    static let withoutDoor: [String: String] = [
        "RecordingPublished": "recordings aren't kept yet",
        "SubmissionDelivered": "no employer's system is connected yet",
    ]

    /// The types that a command of the operator brings about, which tests of its own play: `jobcast prune`, AudienceDropTests.
    private static let byCommand: Set = ["AudienceSummarised"]

    /// The types that the calendar brings about, which tests of their own play: JobExpiryTests, AnswerTests, ErasureTests.
    private static let byCalendar: Set = ["JobExpired", "ResponseOverdue", "SubjectKeyDestroyed"]

    /// The types that docs/events.md has a row for; another test holds them against those of the program.
    private static func documented() throws -> Set<String> {
        let root = (0..<3).reduce(URL(filePath: #filePath)) { folder, _ in folder.deletingLastPathComponent() }
        let page = try String(contentsOf: root.appending(path: "docs/events.md"), encoding: .utf8)
        return Set(page.matches(of: /\n\| ([A-Z]\w+) \|/).map { String($0.1) })
    }

    @Test func `every type of event is brought about by a request, but those that have no door yet`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let chief = try await server.token(.operator)
            for change in ["grants", "grants/withdrawal"] {
                try await Self.write("/v1/accounts/zhou/\(change)", chief, #"{"role":"analyst"}"#, story)
            }
            try await Self.write("/v1/accounts/zhou/grants", chief, #"{"role":"analyst"}"#, story)
            try await Self.companyAndJobs(story)
            try await Self.broadcast(story)
            try await Self.accounts(chief, story)
            try await Self.answers(story)
            for step in ["companies/\(story.company)/suspension", "companies/\(story.company)/reinstatement"] {
                try await Self.write("/v1/\(step)", story.reviewer, #"{"reason":"投诉"}"#, story)
            }
            let code = try Story.validCode(Story.uscc)
            try await Self.write("/v1/blacklist", story.reviewer, #"{"uscc":"\#(code)","reason":"押金"}"#, story)
            try await Self.write("/v1/blacklist/\(story.company)/clearance", story.reviewer, #"{"reason":"退还"}"#, story)
            let expected = try Self.documented().subtracting(Self.withoutDoor.keys).subtracting(Self.byCommand).subtracting(Self.byCalendar)
            #expect(expected.count > 30)
            let found = try await eventually {
                let types = try await server.pool.connection { db in
                    try db.query("SELECT DISTINCT type FROM events").map { try $0.decode(0, as: String.self) }
                }
                return types.contains("AudienceObserved") ? Set(types) : nil
            }
            #expect(found.subtracting(expected).sorted() == [], "they have a door: take them out of the exceptions")
            #expect(expected.subtracting(found).sorted() == [], "nobody can bring them about")
        }
    }

    /// A write that must succeed, and the identifier it answers with.
    @discardableResult
    private static func write(_ path: String, _ token: String, _ body: String? = nil, _ story: Story) async throws -> String {
        let answer = try await story.server.post(path, as: token, body)
        #expect((200...201).contains(answer.status), "\(path): \(answer.text)")
        return try answer.json()["id"]?.text ?? ""
    }

    private static func accounts(_ chief: String, _ story: Story) async throws {
        let server = story.server
        let path = "/v1/accounts/zhou"
        let token = try await server.post("\(path)/tokens", as: chief).json()["id"]?.text ?? ""
        #expect(try await server.send("DELETE", "\(path)/tokens/\(token)", as: chief, key: UUID().uuidString).status == 200)
        let browser = try await server.member("zhou", [#"{"role":"recruiter","organisation":"\#(story.company)"}"#])
        let password = #""password":"\#(TestServer.password)""#
        _ = try await server.setFactor(browser)
        #expect(try await browser.post("/v1/me/second-factor/removal", "{\(password)}").status == 204)
        #expect(try await browser.post("/v1/me/password", "{\(password),\"new\":\"staple battery horse\"}").status == 204)
        #expect(try await server.signIn("zhou").status == 401)
        try await write("/v1/submissions", story.viewer, story.submission(story.vettedJob()), story)
        #expect(try await browser.get("/v1/submissions").text.contains("韦小兰"))
        #expect(try await browser.send("DELETE", "/v1/sign-ins/current").status == 204)
        for change in ["suspension", "reinstatement"] {
            try await write("\(path)/\(change)", chief, change == "suspension" ? #"{"reason":"离职"}"# : nil, story)
        }
    }

    private static func answers(_ story: Story) async throws {
        let worker = try await story.server.token(.caseWorker)
        let began = Story.today.advanced(days: -8)
        let hiring = #"{"startsOn":"\#(began)","pay":{"minimum":200,"maximum":200,"unit":"day"}}"#
        let contact = #"{"method":"phone","outcome":"reached"}"#
        let moment = Timestamp(Date()).advanced(by: .seconds(3_600))
        for (end, body) in [("hiring", hiring), ("rejection", #"{"reason":"skills"}"#)] {
            let id = try await write("/v1/submissions", story.viewer, story.submission(story.vettedJob()), story)
            let path = "/v1/submissions/\(id)"
            try await write("\(path)/viewing", story.recruiter, nil, story)
            try await write("\(path)/contacts", story.recruiter, contact, story)
            try await write("\(path)/interview", story.recruiter, #"{"at":"\#(moment)","place":"门口"}"#, story)
            try await write("\(path)/offer", story.recruiter, nil, story)
            try await write("\(path)/notes", story.recruiter, #"{"note":"会看图纸"}"#, story)
            try await write("\(path)/follow-ups", worker, contact, story)
            try await write("\(path)/\(end)", story.recruiter, body, story)
            guard end == "hiring" else { continue }
            try await write("\(path)/checks", worker, #"{"day":7,"employed":true}"#, story)
            try await write("\(path)/rating", story.viewer, #"{"score":5}"#, story)
        }
        for step in ["consents/\(story.company)/withdrawal", "erasure"] {
            let answer = try await story.server.post("/v1/candidate/\(step)", as: story.viewer)
            #expect(answer.status == 204, "\(answer.text)")
        }
    }

    private static func companyAndJobs(_ story: Story) async throws {
        try await write("/v1/companies", story.recruiter, story.registration(), story)
        try await write("/v1/companies/\(story.company)/rejection", story.reviewer, #"{"findings":["执照过期"]}"#, story)
        let revision = #"{"name":"东莞精工机械","region":"441900","kind":"employer"}"#
        try await write("/v1/companies/\(story.company)/revision", story.recruiter, revision, story)
        let documents = "/v1/companies/\(story.company)/documents"
        let photo = try await story.server.upload([0xFF, 0xD8, 0xFF, 0xE0], "\(documents)?kind=premisesPhoto", as: story.recruiter)
        let id = try #require(try photo.json()["id"]?.text, "\(photo.text)")
        #expect(try await story.server.send("DELETE", "\(documents)/\(id)", as: story.recruiter, key: UUID().uuidString).status == 200)
        try await story.fileDocuments()
        try await story.verify()
        let refused = try await write("/v1/jobs", story.recruiter, story.posting(), story)
        let findings = #"{"jobs":["\#(refused)"],"decision":"reject","findings":["薪资不实"]}"#
        try await write("/v1/vettings", story.reviewer, findings, story)
        try await write("/v1/jobs/\(refused)/withdrawal", story.recruiter, #"{"reason":"停止招聘"}"#, story)
        let job = try await story.vettedJob()
        try await write("/v1/jobs/\(job)/revision", story.recruiter, #"{"title":"数控技师"}"#, story)
        try await write("/v1/jobs/\(job)/openings", story.recruiter, #"{"openings":0}"#, story)
    }

    private static func broadcast(_ story: Story) async throws {
        let (host, server) = (story.host, story.server)
        let series = try await write("/v1/series", host, #"{"title":"桂在行动","organisers":["人社厅"]}"#, story)
        try await write("/v1/series/\(series)/closing", host, nil, story)
        let policy = try await write(
            "/v1/policies",
            story.reviewer,
            #"{"title":"交通补助","topic":"补助","summary":"凭票申领","region":"450000"}"#,
            story
        )
        let cancelled = "/v1/sessions/\(try await story.scheduledSession())"
        let later = [120, 7320].map { Timestamp(Date()).advanced(by: .seconds($0)) }
        try await write("\(cancelled)/rescheduling", host, #"{"startsAt":"\#(later[0])","endsAt":"\#(later[1])"}"#, story)
        try await write("\(cancelled)/revision", host, #"{"title":"县市专场"}"#, story)
        let chief = try await server.token(.operator)
        try await write("/v1/accounts/host-wang/grants", chief, #"{"role":"host"}"#, story)
        try await write("\(cancelled)/host", host, #"{"host":"host-wang"}"#, story)
        try await write("\(cancelled)/cancellation", chief, #"{"reason":"台风"}"#, story)
        let job = try await story.vettedJob()
        let id = try await story.liveSession([job])
        let path = "/v1/sessions/\(id)"
        try await LiveClient.open(server.wires, id, first: LiveClient.join(story.viewer)) { _ = try await $0.next("hello") }
        try await write("\(path)/interruption", host, #"{"cause":"断流"}"#, story)
        try await write("\(path)/resumption", host, nil, story)
        try await write("\(path)/segments", host, #"{"kind":"policy"}"#, story)
        try await write("\(path)/policy-cards", host, #"{"policy":"\#(policy)"}"#, story)
        try await write("/v1/policies/\(policy)/revision", story.reviewer, #"{"summary":"凭票据申领"}"#, story)
        try await write("/v1/policies/\(policy)/expiry", story.reviewer, nil, story)
        try await write("\(path)/featured", host, #"{"job":"\#(job)"}"#, story)
        try await askAndApply(story, id, job)
        #expect(try await server.send("DELETE", "\(path)/shelf/\(job)", as: host, key: UUID().uuidString).status == 200)
        try await write("\(path)/end", host, nil, story)
    }

    private static func askAndApply(_ story: Story, _ session: String, _ job: String) async throws {
        let path = "/v1/sessions/\(session)/questions"
        var questions: [String] = []
        for text in ["包住吗", "包不包住", "加微信"] {
            questions.append(try await write(path, story.viewer, #"{"text":"\#(text)"}"#, story))
        }
        try await write("\(path)/\(questions[1])/merging", story.host, #"{"into":"\#(questions[0])"}"#, story)
        try await write("\(path)/\(questions[0])/answer", story.host, #"{"mode":"live"}"#, story)
        try await write("\(path)/\(questions[2])/hiding", story.host, #"{"reason":"广告"}"#, story)
        let submission = try await write("/v1/submissions", story.viewer, story.submission(job, session: session), story)
        try await write("/v1/submissions/\(submission)/withdrawal", story.viewer, nil, story)
    }
}
