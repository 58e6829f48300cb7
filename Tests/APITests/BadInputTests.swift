import FoundationEssentials
import JSON
import Recruiting
import Testing

@testable import API
@testable import Access

/// What a careless or hostile client sends: each time a problem that says what and where, and nothing in the log.
@Suite struct BadInputTests {
    struct Bad: Sendable, CustomTestStringConvertible {
        let what: String
        let body: String
        let status: Int
        let problem: String
        let pointers: [String]

        var testDescription: String { what }
    }

    static let title = "\"title\":\"专场\""
    static let format = "\"format\":\"campus\""

    static let bodies = [
        Bad(what: "no JSON", body: "{\"title\":", status: 400, problem: "malformed-json", pointers: []),
        Bad(what: "more than JSON", body: "{}{}", status: 400, problem: "malformed-json", pointers: []),
        Bad(what: "a name twice", body: "{\"title\":\"a\",\"title\":\"b\"}", status: 400, problem: "malformed-json", pointers: []),
        Bad(what: "U+0000", body: "{\"title\":\"\\u0000\"}", status: 400, problem: "malformed-json", pointers: []),
        Bad(what: "half a surrogate pair", body: "{\"title\":\"\\ud800\"}", status: 400, problem: "malformed-json", pointers: []),
        Bad(what: "nested too deep", body: String(repeating: "[", count: 100_000), status: 400, problem: "malformed-json", pointers: []),
        Bad(what: "an array", body: "[]", status: 422, problem: "invalid-request", pointers: [""]),
        Bad(
            what: "nothing in it",
            body: "{}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/title", "/format", "/startsAt", "/endsAt"]
        ),
        Bad(
            what: "an unknown field",
            body: "{\(title),\(format),\(Story.times),\"titel\":\"x\"}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/titel"]
        ),
        Bad(
            what: "a wrong type",
            body: "{\"title\":7,\(format),\(Story.times)}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/title"]
        ),
        Bad(
            what: "null",
            body: "{\(title),\(format),\(Story.times),\"base\":null}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/base"]
        ),
        Bad(
            what: "an unknown format",
            body: "{\(title),\"format\":\"moon\",\(Story.times)}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/format"]
        ),
        Bad(
            what: "a day that isn't",
            body: "{\(title),\(format),\"startsAt\":\"2026-02-30T10:00:00Z\",\"endsAt\":\"2026-03-01T10:00:00Z\"}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/startsAt"]
        ),
        Bad(
            what: "an end before the start",
            body: "{\(title),\(format),\"startsAt\":\"2026-03-01T10:00:00Z\",\"endsAt\":\"2026-03-01T09:00:00Z\"}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/endsAt"]
        ),
        Bad(
            what: "a blank title",
            body: "{\"title\":\"  \",\(format),\(Story.times)}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/title"]
        ),
        Bad(
            what: "a title too long",
            body: "{\"title\":\"\(String(repeating: "长", count: 101))\",\(format),\(Story.times)}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/title"]
        ),
        Bad(
            what: "a series that isn't",
            body: "{\(title),\(format),\(Story.times),\"series\":\"7f9f3c52-0000-4000-8000-000000000000\"}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/series"]
        ),
        Bad(
            what: "no UUID in a list",
            body: "{\(title),\(format),\(Story.times),\"policies\":[\"7f9f3c52-0000-4000-8000-000000000000\",\"x\"]}",
            status: 422,
            problem: "invalid-request",
            pointers: ["/policies/1"]
        ),
    ]

    @Test func `a bad body is told what and where`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            for bad in Self.bodies {
                let answer = try await server.post("/v1/sessions", as: story.host, bad.body)
                #expect(answer.status == bad.status, "\(bad.what): \(answer.text)")
                #expect(answer.problem == bad.problem, "\(bad.what)")
                #expect(answer.pointers == bad.pointers, "\(bad.what): \(answer.text)")
            }
            let malformed = try await server.post("/v1/sessions", as: story.host, "{\n  \"title\": x}")
            #expect(try malformed.json()["errors"]?.items?.first?["line"]?.integer == 2)
            #expect(try malformed.json()["errors"]?.items?.first?["column"]?.integer == 12)
            #expect(try await server.head() == 0)
        }
    }

    @Test func `tokens that are forged, expired or of another kind are refused`() async throws {
        try await withServer { server in
            let other = try await TokenSigner(secret: Array("another secret of at least thirty-two bytes".utf8)).issue(
                [Grant(.operator)],
                to: "mallory",
                lifetime: .seconds(60)
            )
            let good = try await server.token(.host)
            let parts = good.split(separator: ".")
            let tampered = "\(parts[0]).\(parts[1].dropLast())A.\(parts[2])"
            // {"alg":"none","typ":"JWT"}, and without a signature
            let unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\(parts[1])."
            let signedAsNone = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.\(parts[1]).\(parts[2])"
            for token in [
                other, tampered, unsigned, signedAsNone, "x", "a.b.c", String(good.dropLast(3)), String(repeating: "a", count: 5000),
            ] {
                let answer = try await server.post("/v1/sessions", as: token, "{}")
                #expect(answer.status == 401, "\(token)")
                #expect(answer.problem == "token-invalid")
                #expect(answer.headers["www-authenticate"] == "Bearer realm=\"jobcast\", error=\"invalid_token\"")
            }
            let expired = try await server.post("/v1/sessions", as: try await server.token(.host, lifetime: .seconds(-5)), "{}")
            #expect(expired.problem == "token-expired")
            // Also where none is needed: whoever sends one means it.
            #expect(try await server.get("/v1/sessions", as: "x").status == 401)
            #expect(try await server.head() == 0)
        }
    }

    @Test func `identifiers of nothing, and of others' things, are not found or forbidden`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let session = try await story.scheduledSession()
            let head = try await server.head()
            let nothing = "7f9f3c52-0000-4000-8000-000000000000"
            for path in [
                "sessions/\(nothing)/start", "sessions/not-a-uuid/start", "jobs/\(nothing)/withdrawal",
                "submissions/\(nothing)/withdrawal",
            ] {
                let answer = try await server.post("/v1/\(path)", as: try await server.token(.operator), "{\"reason\":\"x\"}")
                #expect(answer.status == 404, "\(path): \(answer.text)")
            }
            for path in ["sessions", "jobs", "companies"] { #expect(try await server.get("/v1/\(path)/\(nothing)").status == 404) }
            let stranger = try await server.token(.host, "somebody else")
            #expect(try await server.post("/v1/sessions/\(session)/start", as: stranger).status == 403)
            let rival = try await server.token(.recruiter, "rival", company: nothing)
            #expect(try await server.post("/v1/jobs", as: rival, story.posting()).status == 403)
            let shelving = try await server.post("/v1/sessions/\(session)/shelf", as: story.host, "{\"jobs\":[\"\(nothing)\"]}")
            #expect(shelving.status == 409)
            #expect(shelving.problem == "job-not-posted")
            #expect(shelving.pointers == ["/jobs/0"])
            #expect(try await server.head() == head)
        }
    }

    @Test func `what is too large, of another type or half sent is refused before it is read`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let large = String(repeating: "x", count: 1 << 20) + "x"
            let declared = try await server.post("/v1/sessions", as: story.host, large)
            #expect(declared.status == 413)
            #expect(declared.problem == "body-too-large")
            let chunks = String(large.utf8.count, radix: 16) + "\r\n" + large + "\r\n0\r\n\r\n"
            let head = """
                POST /v1/sessions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(story.host)\r\nIdempotency-Key: a-key-of-a-test\r
                Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n
                """
            let chunked = try await server.wires.exchange(Array((head + chunks).utf8))
            #expect(chunked.status == 413, "\(chunked.text)")
            #expect(chunked.problem == "body-too-large")
            let typed = try await server.send("POST", "/v1/sessions", as: story.host, key: "a-key-of-a-test", type: "text/plain", "{}")
            #expect(typed.status == 415)
            #expect(typed.headers["accept"] == "application/json")
            let csv = try await server.send(
                "PUT",
                "/v1/imports/\(UUID())?name=a",
                as: story.host,
                key: "a-key-of-a-test",
                type: "text/html",
                "a"
            )
            #expect(csv.status == 415)
            #expect(try await server.head() == 0)
        }
    }

    @Test func `bytes that are no HTTP get a problem, and the next connection is served`() async throws {
        try await withServer { server in
            let cases: [(String, Int)] = [
                ("nonsense\r\n\r\n", 400),
                ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431),
                ("GET /\(String(repeating: "x", count: 20_000)) HTTP/1.1\r\nHost: a\r\n\r\n", 431),
                ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400),
                ("POST /v1/sessions HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nabc", 400),
                ("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n", 404),
                ("GET /v1/sessions?limit=x HTTP/1.1\r\nHost: a\r\n\r\n", 422),
                ("GET /v1/sessions?cursor=' HTTP/1.1\r\nHost: a\r\n\r\n", 422),
                ("GET /v1/sessions?limit=1000 HTTP/1.1\r\nHost: a\r\n\r\n", 422),
                ("DELETE /v1/sessions HTTP/1.1\r\nHost: a\r\n\r\n", 405),
            ]
            for (bytes, status) in cases {
                let answer = try await server.wires.exchange(Array(bytes.utf8))
                #expect(answer.status == status, "\(bytes.prefix(60)): \(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json", "\(bytes.prefix(60))")
            }
            #expect(try await server.get("/healthz").status == 200)
        }
    }
}
