import Access
import JSON
import Recruiting
import Testing

@testable import API

/// However bad a request is, its answer is short.
@Suite struct BoundTests {
    private static func check(_ answer: Answer, _ status: Int) throws {
        #expect(answer.status == status, "\(answer.text.prefix(500))")
        #expect(answer.body.count <= 16 << 10)
        #expect(try answer.json()["errors"]?.items?.count ?? 0 <= 100)
    }

    @Test func `names, paths and values are not echoed without bound`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let long = String(repeating: "字", count: 200_000)
            try Self.check(try await server.post("/v1/series", as: story.host, "{\"\(long)\":1}"), 422)
            let many = (0..<20_000).map { "\"\($0)\(String(repeating: "\u{2028}", count: 3))\":1" }.joined(separator: ",")
            let answer = try await server.post("/v1/series", as: story.host, "{\(many)}")
            try Self.check(answer, 422)
            #expect(try answer.json()["errors"]?.items?.isEmpty == false)
            try Self.check(try await server.get("/" + String(repeating: "a", count: 12_000)), 404)
            try Self.check(try await server.get("/v1/jobs?status=" + String(repeating: "a", count: 12_000)), 422)
        }
    }

    @Test func `the address of the next page carries what the contract knows and nothing else`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            for _ in 0..<2 { _ = try await story.vettedJob() }
            let page = try await server.get("/v1/jobs?limit=1&utm_source=%0d%0aSet-Cookie:%20a%3E&status=vetted")
            let link = try #require(page.headers["link"])
            #expect(link.hasPrefix("</v1/jobs?limit=1&status=vetted&cursor=") && !link.contains("utm"), "\(link)")
        }
    }

    @Test func `of thousands of faults the first hundred are told and the rest counted`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let ids = (0..<5_000).map { "\"7f9f3c52-0000-4000-8000-00000000\(String($0 + 10_000).suffix(4))\"" }
            let body = "{\"jobs\":[\(ids.joined(separator: ","))],\"decision\":\"approve\"}"
            let answer = try await server.post("/v1/vettings", as: story.reviewer, body)
            try Self.check(answer, 409)
            let told = try #require(try answer.json()["errors"]?.items?.count)
            #expect(try answer.json()["detail"]?.text?.contains("\(5_000 - told) more") == true)
        }
    }
}
