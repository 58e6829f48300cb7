import Access
import EventSourcing
import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API

/// Sessions in the orders in which people look for them.
@Suite struct SessionListTests {
    @Test func `sessions are listed by their start in either direction, page by page and each once`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            // Two begin at the same time, and none in the order of scheduling.
            for hour in [5, 2, 9, 2, 7, 1, 3] { try await Self.schedule("\(hour)", from: hour, to: hour + 1, story) }
            #expect(try await Self.titles("order=soonest", server) == ["1", "2", "2", "3", "5", "7", "9"])
            #expect(try await Self.titles("order=latest", server) == ["9", "7", "5", "3", "2", "2", "1"])
            #expect(try await Self.titles("", server) == ["5", "2", "9", "2", "7", "1", "3"])
            #expect(try await Self.titles("order=soonest&status=scheduled", server).count == 7)
            #expect(try await server.get("/v1/sessions?order=best").status == 422)
        }
    }

    @Test func `a cursor of another order or of none is refused, and one that is good leads on`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            for hour in 1...3 { try await Self.schedule("\(hour)", from: hour, to: hour + 1, story) }
            let link = try #require(try await server.get("/v1/sessions?limit=1&order=soonest").headers["link"])
            let path = try #require(link.split(separator: ">").first.map { String($0.dropFirst()) })
            #expect(try await server.get(path).json()["items"]?.items?.first?["title"]?.text == "2")
            for wrong in [
                path.replacing("soonest", with: "latest"), "/v1/sessions?cursor=17", "/v1/companies?cursor=W10", "/v1/jobs?cursor=%C3%A9",
            ] {
                let answer = try await server.get(wrong)
                #expect(answer.status == 422 && answer.problem == "invalid-request", "\(answer.text)")
            }
        }
    }

    @Test func `what was planned to be over is left out of what is to come`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await Self.schedule("yesterday's", from: -30, to: -28, story)
            try await Self.schedule("late", from: -1, to: 1, story)
            try await Self.schedule("tomorrow's", from: 24, to: 25, story)
            #expect(try await Self.titles("status=upcoming&order=soonest", server) == ["late", "tomorrow's"])
            #expect(try await Self.titles("status=scheduled&order=soonest", server) == ["yesterday's", "late", "tomorrow's"])
        }
    }

    @Test func `the plan of a course is shown, revised in its order, and taken back`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let hours = [1, 3].map { Timestamp(Date()).advanced(by: .seconds($0 * 3600)) }
            let times = "\"startsAt\":\"\(hours[0])\",\"endsAt\":\"\(hours[1])\""
            let (jobs, policy) = (#"{"kind":"jobs","title":"数控专场","minutes":60}"#, #"{"kind":"policy","minutes":10}"#)
            let body = "{\"title\":\"县市专场\",\"format\":\"county\",\(times),\"segments\":[\(jobs),\(policy)]}"
            let id = try #require(try await server.post("/v1/sessions", as: story.host, body).json()["id"]?.text)
            #expect(try await Self.course(of: id, server) == ["jobs 数控专场 60", "policy - 10"])
            let path = "/v1/sessions/\(id)/revision"
            #expect(try await server.post(path, as: story.host, "{\"segments\":[\(policy),\(jobs)]}").status == 200)
            #expect(try await Self.course(of: id, server) == ["policy - 10", "jobs 数控专场 60"])
            let wrong = try await server.post(path, as: story.host, #"{"segments":[{"kind":"jobs","minutes":0}]}"#)
            #expect(wrong.status == 422 && wrong.text.contains("/segments/0/minutes"), "\(wrong.text)")
            #expect(try await server.post(path, as: story.host, #"{"removed":["segments"]}"#).status == 200)
            #expect(try await Self.course(of: id, server) == [])
        }
    }

    private static func course(of id: String, _ server: TestServer) async throws -> [String] {
        let segments = try await server.get("/v1/sessions/\(id)").json()["segments"]?.items ?? []
        return segments.map { "\($0["kind"]?.text ?? "") \($0["title"]?.text ?? "-") \($0["minutes"]?.integer ?? 0)" }
    }

    @Test func `the log is read backwards from any position`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let id = try await story.liveSession([])
            #expect(try await server.post("/v1/sessions/\(id)/segments", as: story.host, "{\"kind\":\"policy\"}").status == 200)
            let path = "/v1/sessions/\(id)/log"
            let all = try await server.get(path, as: story.analyst).json()["items"]?.items ?? []
            let positions = all.compactMap { $0["position"]?.integer }
            let last = try #require(positions.last)
            let before = try await server.get("\(path)?before=\(last)&limit=2", as: story.analyst).json()["items"]?.items ?? []
            #expect(before.compactMap { $0["position"]?.integer } == positions.dropLast().suffix(2).reversed())
        }
    }

    /// Hours are from now.
    private static func schedule(_ title: String, from: Int, to: Int, _ story: Story) async throws {
        let hours = [from, to].map { Timestamp(Date()).advanced(by: .seconds($0 * 3600)) }
        let body = "{\"title\":\"\(title)\",\"format\":\"county\",\"startsAt\":\"\(hours[0])\",\"endsAt\":\"\(hours[1])\"}"
        let answer = try await story.server.post("/v1/sessions", as: story.host, body)
        #expect(answer.status == 201, "\(answer.text)")
    }

    /// The titles of all pages, each of two sessions.
    private static func titles(_ query: String, _ server: TestServer) async throws -> [String] {
        var titles: [String] = []
        var next: String? = "/v1/sessions?limit=2&\(query)"
        while let path = next {
            let page = try await server.get(path)
            titles += try page.json()["items"]?.items?.compactMap { $0["title"]?.text } ?? []
            next = page.headers["link"]?.split(separator: ">").first.map { String($0.dropFirst()) }
        }
        return titles
    }
}
