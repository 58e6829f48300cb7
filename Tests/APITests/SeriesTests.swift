import Access
import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API

/// Series, the sessions in them, and what those come to; and the plans of sessions as they are changed.
@Suite(.timeLimit(.minutes(5))) struct SeriesTests {
    private static func open(_ story: Story, _ title: String) async throws -> String {
        let answer = try await story.server.post("/v1/series", as: story.host, #"{"title":"\#(title)","organisers":["人社厅"]}"#)
        return try #require(try answer.json()["id"]?.text, "\(answer.text)")
    }

    private static func schedule(_ story: Story, _ title: String, _ series: String) async throws -> Answer {
        let body = #"{"title":"\#(title)","format":"county","base":"广州","series":"\#(series)",\#(Story.times)}"#
        return try await story.server.post("/v1/sessions", as: story.host, body)
    }

    @Test func `a series has the sessions that name it, tells what they come to, and takes no more once it is closed`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let series = try await Self.open(story, "桂在行动")
            let job = try await story.vettedJob(openings: 7)
            var sessions: [String] = []
            for title in ["第一场", "第二场", "第三场"] {
                sessions.append(try #require(try await Self.schedule(story, title, series).json()["id"]?.text))
            }
            for session in sessions.prefix(2) {
                #expect(try await server.post("/v1/sessions/\(session)/shelf", as: story.host, #"{"jobs":["\#(job)"]}"#).status == 200)
            }
            #expect(try await server.post("/v1/sessions/\(sessions[0])/start", as: story.host).status == 200)
            #expect(try await server.post("/v1/submissions", as: story.viewer, story.submission(job, session: sessions[0])).status == 201)
            #expect(try await server.post("/v1/sessions/\(sessions[0])/end", as: story.host).status == 200)
            #expect(try await server.post("/v1/sessions/\(sessions[2])/cancellation", as: story.host, #"{"reason":"台风"}"#).status == 200)
            let totals = try await server.get("/v1/series/\(series)").json()["totals"]
            #expect(totals?["sessions"]?.integer == 2 && totals?["ended"]?.integer == 1)
            #expect(totals?["openings"]?.integer == 14 && totals?["submissions"]?.integer == 1 && totals?["entries"]?.integer == 0)
            let listed = try await server.get("/v1/sessions?series=\(series)&order=scheduling").json()["items"]?.items
            #expect(listed?.compactMap { $0["title"]?.text } == ["第一场", "第二场", "第三场"])
            let stranger = try await server.token(.host, "somebody else")
            #expect(try await server.post("/v1/series/\(series)/closing", as: stranger).status == 403)
            for _ in 0..<2 { #expect(try await server.post("/v1/series/\(series)/closing", as: story.host).status == 200) }
            #expect(try await server.get("/v1/series?status=closed").json()["items"]?.items?.count == 1)
            #expect(try await server.get("/v1/series?status=open").text == #"{"items":[]}"#)
            #expect(try await server.get("/v1/series?q=%E8%A1%8C%E5%8A%A8").json()["items"]?.items?.count == 1)
            #expect(try await Self.schedule(story, "第四场", series).pointers == ["/series"])
            #expect(try await server.get("/v1/series/\(job)").status == 404)
        }
    }

    @Test func `a plan is changed until the session starts, into an open series of those who may`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let (first, second) = (try await Self.open(story, "一"), try await Self.open(story, "二"))
            let session = try #require(try await Self.schedule(story, "专场", first).json()["id"]?.text)
            let path = "/v1/sessions/\(session)"
            let revision = #"{"title":"校园专场","format":"campus","series":"\#(second)","removed":["base"]}"#
            let stranger = try await server.token(.host, "somebody else")
            #expect(try await server.post("\(path)/revision", as: stranger, revision).status == 403)
            #expect(try await server.post("\(path)/revision", as: story.host, revision).status == 200)
            let read = try await server.get(path).json()
            #expect(read["title"]?.text == "校园专场" && read["format"]?.text == "campus" && read["series"]?.text == second)
            #expect(read["base"] == nil && read["version"]?.integer == 2)
            #expect(try await server.post("\(path)/revision", as: story.host, revision).json()["version"]?.integer == 2)
            #expect(try await server.post("/v1/series/\(first)/closing", as: story.host).status == 200)
            let closed = try await server.post("\(path)/revision", as: story.host, #"{"series":"\#(first)"}"#)
            #expect(closed.status == 422 && closed.pointers == ["/series"])
            for body in [#"{"title":" "}"#, #"{"base":"珠海","removed":["base"]}"#, #"{"removed":["title"]}"#] {
                #expect(try await server.post("\(path)/revision", as: story.host, body).status == 422, "\(body)")
            }
            #expect(try await server.post("\(path)/start", as: story.host).status == 200)
            #expect(try await server.post("\(path)/revision", as: story.host, #"{"base":"珠海"}"#).problem == "session-already-started")
        }
    }

    @Test func `sessions are found by organisation, status and words`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let own = try await server.token(.host, "host-of-the-company", company: story.company)
            for (token, title) in [(own, "数控专场"), (own, "家政专场"), (story.host, "数控夜场")] {
                let body = #"{"title":"\#(title)","format":"county","base":"广州",\#(Story.times)}"#
                #expect(try await server.post("/v1/sessions", as: token, body).status == 201)
            }
            func titles(_ query: String) async throws -> [String] {
                let answer = try await server.get("/v1/sessions?\(query)")
                return try answer.json()["items"]?.items?.compactMap { $0["title"]?.text } ?? []
            }
            let company = "organisation=\(story.company)"
            #expect(try await titles(company) == ["数控专场", "家政专场"])
            #expect(try await titles("q=%E6%95%B0%E6%8E%A7") == ["数控专场", "数控夜场"])
            #expect(try await titles("q=%E6%95%B0%E6%8E%A7&\(company)&status=scheduled") == ["数控专场"])
            #expect(try await titles("q=%E5%B9%BF%E5%B7%9E&status=cancelled") == [])
        }
    }
}
