import Access
import Glibc
import JSON
import NIOCore
import Recruiting
import TestSupport
import Testing

@testable import API

/// What becomes of a connection whose client keeps to HTTP/1.1 (RFC 9112) or doesn't.
@Suite(.timeLimit(.minutes(10))) struct ConnectionTests {
    private static let keepsAlive = ["Connection: keep-alive"]

    @Test func `ends with its first answer in HTTP 1.0, and when the client says so`() async throws {
        try await withServer { server in
            for (version, headers) in [("1.0", []), ("1.0", Self.keepsAlive), ("1.1", ["Connection: close"])] {
                try await Line.open(server.wires) { line in
                    try await line.ask("GET", "/healthz", version: version, headers)
                    let answer = try await line.answer()
                    #expect(answer.status == 200 && answer.headers["connection"] == "close")
                    #expect(try await line.rest().isEmpty)
                }
            }
            try await Line.open(server.wires) { line in
                for _ in 0..<3 {
                    try await line.ask("GET", "/healthz")
                    #expect(try await line.answer().headers["connection"] == nil)
                }
            }
        }
    }

    @Test(arguments: [
        ("GET /healthz HTTP/1.1\r\n\r\n", 400, "malformed-request"),
        ("GET /healthz HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, "malformed-request"),
        ("GET /healthz HTTP/1.1\r\nHost: a/b\r\n\r\n", 400, "malformed-request"),
        ("GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400, "malformed-request"),
        ("GET /healthz HTTP/1.1\nHost: a\n\n", 505, "http-version-not-supported"),
        ("POST /v1/visitors HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501, "transfer-coding-not-supported"),
        (
            "POST /v1/visitors HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501,
            "transfer-coding-not-supported"
        ),
    ])
    func `a request that is none is answered once, with the reason, and the connection ends`(bytes: String, status: Int, code: String)
        async throws
    {
        try await withServer { server in
            try await Line.open(server.wires) { line in
                try await line.write(Array(bytes.utf8))
                let answer = try await line.answer()
                #expect(answer.status == status && answer.problem == code, "\(answer.text)")
                #expect(try await line.rest().isEmpty)
            }
        }
    }

    @Test func `an answer that needed no body is the last where that body is broken`() async throws {
        try await withServer { server in
            try await Line.open(server.wires) { line in
                try await line.ask("POST", "/v1/visitors", ["Transfer-Encoding: chunked"])
                let answer = try await line.answer()
                #expect(answer.status == 201)
                try await line.write(Array("no length\r\n".utf8))
                #expect(try await line.rest().isEmpty)
            }
        }
    }

    @Test func `what comes behind a request is answered in its turn, and as a problem where it is no request`() async throws {
        try await withServer { server in
            try await Line.open(server.wires) { line in
                let request = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
                try await line.write(Array((request + request + "nonsense\r\n\r\n").utf8))
                for _ in 0..<2 { #expect([200, 503].contains(try await line.answer().status)) }
                let last = try await line.answer()
                #expect(last.status == 400 && last.problem == "malformed-request")
                #expect(try await line.rest().isEmpty)
            }
        }
    }

    @Test func `a request's Content-Encoding is refused`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let answer = try await server.post("/v1/series", as: story.host, headers: ["Content-Encoding": "gzip"], "{\"title\":\"暖心\"}")
            #expect(answer.status == 415 && answer.headers["accept-encoding"] == "identity")
            let plain = try await server.post("/v1/series", as: story.host, headers: ["Content-Encoding": "identity"], "{\"title\":\"暖心\"}")
            #expect(plain.status != 415)
        }
    }

    @Test func `a number without a fraction is an integer, and a byte order mark is named`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let path = "/v1/jobs/\(job)/openings"
            #expect(try await server.post(path, as: story.recruiter, "{\"openings\":8.0}").status == 200)
            #expect(try await server.get("/v1/jobs/\(job)").json()["openings"]?.integer == 8)
            #expect(try await server.post(path, as: story.recruiter, "{\"openings\":1.2e1}").status == 200)
            #expect(try await server.post(path, as: story.recruiter, "{\"openings\":8.5}").pointers == ["/openings"])
            let marked = try await server.post(path, as: story.recruiter, "\u{FEFF}{\"openings\":8}")
            #expect(marked.problem == "malformed-json" && marked.text.contains("byte order mark"))
        }
    }
}

/// Rooms on connections that were used before, as pools of proxies and clients do it.
@Suite(.timeLimit(.minutes(10))) struct ReusedConnectionTests {
    @Test(arguments: ["", "/"]) func `a later request becomes a viewer, by events or by WebSocket`(slash: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await Line.open(server.wires) { line in
                for _ in 0..<2 {
                    try await line.ask("GET", "/v1/sessions/\(session)")
                    #expect(try await line.answer().status == 200)
                }
                try await line.ask("GET", "/v1/sessions/\(session)/events\(slash)", ["Authorization: Bearer \(story.viewer)"])
                #expect(try await line.head(status: 200)["content-type"] == "text/event-stream")
                try await line.text(through: "\"t\":\"hello\"")
                #expect(try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"policy\"}").status == 200)
                try await line.text(through: "\"t\":\"segment\"")
            }
            try await Line.open(server.wires) { line in
                try await line.ask("GET", "/healthz")
                #expect(try await line.answer().status == 200)
                let handshake = String(decoding: LiveClient.handshake(session), as: UTF8.self).replacing("/live", with: "/live\(slash)")
                try await line.write(Array(handshake.utf8) + LiveClient.masked(LiveClient.join(story.viewer)))
                _ = try await line.head(status: 101)
                try await line.text(through: "\"t\":\"hello\"")
                await server.stop()
                try await line.text(through: "\"t\":\"bye\"")
                _ = try await line.rest()
            }
        }
    }

    @Test func `whoever isn't let in there hears why, and so does HEAD`() async throws {
        try await withServer { server in
            let session = try await Story(server).scheduledSession()
            for (method, place, status) in [("GET", "events", 401), ("GET", "live", 426), ("HEAD", "events", 400), ("HEAD", "live", 400)] {
                try await Line.open(server.wires) { line in
                    try await line.ask("GET", "/healthz")
                    #expect(try await line.answer().status == 200)
                    try await line.ask(method, "/v1/sessions/\(session)/\(place)", ["Connection: close"])
                    let text = try await line.rest()
                    #expect(
                        text.hasPrefix("HTTP/1.1 \(status) ") && text.contains("application/problem+json"),
                        "\(method) \(place): \(text)"
                    )
                }
            }
        }
    }

    @Test func `one that comes before the answers to others is refused after them`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await Line.open(server.wires) { line in
                let first = "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n"
                let second = "GET /v1/sessions/\(session)/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(story.viewer)\r\n\r\n"
                try await line.write(Array((first + second).utf8))
                #expect([200, 503].contains(try await line.answer().status))
                #expect(try await line.answer().problem == "bad-request")
                #expect(try await line.rest().isEmpty)
            }
        }
    }

    @Test func `requests behind one for events are not heard, and hurt nobody`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            try await Line.open(server.wires) { line in
                let events = "GET /v1/sessions/\(session)/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(story.viewer)\r\n\r\n"
                let other = "GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
                try await line.write(Array((events + other + other).utf8))
                _ = try await line.head(status: 200)
                try await line.text(through: "\"t\":\"hello\"")
                try await line.write(Array(other.utf8))
                #expect(try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"policy\"}").status == 200)
                try await line.text(through: "\"t\":\"segment\"")
            }
            try await Line.open(server.wires) { line in
                try await line.write(LiveClient.handshake(session) + LiveClient.handshake(session))
                _ = try await line.head(status: 101)
                _ = try await line.rest()
            }
            #expect(try await server.get("/healthz").status == 200)
        }
    }
}

/// How many connections that are no viewers' there may be.
@Suite(.timeLimit(.minutes(10))) struct ConnectionLimitTests {
    /// Runs `body` while a connection from the address waits for its second request.
    private func idle(_ server: TestServer, from address: String, count: Int = 1, _ body: () async throws -> Void) async throws {
        guard count > 0 else { return try await body() }
        try await Line.open(server.wires, from: address) { line in
            try await line.ask("GET", "/healthz")
            #expect(try await line.answer().status == 200)
            try await idle(server, from: address, count: count - 1, body)
        }
    }

    private func isServed(_ server: TestServer, from address: String) async -> Bool {
        let request = Array("GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".utf8)
        return (try? await server.wires.exchange(request, from: address))?.status == 200
    }

    @Test func `idle connections of one address shut nobody else out, and a place is given back`() async throws {
        try await withServer {
            $0.otherConnections = (all: 9, perAddress: 6)
        } _: { server in
            try await idle(server, from: "127.0.0.2", count: 6) {
                #expect(await !isServed(server, from: "127.0.0.2"))
                try await idle(server, from: "127.0.0.3", count: 3) {
                    #expect(await !isServed(server, from: "127.0.0.4"))
                }
                try await eventually { await isServed(server, from: "127.0.0.4") ? true : nil }
            }
            try await eventually { await isServed(server, from: "127.0.0.2") ? true : nil }
        }
    }

    @Test func `a viewer whose request is never whole gives the place back when the client goes, not when the body is overdue`()
        async throws
    {
        try await withServer {
            $0.connections = (all: 1, perAddress: 1)
        } _: { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            try await Line.open(server.wires) { line in
                try await line.ask("GET", "/v1/sessions/\(session)/events", ["Authorization: Bearer \(story.viewer)", "Content-Length: 9"])
                try await eventually { try await server.get("/metrics").text.contains("jobcast_live_connections 1") ? true : nil }
            }
            let gone = ContinuousClock.now
            try await eventually { try await server.get("/metrics").text.contains("jobcast_live_connections 0") ? true : nil }
            // A body may take a minute.
            #expect(ContinuousClock.now - gone < .seconds(50))
        }
    }

    @Test func `viewers and others together leave open files to spare`() {
        let (viewers, others) = (Descriptors.viewers, Descriptors.connections)
        var limit = rlimit()
        #expect(getrlimit(Int32(RLIMIT_NOFILE.rawValue), &limit) == 0)
        #expect(viewers.all + others.all <= max(64, Int(clamping: limit.rlim_cur) - 64))
        #expect(viewers.perAddress < viewers.all && others.perAddress < others.all)
    }

    @Test func `a viewer holds a viewer's place only, and connections of a trusted proxy count only among all`() async throws {
        try await withServer {
            $0.otherConnections = (all: 9, perAddress: 2)
            $0.proxies = try! Proxies(["127.0.0.9"])
        } _: { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let join = LiveClient.join(story.viewer)
            try await LiveClient.open(server.wires, session, first: join) { one in
                _ = try await one.next("hello")
                try await EventClient.open(server.wires, session, as: story.viewer) { two in
                    _ = try await two.next("hello")
                    try await LiveClient.open(server.wires, session, first: join) { three in
                        _ = try await three.next("hello")
                        try await eventually { await isServed(server, from: "127.0.0.1") ? true : nil }
                    }
                }
            }
            try await idle(server, from: "127.0.0.9", count: 5) { #expect(await isServed(server, from: "127.0.0.9")) }
        }
    }
}
