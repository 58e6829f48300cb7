import Access
import FoundationEssentials
import HTTPTypes
import JSON
import Recruiting
import Testing

@testable import API

/// Who may do what in the name of an organisation: every operation that needs a right × every grant there can be, for what is the own and what is another's.
@Suite struct RightTableTests {
    /// The grants that reach the thing which each operation is about: roles, and after the colon where they hold. `a`: everywhere, `o`: for
    /// the organisation that it belongs to, `f`: for another, `s`: in the session that it is part of, `x`: in another.
    private static let table: [String: String] = {
        let running = "host:os coHost:aos operator:a"
        let staging = "\(running) assistant:aos"
        let presenting = "\(staging) policyPresenter:aos"
        let replaying = "\(running) analyst:ao"
        let posting = "recruiter:of host:aofsx operator:a"
        let answering = "recruiter:of operator:a"
        let everybody = Role.allCases.map { "\($0.rawValue):aofsx" }.joined(separator: " ")
        return [
            "registerCompany": "recruiter:o host:ao reviewer:a operator:a",
            "reviseCompany": "recruiter:o host:o reviewer:a operator:a", "fileDocument": "recruiter:o host:o operator:a",
            "withdrawDocument": "recruiter:o host:o operator:a", "listDocuments": "recruiter:o host:o reviewer:a operator:a",
            "openDocument": "recruiter:o host:o reviewer:a operator:a", "reinstateCompany": "reviewer:a operator:a",
            "blacklistCode": "reviewer:a operator:a", "clearCode": "reviewer:a operator:a", "listBlacklist": "reviewer:a operator:a",
            "verifyCompany": "reviewer:a operator:a", "rejectCompany": "reviewer:a operator:a", "suspendCompany": "reviewer:a operator:a",
            "postJob": "recruiter:o host:o operator:a", "readImport": "recruiter:o host:o operator:a",
            // Another's import is not found.
            "listImports": posting, "findImport": posting, "matchImport": posting, "listImportRows": posting, "importCorrections": posting,
            "commitImport": posting, "discardImport": posting,
            "reviseJob": "recruiter:o host:o operator:a", "changeOpenings": "recruiter:o host:o operator:a",
            "withdrawJob": "recruiter:o host:o operator:a", "readJobChanges": "recruiter:o host:o reviewer:a operator:a",
            "lintJob": "recruiter:of host:aofsx operator:a", "listVettings": "reviewer:a operator:a", "vetJobs": "reviewer:a operator:a",
            "openSeries": "host:o operator:a", "closeSeries": "host:o operator:a",
            "publishPolicy": "host:o policyPresenter:ao reviewer:a operator:a",
            "revisePolicy": "host:o policyPresenter:ao reviewer:a operator:a",
            "expirePolicy": "host:o policyPresenter:ao reviewer:a operator:a",
            "reviseSession": "host:os operator:a", "assignHost": "host:os operator:a", "staffSession": "host:os operator:a",
            "unstaffSession": "host:os operator:a", "listStaff": presenting,
            "scheduleSession": "host:o operator:a", "rescheduleSession": "host:os operator:a", "cancelSession": "host:os operator:a",
            "startSession": running, "interruptSession": running, "resumeSession": running, "startSegment": running, "endSession": running,
            "shelveJobs": staging, "unshelveJob": staging, "featureJob": staging, "unfeatureJob": staging,
            "showPolicy": presenting, "answerQuestion": presenting, "hideQuestion": presenting, "mergeQuestion": presenting,
            "readLog": replaying, "countersAsOf": replaying, "sessionTimeline": replaying,
            "askQuestion": "viewer:a operator:a", "submitResume": "viewer:a operator:a", "withdrawSubmission": "viewer:a operator:a",
            // What isn't the caller's is not in the list, and not found.
            "viewSubmission": answering, "contactCandidate": answering, "scheduleInterview": answering, "makeOffer": answering,
            "hireCandidate": answering, "rejectSubmission": answering, "noteSubmission": answering, "countSubmissions": answering,
            "followUpSubmission": "caseWorker:aof operator:a", "checkRetention": "caseWorker:aof operator:a",
            "readCandidate": "viewer:a operator:a", "withdrawConsent": "viewer:a operator:a", "requestErasure": "viewer:a operator:a",
            "tellOutcome": "viewer:a operator:a", "rateService": "viewer:a operator:a",
            "listSubmissions": "viewer:a recruiter:of caseWorker:aof analyst:aof operator:a",
            "readSubmission": "viewer:a recruiter:of caseWorker:aof analyst:aof operator:a",
            "readStatus": "operator:a", "readAccount": "operator:a", "giveGrant": "operator:a", "withdrawGrant": "operator:a",
            "issueToken": "operator:a", "revokeToken": "operator:a", "listAccounts": "operator:a", "listAudit": "operator:a",
            "inviteAccount": "operator:a", "suspendAccount": "operator:a", "reinstateAccount": "operator:a", "endSignIns": "operator:a",
            "readIdentity": everybody, "issueTicket": everybody,
        ]
    }()

    private static let none = "7f9f3c52-0000-4000-8000-000000000000"

    /// Bodies that nothing but a missing right keeps from being looked at.
    private static func bodies(_ story: Story, _ job: String) throws -> [String: String] {
        let reason = #"{"reason":"停招"}"#
        let contact = #"{"method":"phone","outcome":"reached"}"#
        let organisation = #""organisation":"\#(story.company)""#
        let posting = story.posting().dropFirst()
        return [
            "registerCompany": try story.registration(),
            "reviseCompany": #"{"name":"东莞精工","region":"441900","kind":"employer"}"#, "fileDocument": "%PDF-1.7",
            "reinstateCompany": reason, "blacklistCode": #"{"uscc":"\#(try Story.validCode("91440101MA59NJ0C4L"))","reason":"押金"}"#,
            "clearCode": reason, "verifyCompany": Story.verification,
            "rejectCompany": #"{"findings":["执照过期"]}"#, "suspendCompany": reason,
            "postJob": "{\(organisation),\(posting)", "readImport": try sheet(), "matchImport": "{}", "commitImport": #"{"rows":"all"}"#,
            "lintJob": #"{"title":"数控技师"}"#, "reviseJob": #"{"title":"数控技师"}"#, "changeOpenings": #"{"openings":7}"#, "withdrawJob": reason,
            "vetJobs": #"{"jobs":["\#(job)"],"decision":"approve"}"#,
            "openSeries": #"{\#(organisation),"title":"桂在行动","organisers":["人社厅"]}"#,
            "publishPolicy": #"{\#(organisation),"title":"补助","topic":"补助","summary":"凭票","region":"450000"}"#,
            "scheduleSession": #"{\#(organisation),"title":"专场","format":"county",\#(Story.times)}"#,
            "rescheduleSession": "{\(Story.times)}", "cancelSession": reason, "interruptSession": #"{"cause":"断流"}"#,
            "revisePolicy": #"{"title":"补贴"}"#, "reviseSession": #"{"title":"县市专场"}"#, "assignHost": #"{"host":"nobody"}"#,
            "staffSession": #"{"account":"zhou","role":"coHost"}"#, "unstaffSession": #"{"account":"zhou","role":"coHost"}"#,
            "startSegment": #"{"kind":"policy"}"#, "shelveJobs": #"{"jobs":["\#(job)"]}"#, "featureJob": #"{"job":"\#(job)"}"#,
            "showPolicy": #"{"policy":"\#(none)"}"#, "answerQuestion": #"{"mode":"live"}"#, "hideQuestion": #"{"reason":"广告"}"#,
            "contactCandidate": contact, "followUpSubmission": contact, "scheduleInterview": #"{"at":"2199-01-01T00:00:00Z","place":"门口"}"#,
            "hireCandidate": #"{"startsOn":"\#(Story.today)","pay":{"minimum":200,"maximum":200,"unit":"day"}}"#,
            "rejectSubmission": #"{"reason":"filled"}"#, "noteSubmission": #"{"note":"会看图纸"}"#,
            "checkRetention": #"{"day":7,"employed":true}"#, "tellOutcome": #"{"day":7,"employed":true}"#, "rateService": #"{"score":5}"#,
            "mergeQuestion": #"{"into":"\#(none)"}"#, "askQuestion": #"{"text":"包住吗"}"#, "submitResume": story.submission(job),
            "suspendAccount": reason, "giveGrant": #"{"role":"analyst"}"#, "withdrawGrant": #"{"role":"analyst"}"#,
        ]
    }

    private static func sheet() throws -> String {
        let header = "uscc,title,occupation,duties,conditions,place,region,payMinimum,payMaximum,payUnit,openings,validThrough,source"
        let row = "技工,技工,操作,中专,东莞,441900,6000,9000,month,3,\(Story.today.advanced(months: 1)),original"
        return "\(header)\n\(try Story.validCode(Story.uscc)),\(row)"
    }

    private static func scopes(_ own: OrganisationID, _ session: SessionID) throws -> [(letter: Character, scope: Grant.Scope)] {
        let foreign = try #require(OrganisationID(none))
        let another = try #require(SessionID(none))
        return [("a", .all), ("o", .organisation(own)), ("f", .organisation(foreign)), ("s", .session(session)), ("x", .session(another))]
    }

    @Test func `every operation is open to the grants that reach it, and to no other`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let own = try #require(OrganisationID(story.company))
            let host = try await server.token([Grant(.host, .organisation(own))], "the host")
            let plan = #"{"title":"专场","format":"county",\#(Story.times)}"#
            let session = try #require(try await server.post("/v1/sessions", as: host, plan).json()["id"]?.text)
            let things = [
                "companies": story.company, "jobs": job, "sessions": session,
                "series": try await Self.made("/v1/series", as: host, #"{"title":"桂在行动","organisers":["人社厅"]}"#, server),
                "policies": try await Self.made(
                    "/v1/policies",
                    as: host,
                    #"{"title":"补助","topic":"补助","summary":"凭票","region":"450000"}"#,
                    server
                ),
            ]
            let operations = try Contract().operations.filter { $0.value.right != nil }
            #expect(Set(operations.values.map(\.id)) == Set(Self.table.keys))
            let bodies = try Self.bodies(story, job)
            for role in Role.allCases {
                for (letter, scope) in try Self.scopes(own, #require(SessionID(session))) {
                    guard let grant = try? Grant(role, scope) else { continue }
                    let token = try await server.token([grant], "somebody")
                    for (name, operation) in operations {
                        let path = name.path.replacing("{account}", with: "zhou").replacing("{question}", with: Self.none)
                            .replacing("{document}", with: Self.none)
                            .replacing("{job}", with: job).replacing("{id}", with: Self.thing(name.path, things))
                        let answer = try await server.send(
                            name.method.rawValue,
                            path.replacing(Self.none, with: operation.id == "readImport" ? UUID().uuidString : Self.none)
                                + (["readImport": "?name=a&organisation=\(own)", "fileDocument": "?kind=other"][operation.id] ?? ""),
                            as: token,
                            key: operation.isWrite ? UUID().uuidString : nil,
                            type: ["readImport": "text/csv", "fileDocument": "application/pdf"][operation.id] ?? "application/json",
                            bodies[operation.id]
                        )
                        let reaches = Self.table[operation.id]?.split(separator: " ").contains { cell in
                            let parts = cell.split(separator: ":")
                            return parts[0] == role.rawValue && parts[1].contains(letter)
                        }
                        #expect((answer.status != 403) == reaches, "\(operation.id) as \(role) \(letter): \(answer.status) \(answer.text)")
                    }
                }
            }
        }
    }

    /// What a path is about, by its first step behind the version.
    private static func thing(_ path: String, _ things: [String: String]) -> String {
        things[String(path.split(separator: "/").dropFirst().first ?? "")] ?? none
    }

    private static func made(_ path: String, as host: String, _ body: String, _ server: TestServer) async throws -> String {
        let answer = try await server.post(path, as: host, body)
        return try #require(try answer.json()["id"]?.text, "\(answer.text)")
    }
}
