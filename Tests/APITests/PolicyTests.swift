import Access
import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// Policies as offices keep them.
@Suite(.timeLimit(.minutes(5))) struct PolicyTests {
    private static func publish(_ story: Story, _ title: String, _ more: String = "") async throws -> String {
        let body = #"{"title":"\#(title)","topic":"补助","summary":"凭票申领","region":"450000"\#(more)}"#
        let answer = try await story.server.post("/v1/policies", as: story.reviewer, body)
        return try #require(try answer.json()["id"]?.text, "\(answer.text)")
    }

    private static func titles(_ query: String, _ server: TestServer) async throws -> [String] {
        let answer = try await server.get("/v1/policies?\(query)")
        return try answer.json()["items"]?.items?.compactMap { $0["title"]?.text } ?? []
    }

    @Test func `a policy is changed, shown as changed, and shown no more once it has been ended`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let id = try await Self.publish(story, "交通补助", #","link":"https://example.org/1""#)
            let path = "/v1/policies/\(id)"
            let session = try await story.liveSession([])
            func show() async throws -> Answer {
                try await server.post("/v1/sessions/\(session)/policy-cards", as: story.host, #"{"policy":"\#(id)"}"#)
            }
            let revision = #"{"summary":"凭票据申领","removed":["link"]}"#
            #expect(try await server.post("\(path)/revision", as: story.viewer, revision).status == 403)
            #expect(try await server.post("\(path)/revision", as: story.reviewer, revision).status == 200)
            let read = try await server.get(path)
            #expect(read.headers["etag"] == "\"2\"")
            #expect(try read.json()["summary"]?.text == "凭票据申领")
            #expect(try read.json()["link"] == nil)
            #expect(try await show().status == 200)
            #expect(try await server.get("/v1/sessions/\(session)").json()["policy"]?["summary"]?.text == "凭票据申领")
            let both = try await server.post("\(path)/revision", as: story.reviewer, #"{"link":"https://example.org","removed":["link"]}"#)
            #expect(both.status == 422 && both.pointers == ["/removed"])
            let past = #"{"validThrough":"\#(Story.today.advanced(days: -1))"}"#
            #expect(try await server.post("\(path)/revision", as: story.reviewer, past).problem == "policy-validity-past")
            #expect(try await server.post("\(path)/revision", as: story.reviewer, "{}").json()["version"]?.integer == 2)
            for _ in 0..<2 { #expect(try await server.post("\(path)/expiry", as: story.reviewer).status == 200) }
            #expect(try await server.post("\(path)/revision", as: story.reviewer, revision).problem == "policy-expired")
            #expect(try await show().problem == "policy-not-showable")
            #expect(try await server.get(path).json()["status"]?.text == "expired")
            #expect(try await server.post("/v1/policies/\(session)/expiry", as: story.reviewer).status == 404)
        }
    }

    @Test func `policies are listed by publication or last day, by status and by words`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let (soon, later) = (Story.today.advanced(days: 10), Story.today.advanced(days: 20))
            let open = try await Self.publish(story, "培训补贴")
            _ = try await Self.publish(story, "交通补助", #","validThrough":"\#(later)""#)
            _ = try await Self.publish(story, "租房补贴", #","validThrough":"\#(soon)""#)
            #expect(try await Self.titles("", server) == ["培训补贴", "交通补助", "租房补贴"])
            #expect(try await Self.titles("order=newest", server) == ["租房补贴", "交通补助", "培训补贴"])
            #expect(try await Self.titles("order=expiry", server) == ["租房补贴", "交通补助", "培训补贴"])
            #expect(try await Self.titles("q=%E8%A1%A5%E8%B4%B4", server) == ["培训补贴", "租房补贴"])
            #expect(try await server.post("/v1/policies/\(open)/expiry", as: story.reviewer).status == 200)
            #expect(try await Self.titles("", server) == ["交通补助", "租房补贴"])
            #expect(try await Self.titles("status=expired", server) == ["培训补贴"])
            #expect(try await Self.titles("status=any&limit=2", server) == ["培训补贴", "交通补助"])
            let first = try await server.get("/v1/policies?order=expiry&limit=1")
            let next = try #require(first.headers["link"]?.split(separator: ">").first?.dropFirst())
            let second = try await server.get(String(next)).json()["items"]?.items?.first
            #expect(second?["title"]?.text == "交通补助")
        }
    }

    @Test func `a policy expires by itself when its last day has ended in China`() async throws {
        let clock = Clock()
        try await withServer {
            $0.now = clock.now
        } _: { server in
            let story = try await Story(server)
            let last = Story.today.advanced(days: 3)
            let id = try await Self.publish(story, "交通补助", #","validThrough":"\#(last)""#)
            clock.set(to: Timestamp(china: last, minutes: 24 * 60 - 1))
            #expect(try await server.get("/v1/policies/\(id)").json()["status"]?.text == "published")
            clock.set(to: Timestamp(china: last.advanced(days: 1), minutes: 0))
            try await eventually { try await server.get("/v1/policies/\(id)").json()["status"]?.text == "expired" ? true : nil }
        }
    }
}
