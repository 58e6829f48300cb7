import Access
import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// Postings as the law and those who look for work want them: what is refused, what is told, and who sees what.
@Suite(.timeLimit(.minutes(5))) struct JobLawTests {
    private static let terms = """
        "terms":{"shift":"twoShift","hoursADay":10.5,"restDaysAMonth":4,"meals":"provided","dormitory":{"kind":"paid","people":4,"cost":150},
        "insurance":["pension","injury"],"contract":"direct","probationMonths":1,"age":{"minimum":18},"startsOn":"\(Story.today)",
        "contact":{"from":"09:00","until":"18:00"}},"occupationCode":"6-18-01-01","skillsGrade":4,
        """

    private static func full(_ story: Story) -> String {
        "{\(terms)\(story.posting().dropFirst())".replacing("\"unit\":\"month\"", with: "\"unit\":\"month\",\"salaries\":13")
    }

    @Test func `what a job offers is told by its document, its card and its shelf`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let posted = try await server.post("/v1/jobs", as: story.recruiter, Self.full(story))
            let id = try #require(try posted.json()["id"]?.text, "\(posted.text)")
            try await story.vet(id)
            let job = try await server.get("/v1/jobs/\(id)").json()
            #expect(job["terms"]?["hoursADay"] == .number(10.5) && job["pay"]?["salaries"]?.integer == 13)
            #expect(job["occupationName"]?.text == "车工" && job["skillsGrade"]?.integer == 4)
            #expect(job["completeness"]?["score"]?.integer == 100 && job["lint"] == nil)
            let session = try await story.liveSession([id])
            #expect(try await server.post("/v1/sessions/\(session)/featured", as: story.host, #"{"job":"\#(id)"}"#).status == 200)
            let featured = try await server.get("/v1/sessions/\(session)").json()["featured"]
            #expect(featured?["terms"]?["dormitory"]?["cost"]?.integer == 150)
            let shelf = try await server.get("/v1/sessions/\(session)/shelf").json()["items"]?.items?.first
            #expect(shelf?["terms"]?["shift"]?.text == "twoShift" && shelf?["skillsGrade"]?.integer == 4)
        }
    }

    @Test(arguments: [
        (#""terms":{"dormitory":{"kind":"free","cost":100}}"#, "/terms/dormitory/cost", "dormitory-not-paid"),
        (#""terms":{"hoursADay":7.3}"#, "/terms/hoursADay", "not-a-multiple"),
        (#""terms":{"probationMonths":7}"#, "/terms/probationMonths", "too-large"),
        (#""terms":{"age":{"minimum":50,"maximum":40}}"#, "/terms/age/maximum", "below-minimum"),
        (#""terms":{"insurance":["pension","pension"]}"#, "/terms/insurance", "each-once"),
        (#""terms":{}"#, "/terms", "no-field"),
        (#""occupationCode":"7-77-77-77""#, "/occupationCode", "occupation-unknown"),
        (#""skillsGrade":6"#, "/skillsGrade", "too-large"),
    ])
    func `a field that doesn't fit is told by its place and its reason`(part: String, pointer: String, code: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let answer = try await server.post("/v1/jobs", as: story.recruiter, "{\(part),\(story.posting().dropFirst())")
            #expect(answer.status == 422 && answer.pointers == [pointer], "\(answer.text)")
            #expect(try answer.json()["errors"]?.items?.first?["code"]?.text == code, "\(answer.text)")
        }
    }

    @Test func `a posting or revision that the rules refuse says which rule, where and by which words`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let bad = story.posting().replacing("中专以上", with: "中专以上，押金500元，加微信abc12345")
            let refused = try await server.post("/v1/jobs", as: story.recruiter, bad)
            #expect(refused.status == 422 && refused.problem == "posting-unlawful", "\(refused.text)")
            let errors = try refused.json()["errors"]?.items ?? []
            #expect(errors.map { $0["pointer"]?.text } == ["/conditions", "/conditions"])
            #expect(errors.map { $0["values"]?["rule"]?.text } == ["deposit", "contact"] && errors[0]["values"]?["words"]?.text == "押金")
            let job = try await story.vettedJob()
            let revision = try await server.post("/v1/jobs/\(job)/revision", as: story.recruiter, #"{"conditions":"限男性"}"#)
            #expect(revision.problem == "posting-unlawful", "\(revision.text)")
            #expect(try await server.get("/v1/jobs/\(job)").json()["conditions"]?.text == "中专以上")
            let draft = try await server.send("POST", "/v1/lint", as: story.recruiter, #"{"conditions":"限男性，45岁以下"}"#)
            let found = try draft.json()["lint"]?["findings"]?.items ?? []
            #expect(
                found.map { $0["rule"]?.text } == ["sex", "age"] && found.map { $0["severity"]?.text } == ["block", "flag"],
                "\(draft.text)"
            )
            #expect(try draft.json()["completeness"]?["score"]?.integer == 40)
        }
    }

    @Test func `only those whose job it is, and reviewers, see it before it is vetted`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let flagged = story.posting().replacing("中专以上", with: "45岁以下")
            let id = try #require(try await server.post("/v1/jobs", as: story.recruiter, flagged).json()["id"]?.text)
            let own = try #require(OrganisationID(story.company))
            let other = try #require(OrganisationID("7f9f3c52-0000-4000-8000-000000000000"))
            let readers: [(String?, Bool)] = [
                (nil, false), (story.viewer, false), (story.analyst, false), (story.host, false), (story.reviewer, true),
                (story.recruiter, true),
                (try await server.token(.operator), true), (try await server.token([Grant(.host, .organisation(own))], "own"), true),
                (try await server.token([Grant(.recruiter, .organisation(other))], "other"), false),
            ]
            for (reader, sees) in readers {
                let one = try await server.get("/v1/jobs/\(id)", as: reader)
                #expect(one.status == (sees ? 200 : 404), "\(one.text)")
                let rule = try one.json()["lint"]?["findings"]?.items?.first?["rule"]?.text
                #expect(!sees || rule == "age")
                for query in ["", "?status=posted", "?order=pay", "?company=\(story.company)"] {
                    let list = try await server.get("/v1/jobs\(query)", as: reader).json()["items"]?.items ?? []
                    #expect(list.contains { $0["id"]?.text == id } == sees, "\(query)")
                }
            }
            try await story.reject(id)
            #expect(try await server.get("/v1/jobs/\(id)").status == 404)
            #expect(try await server.get("/v1/jobs?status=rejected").text == #"{"items":[]}"#)
            #expect(try await server.get("/v1/jobs/\(id)", as: story.recruiter).json()["findings"]?.items?.count == 1)
        }
    }

    @Test func `jobs are searched by pay, place and occupation`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let id = try #require(try await server.post("/v1/jobs", as: story.recruiter, Self.full(story)).json()["id"]?.text)
            try await story.vet(id)
            let hits = [
                "pay=6000", "region=44", "region=4419", "occupation=6-18", "occupation=6-18-01-01", "pay=100&order=pay", "order=expiry",
            ]
            for query in hits { #expect(try await server.get("/v1/jobs?\(query)").json()["items"]?.items?.count == 1, "\(query)") }
            for query in ["pay=6001", "region=45", "occupation=2-02"] {
                #expect(try await server.get("/v1/jobs?\(query)").text == #"{"items":[]}"#, "\(query)")
            }
            let reason = #"{"reason":"投诉核查"}"#
            #expect(try await server.post("/v1/companies/\(story.company)/suspension", as: story.reviewer, reason).status == 200)
            #expect(try await server.get("/v1/jobs").text == #"{"items":[]}"#)
        }
    }

    @Test func `occupations are listed by name and code`() async throws {
        try await withServer { server in
            let found = try await server.get("/v1/occupations?q=6-18-01-01").json()["items"]?.items ?? []
            #expect(found.map { $0["name"]?.text } == ["车工"])
            #expect(try await server.get("/v1/occupations?limit=3").json()["items"]?.items?.count == 3)
        }
    }
}

extension Story {
    func vet(_ job: String, _ more: String = "") async throws {
        let answer = try await server.post("/v1/vettings", as: reviewer, #"{"jobs":["\#(job)"],"decision":"approve"\#(more)}"#)
        #expect(answer.status == 200, "\(answer.text)")
    }

    func reject(_ job: String) async throws {
        let body = #"{"jobs":["\#(job)"],"decision":"reject","findings":["薪资不实"]}"#
        #expect(try await server.post("/v1/vettings", as: reviewer, body).status == 200)
    }
}
