import Access
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// Each route's happy path that no other suite walks.
@Suite struct RouteTests {
    @Test func `a company is rejected, verified and suspended`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let registered = try await server.post("/v1/companies", as: story.recruiter, story.registration())
            #expect(registered.headers["location"] == "/v1/companies/\(story.company)")
            let path = "/v1/companies/\(story.company)"
            #expect(try await server.post("\(path)/rejection", as: story.reviewer, "{\"findings\":[\"执照过期\"]}").status == 200)
            #expect(try await server.get(path, as: story.reviewer).json()["status"]?.text == "rejected")
            try await story.fileDocuments()
            try await story.verify()
            #expect(try await server.get("/v1/companies", as: story.reviewer).json()["items"]?.items?.first?["status"]?.text == "verified")
            #expect(try await server.post("\(path)/suspension", as: story.reviewer, "{\"reason\":\"投诉\"}").status == 200)
            #expect(try await server.get(path).headers["etag"] == "\"7\"")
        }
    }

    @Test func `a job is revised, needs vetting again, changes its openings and is withdrawn`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let id = try await story.vettedJob()
            let path = "/v1/jobs/\(id)"
            #expect(try await server.get("/v1/jobs?status=vetted").json()["items"]?.items?.count == 1)
            let pay = "{\"pay\":{\"minimum\":7000,\"maximum\":9500,\"unit\":\"month\"}}"
            #expect(try await server.post("\(path)/revision", as: story.recruiter, pay).status == 200)
            #expect(try await server.get(path, as: story.recruiter).json()["status"]?.text == "posted")
            #expect(try await server.post("\(path)/openings", as: story.recruiter, "{\"openings\":8}").status == 200)
            #expect(try await server.get(path, as: story.recruiter).json()["openings"]?.integer == 8)
            #expect(try await server.post("\(path)/withdrawal", as: story.recruiter, "{\"reason\":\"招满\"}").status == 200)
            #expect(try await server.get(path, as: story.recruiter).json()["status"]?.text == "withdrawn")
            let vetting = try await server.post(
                "/v1/vettings",
                as: story.reviewer,
                "{\"jobs\":[\"\(id)\"],\"decision\":\"reject\",\"findings\":[\"x\"]}"
            )
            #expect(vetting.status == 409)
            #expect(vetting.pointers == ["/jobs/0"])
            let inverted = "{\"pay\":{\"minimum\":9000,\"maximum\":8000,\"unit\":\"month\"}}"
            #expect(try await server.post("\(path)/revision", as: story.recruiter, inverted).pointers == ["/pay/maximum"])
        }
    }

    @Test func `a series and a policy are opened, and the policy is shown in a session of the series`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let series = try await server.post("/v1/series", as: story.host, "{\"title\":\"就业暖心·桂在行动\",\"organisers\":[\"自治区人社厅\"]}")
            #expect(series.status == 201, "\(series.text)")
            let policy = try await server.post(
                "/v1/policies",
                as: story.reviewer,
                "{\"title\":\"赴粤交通补助\",\"topic\":\"交通补助\",\"summary\":\"凭车票申领\",\"region\":\"450000\"}"
            )
            #expect(policy.status == 201, "\(policy.text)")
            let policyID = try #require(try policy.json()["id"]?.text)
            let seriesID = try #require(try series.json()["id"]?.text)
            #expect(try await server.get("/v1/policies").json()["items"]?.items?.first?["id"]?.text == policyID)
            #expect(try await server.get("/v1/series").json()["items"]?.items?.first?["id"]?.text == seriesID)
            let scheduled = try await server.post(
                "/v1/sessions",
                as: story.host,
                "{\"title\":\"专场\",\"format\":\"county\",\"series\":\"\(seriesID)\",\"base\":\"广州\",\"policies\":[\"\(policyID)\"],\(Story.times)}"
            )
            let id = try #require(try scheduled.json()["id"]?.text, "\(scheduled.text)")
            #expect(try await server.get("/v1/sessions?series=\(seriesID)").json()["items"]?.items?.first?["id"]?.text == id)
            #expect(try await server.post("/v1/sessions/\(id)/start", as: story.host).status == 200)
            #expect(try await server.post("/v1/sessions/\(id)/policy-cards", as: story.host, "{\"policy\":\"\(policyID)\"}").status == 200)
            #expect(try await server.get("/v1/sessions/\(id)").json()["policy"]?["policy"]?.text == policyID)
            let unknown = try await server.post("/v1/sessions/\(id)/policy-cards", as: story.host, "{\"policy\":\"\(id)\"}")
            #expect(unknown.problem == "policy-not-showable")
        }
    }

    @Test func `a session is moved, called off, interrupted and resumed`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let first = try await story.scheduledSession()
            #expect(try await server.post("/v1/sessions/\(first)/rescheduling", as: story.host, "{\(Story.times)}").status == 200)
            #expect(try await server.post("/v1/sessions/\(first)/cancellation", as: story.host, "{\"reason\":\"台风\"}").status == 200)
            #expect(try await server.get("/v1/sessions/\(first)").json()["status"]?.text == "cancelled")
            let second = try await story.liveSession([])
            #expect(try await server.post("/v1/sessions/\(second)/interruption", as: story.host, "{\"cause\":\"断流\"}").status == 200)
            #expect(try await server.get("/v1/sessions?status=live").json()["items"]?.items?.first?["status"]?.text == "interrupted")
            #expect(try await server.post("/v1/sessions/\(second)/resumption", as: story.host).status == 200)
            #expect(try await server.post("/v1/sessions/\(second)/end", as: story.host, "{\"reason\":\"forced\"}").status == 200)
            #expect(try await server.get("/v1/sessions?status=ended").json()["items"]?.items?.count == 1)
            #expect(try await server.get("/v1/sessions?status=scheduled").json()["items"]?.items?.isEmpty == true)
        }
    }

    @Test func `a card comes down by itself only after its time, or when the host means it`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let id = try await story.liveSession([job])
            #expect(try await server.get("/v1/sessions/\(id)/shelf").json()["items"]?.items?.first?["job"]?.text == job)
            #expect(try await server.post("/v1/sessions/\(id)/featured", as: story.host, "{\"job\":\"\(job)\"}").status == 200)
            let early = try await server.send("DELETE", "/v1/sessions/\(id)/featured", as: story.host, key: "key-of-a-test")
            #expect(early.problem == "minimum-display")
            let meant = try await server.send("DELETE", "/v1/sessions/\(id)/featured?override=true", as: story.host, key: "key-of-a-test-2")
            #expect(meant.status == 200, "\(meant.text)")
            let off = try await server.send("DELETE", "/v1/sessions/\(id)/shelf/\(job)", as: story.host, key: "key-of-a-test-3")
            #expect(off.status == 200)
            #expect(try await server.get("/v1/sessions/\(id)/shelf").text == "{\"items\":[]}")
        }
    }

    @Test func `questions are asked, merged, answered and hidden`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/questions"
            var ids: [String] = []
            for text in ["包吃住吗？", "有宿舍吗？", "广告"] {
                let asked = try await server.post(path, as: story.viewer, "{\"text\":\"\(text)\"}")
                ids.append(try #require(try asked.json()["id"]?.text))
            }
            #expect(try await server.post("\(path)/\(ids[1])/merging", as: story.host, "{\"into\":\"\(ids[0])\"}").status == 200)
            #expect(try await server.post("\(path)/\(ids[0])/answer", as: story.host, "{\"mode\":\"text\",\"text\":\"包\"}").status == 200)
            #expect(try await server.post("\(path)/\(ids[2])/hiding", as: story.host, "{\"reason\":\"广告\"}").status == 200)
            let seen = try await server.get(path).json()["items"]?.items ?? []
            #expect(seen.map { $0["answer"]?.text } == ["包"])
            #expect(try await server.get(path, as: story.host).json()["items"]?.items?.count == 3)
            let personal = try await server.post(path, as: story.viewer, "{\"text\":\"打我电话 13800138000\"}")
            #expect(personal.problem == "question-holds-personal-data")
            let nothing = "7f9f3c52-0000-4000-8000-000000000000"
            #expect(try await server.post("\(path)/\(nothing)/hiding", as: story.host, "{\"reason\":\"x\"}").status == 404)
        }
    }

    @Test func `an analyst reads a session's log and its counters as of any position`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            #expect(try await server.post("/v1/submissions", as: story.viewer, story.submission(job, session: session)).status == 201)
            let log = try await server.get("/v1/sessions/\(session)/log?limit=2", as: story.analyst)
            #expect(try log.json()["items"]?.items?.compactMap { $0["type"]?.text } == ["SessionScheduled", "JobsShelved"])
            let next = try #require(log.headers["link"]?.split(separator: ">").first?.dropFirst())
            let rest = try await server.get(String(next) + "0", as: story.analyst)
            #expect(try rest.json()["items"]?.items?.first?["type"]?.text == "SessionStarted")
            #expect(!rest.text.contains("ciphertext"))
            let shelvedAt = try #require(try log.json()["items"]?.items?.last?["position"]?.integer)
            let before = try await server.get("/v1/sessions/\(session)/counters?asOf=\(shelvedAt)", as: story.analyst).json()
            #expect(before["openings"]?.integer == 5)
            #expect(before["submissions"]?.integer == 0)
            #expect(try await server.get("/v1/sessions/\(session)/counters", as: story.host).json()["submissions"]?.integer == 1)
            let stranger = try await server.token(.host, "somebody else")
            #expect(try await server.get("/v1/sessions/\(session)/log", as: stranger).status == 403)
        }
    }

    @Test func `probes, metrics and pages answer with what browsers and operators need`() async throws {
        try await withServer { server in
            #expect(try await server.get("/healthz").text == "ok\n")
            #expect(try await eventually { try await server.get("/readyz").status == 200 ? true : nil })
            let metrics = try await server.get("/metrics")
            #expect(metrics.text.contains("# TYPE jobcast_http_request_seconds histogram"))
            #expect(metrics.text.contains("jobcast_log_position 0"))
            let page = try await server.get("/")
            #expect(page.headers["content-type"] == "text/html; charset=utf-8")
            #expect(page.headers["content-security-policy"]?.contains("script-src 'self'") == true)
            #expect(page.headers["x-content-type-options"] == "nosniff")
            #expect(page.headers["referrer-policy"] == "no-referrer")
            let tag = try #require(page.headers["etag"])
            #expect(try await server.get("/", headers: ["If-None-Match": tag]).status == 304)
            #expect(try await server.get("/static/index.html").body == page.body)
            for path in ["/static/..%2fPages.swift", "/static/nothing.js", "/static/dom.js", "/nothing"] {
                #expect(try await server.get(path).status == 404)
            }
            let head = try await server.send("HEAD", "/", headers: ["Connection": "close"])
            #expect(head.status == 200)
        }
    }
}
