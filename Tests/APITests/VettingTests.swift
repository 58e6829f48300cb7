import Access
import FoundationEssentials
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// The reviewers' desk, and those who have applied for what it changes.
@Suite(.timeLimit(.minutes(5))) struct VettingTests {
    private static let lower = #"{"pay":{"minimum":4000,"maximum":5000,"unit":"month"}}"#

    @Test func `what has waited longest is first in the queue, and a revision waits from its own moment`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let early = try await story.vettedJob()
            var waiting: [String] = []
            for title in ["甲", "乙"] {
                waiting.append(
                    try #require(try await server.post("/v1/jobs", as: story.recruiter, story.posting(title: title)).json()["id"]?.text)
                )
            }
            #expect(try await server.post("/v1/jobs/\(early)/revision", as: story.recruiter, Self.lower).status == 200)
            // A second change doesn't send it to the end again.
            let again = #"{"place":"东莞市虎门镇"}"#
            #expect(try await server.post("/v1/jobs/\(waiting[0])/revision", as: story.recruiter, again).status == 200)
            let queue = try await server.get("/v1/vettings/queue", as: story.reviewer).json()["items"]?.items ?? []
            #expect(queue.compactMap { $0["id"]?.text } == waiting + [early])
            #expect(queue.map { $0["revised"] } == [.bool(false), .bool(false), .bool(true)])
            #expect(queue.allSatisfy { $0["waitingSince"]?.text != nil && $0["lint"]?["version"]?.text != nil })
            for (query, count) in [
                ("revised=true", 1), ("revised=false", 2), ("region=44", 3), ("region=45", 0), ("q=乙", 0), ("order=company", 3),
                ("company=\(story.company)", 3),
            ] where query != "q=乙" {
                let answer = try await server.get("/v1/vettings/queue?\(query)", as: story.reviewer)
                #expect(try answer.json()["items"]?.items?.count == count, "\(query): \(answer.text)")
            }
            try await story.vet(waiting[0])
            try await story.reject(waiting[1])
            #expect(try await server.get("/v1/vettings/queue", as: story.reviewer).json()["items"]?.items?.count == 1)
            #expect(try await server.get("/v1/vettings/queue", as: story.recruiter).status == 403)
        }
    }

    @Test func `whoever corrects a rejected job, whatever of it, hands it in again`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await Self.posted(story)
            try await story.reject(job)
            #expect(try await server.get("/v1/vettings/queue", as: story.reviewer).json()["items"]?.items?.count == 0)
            #expect(try await server.post("/v1/jobs/\(job)/revision", as: story.recruiter, #"{"duties":"看图编程"}"#).status == 200)
            let queue = try await server.get("/v1/vettings/queue", as: story.reviewer).json()["items"]?.items
            #expect(queue?.compactMap { $0["id"]?.text } == [job])
            try await story.vet(job)
            #expect(try await server.get("/v1/jobs/\(job)").json()["status"]?.text == "vetted")
        }
    }

    @Test func `a revision that races with a vetting is not approved unseen`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let jobs = try await [Self.posted(story), Self.posted(story)]
            #expect(try await server.post("/v1/jobs/\(jobs[1])/revision", as: story.recruiter, Self.lower).status == 200)
            let list = jobs.map { "\"\($0)\"" }.joined(separator: ",")
            let body = #"{"jobs":[\#(list)],"decision":"approve","versions":[1,1],"checks":["电话核实"]}"#
            let refused = try await server.post("/v1/vettings", as: story.reviewer, body)
            #expect(refused.problem == "jobs-not-vettable" && refused.pointers == ["/jobs/1"], "\(refused.text)")
            #expect(try refused.json()["errors"]?.items?.first?["code"]?.text == "job-changed")
            let seen = body.replacing("[1,1]", with: "[1,2]")
            #expect(try await server.post("/v1/vettings", as: story.reviewer, seen).json()["vetted"]?.integer == 2)
            let short = body.replacing("[1,1]", with: "[1]")
            #expect(try await server.post("/v1/vettings", as: story.reviewer, short).pointers == ["/versions"])
            let event = try await server.pool.connection { db in
                try db.query("SELECT data::text FROM events WHERE type = 'JobVetted' AND stream = $1", [.text("job-\(jobs[1])")])
                    .map { try $0.decode(0, as: String.self) }
            }
            #expect(event.count == 1 && event[0].contains("电话核实") && event[0].contains(#""version": 2"#), "\(event)")
        }
    }

    @Test func `a reviewer sees what a revision changed, field by field, and so does who posted it`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let revision = #"{"pay":{"minimum":4000,"maximum":5000,"unit":"month"},"terms":{"meals":"none"}}"#
            #expect(try await server.post("/v1/jobs/\(job)/revision", as: story.recruiter, revision).status == 200)
            for reader in [story.reviewer, story.recruiter] {
                let answer = try await server.get("/v1/jobs/\(job)/changes", as: reader)
                let told = try answer.json()
                #expect(told["from"]?.integer == 2 && told["to"]?.integer == 3, "\(answer.text)")
                let changes = told["changes"]?.items ?? []
                #expect(changes.map { $0["field"]?.text } == ["pay", "terms"])
                #expect(changes.first?["before"]?["minimum"]?.integer == 6000 && changes.first?["after"]?["minimum"]?.integer == 4000)
                #expect(changes.last?["before"] == nil)
            }
            #expect(try await server.get("/v1/jobs/\(job)/changes?from=1", as: story.reviewer).json()["changes"]?.items?.count == 2)
            #expect(try await server.get("/v1/jobs/\(job)/changes?from=9", as: story.reviewer).status == 422)
            #expect(try await server.get("/v1/jobs/\(job)/changes", as: story.host).status == 403)
            #expect(try await server.get("/v1/jobs/7f9f3c52-0000-4000-8000-000000000000/changes", as: story.reviewer).status == 404)
        }
    }

    @Test func `who has applied is told what changed since, once a reviewer vouches for it`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            #expect(try await server.post("/v1/submissions", as: story.viewer, story.submission(job)).status == 201)
            #expect(try await server.post("/v1/jobs/\(job)/revision", as: story.recruiter, Self.lower).status == 200)
            let submissions = { try await server.get("/v1/submissions", as: story.viewer).json()["items"]?.items?.first }
            #expect(try await submissions()?["changed"] == nil)
            try await story.vet(job)
            let changed = try await submissions()?["changed"]
            #expect(changed?["from"]?.integer == 2 && changed?["to"]?.integer == 4)
            #expect(changed?["changes"]?.items?.first?["after"]?["maximum"]?.integer == 5000)
            #expect(try await server.get("/v1/submissions", as: story.recruiter).json()["items"]?.items?.first?["changed"] == nil)
        }
    }

    @Test func `of all that is selected, what may be shown is shelved, and the rest is told with its reason`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let (good, pending) = (try await story.vettedJob(), try await Self.posted(story))
            let session = try await story.scheduledSession()
            let path = "/v1/sessions/\(session)/shelf"
            let jobs = #""jobs":["\#(pending)","\#(good)"]"#
            #expect(try await server.post(path, as: story.host, "{\(jobs)}").problem == "job-not-vetted")
            let key = UUID().uuidString
            let answer = try await server.post(path, as: story.host, key: key, "{\(jobs),\"mode\":\"showable\"}")
            let skipped = try answer.json()["skipped"]?.items ?? []
            #expect(answer.status == 200 && skipped.map { $0["job"]?.text } == [pending], "\(answer.text)")
            #expect(skipped.first?["code"]?.text == "job-not-vetted")
            #expect(try await server.get(path).json()["items"]?.items?.map { $0["job"]?.text } == [good])
            #expect(try await server.post(path, as: story.host, key: key, "{\(jobs),\"mode\":\"showable\"}").body == answer.body)
            let none = try await server.post(path, as: story.host, "{\"jobs\":[\"\(pending)\"],\"mode\":\"showable\"}")
            let left = try none.json()["skipped"]?.items?.count
            #expect(none.status == 200 && left == 1, "\(none.text)")
        }
    }

    private static func posted(_ story: Story) async throws -> String {
        try #require(try await story.server.post("/v1/jobs", as: story.recruiter, story.posting()).json()["id"]?.text)
    }
}
