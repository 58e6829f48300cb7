import Access
import Recruiting
import TestSupport
import Testing

@testable import API

/// Pages of other origins, in a browser.
@Suite(.timeLimit(.minutes(10))) struct CrossOriginTests {
    private static let page = "https://jobs.example.com"

    private func withListedOrigins(_ body: @Sendable (TestServer) async throws -> Void) async throws {
        try await withServer({ $0.origins = try! Origins([Self.page, "capacitor://localhost"]) }, body)
    }

    @Test(arguments: [page, "capacitor://localhost"]) func `one that is listed may call all that our own pages call`(origin: String)
        async throws
    {
        try await withListedOrigins { server in
            let story = try await Story(server)
            let asked = ["Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "idempotency-key"]
            for path in ["/v1/visitors", "/v1/submissions", "/v1/sessions/7f9f3c52-0000-4000-8000-000000000000/events"] {
                let permission = try await server.send("OPTIONS", path, headers: asked)
                #expect(permission.status == 204 && permission.headers["access-control-allow-origin"] == origin)
                let allowed = permission.headers["access-control-allow-headers"]?.lowercased() ?? ""
                for name in ["authorization", "content-type", "idempotency-key", "if-none-match"] { #expect(allowed.contains(name)) }
                #expect(permission.headers["access-control-allow-methods"]?.contains("POST") == true)
            }
            let visitor = try await server.post("/v1/visitors", as: nil, headers: ["Origin": origin])
            let refused = try await server.post("/v1/series", as: story.host, headers: ["Origin": origin], "{}")
            #expect(visitor.status == 201 && refused.status == 422)
            for answer in [visitor, refused] {
                #expect(answer.headers["access-control-allow-origin"] == origin && answer.headers["vary"]?.contains("Origin") == true)
                #expect(answer.headers["access-control-expose-headers"]?.contains("Retry-After") == true)
                #expect(answer.headers["access-control-allow-credentials"] == nil)
            }
            let session = try await story.scheduledSession()
            let stranger = await refusal {
                try await EventClient.open(server.wires, session, headers: ["Origin: \(origin)"]) { _ in }
            }
            #expect(stranger?.status == 401 && stranger?.headers["access-control-allow-origin"] == origin)
        }
    }

    @Test func `one that isn't listed may not, and nothing is said of origins where none is`() async throws {
        try await withListedOrigins { server in
            let asked = ["Origin": "https://evil.example.com", "Access-Control-Request-Method": "POST"]
            let refused = try await server.send("OPTIONS", "/v1/visitors", headers: asked)
            #expect(refused.status == 403 && refused.problem == "origin-not-allowed")
            let answer = try await server.get("/v1/sessions", headers: ["Origin": "https://evil.example.com"])
            #expect(answer.status == 200 && answer.headers["access-control-allow-origin"] == nil)
            #expect(answer.headers["vary"]?.contains("Origin") == true)
        }
        try await withServer { server in
            let asked = ["Origin": Self.page, "Access-Control-Request-Method": "POST"]
            let refused = try await server.send("OPTIONS", "/v1/visitors", headers: asked)
            let answer = try await server.get("/v1/sessions", headers: ["Origin": Self.page])
            #expect(refused.status == 405 && answer.headers["vary"]?.contains("Origin") != true)
        }
    }

    @Test(arguments: [
        "https://*.example.com", "*", "jobs.example.com", "https://", "https://jobs.example.com/page", "https://a@jobs.example.com",
        "https://jobs.example.com:port", "https://就业.example.com", "null", "://a", "https://a b",
    ])
    func `what is no origin can't be listed`(text: String) {
        #expect(throws: Origins.Unreadable.self) { try Origins([text]) }
    }

    @Test(arguments: [
        "http://localhost:8081", "https://[2001:db8::1]:8443", "https://[2001:db8::1]", "ionic://localhost", "https://A.example/",
    ])
    func `what is one can`(text: String) throws {
        #expect(try Origins([text]).list(text))
    }
}
