import Access
import JSON
import Postgres
import Recruiting
import TestSupport
import Testing

@testable import API

/// By which way viewers come and from where, as it gets into the log.
@Suite(.timeLimit(.minutes(5))) struct ArrivalTests {
    private static let unfit = [
        ("channel", ""), ("channel", "Poster"), ("channel", "live"), ("channel", "poster,share"),
        ("channel", String(repeating: "x", count: 10_240)), ("region", ""), ("region", "45010"), ("region", "990100"), ("region", "广西"),
        ("region", String(repeating: "4", count: 10_240)),
    ]

    @Test func `a viewer's channel and region are recorded with the entry, over WebSocket, by ticket and as events`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let query = "channel=code&region=441900"
            let ticket = try #require(try await server.post("/v1/tickets", as: server.token(.viewer, "by ticket")).json()["ticket"]?.text)
            let plain = try await server.token(.viewer, "without any")
            let join = LiveClient.join(story.viewer).replacing("}", with: #","channel":"poster","region":"450100"}"#)
            for (first, query) in [(join, ""), (nil, "?ticket=\(ticket)&channel=share"), (LiveClient.join(plain), "")] {
                try await LiveClient.open(server.wires, session, first: first, query: query) { _ = try await $0.next("hello") }
            }
            try await EventClient.open(server.wires, session, as: server.token(.viewer, "by events"), query: "?\(query)") {
                _ = try await $0.next("hello")
            }
            let host = LiveClient.join(story.host).replacing("}", with: #","channel":"site"}"#)
            try await LiveClient.open(server.wires, session, first: host) { _ = try await $0.next("hello") }
            let entered = try await eventually {
                let all = try await Self.entered(server.pool)
                return all.count == 4 ? all : nil
            }
            #expect(entered.sorted() == ["- -", "code 441900", "poster 450100", "share -"])
            let log = try await server.get("/v1/sessions/\(session)/log?limit=200", as: story.analyst)
            #expect(log.text.contains("poster") && log.text.contains("450100"))
        }
    }

    @Test(arguments: unfit) func `another channel or region is refused and nothing is recorded`(name: String, value: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let join = LiveClient.join(story.viewer).replacing("}", with: ",\"\(name)\":\"\(value)\"}")
            let code = try await LiveClient.open(server.wires, session, first: join) { try await $0.closeCode() }
            #expect(code == (value.count < 4_096 ? 1008 : 1009))
            let written = value.replacing("广西", with: "%E5%B9%BF%E8%A5%BF")
            let ticket = try #require(try await server.post("/v1/tickets", as: story.viewer).json()["ticket"]?.text)
            for (query, token) in [("?\(name)=\(written)", story.viewer), ("?ticket=\(ticket)&\(name)=\(written)", nil)] {
                try await Self.expectRefusal(of: name) {
                    try await EventClient.open(server.wires, session, as: token, query: query) { _ in }
                }
            }
            try await Self.expectRefusal(of: name) {
                try await LiveClient.open(server.wires, session, query: "?ticket=\(ticket)&\(name)=\(written)") { _ in }
            }
            // The ticket is still good: nobody was let in with it.
            try await LiveClient.open(server.wires, session, query: "?ticket=\(ticket)") { _ = try await $0.next("hello") }
            let entered = try await eventually {
                let all = try await Self.entered(server.pool)
                return all.isEmpty ? nil : all
            }
            #expect(entered == ["- -"])
        }
    }

    @Test(arguments: [#""channel":7"#, #""channel":["poster"]"#, #""region":450100"#, #""region":{}"#])
    func `what is no text is refused`(field: String) async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let join = LiveClient.join(story.viewer).replacing("}", with: ",\(field)}")
            #expect(try await LiveClient.open(server.wires, session, first: join) { try await $0.closeCode() } == 1008)
        }
    }

    @Test func `the contracts name every channel`() throws {
        let names = EntryChannel.allCases.map(\.rawValue)
        let frames = FrameCheck.shared.document["components"]?["schemas"]?["EntryChannel"]?["enum"]?.items
        #expect(frames?.compactMap(\.text) == names)
        let operation = try #require(try Contract().operations.first { $0.key.path == "/v1/sessions/{id}/events" }).value
        let query = try #require(operation.queries.first { $0.name == "channel" })
        #expect(query.schema.schema["enum"]?.items?.compactMap(\.text) == names)
    }

    private static func expectRefusal(of name: String, _ enter: () async throws -> Void) async throws {
        do {
            try await enter()
            Issue.record("let in")
        } catch let refused as LiveClient.Refused {
            let fault = try refused.answer.json()["errors"]?.items?.first
            #expect(refused.answer.status == 422 && fault?["parameter"]?.text == name, "\(refused.answer.text)")
        }
    }

    /// Channel and region of each entry in the log.
    private static func entered(_ pool: PostgresPool) async throws -> [String] {
        try await pool.connection { db in
            try db.query(
                """
                SELECT concat(coalesce(nullif(data->'channel'->>i, ''), '-'), ' ', coalesce(nullif(data->'region'->>i, ''), '-'))
                FROM events CROSS JOIN generate_series(0, 999) AS i WHERE type = 'AudienceObserved' AND data->'kind'->>i = 'entered'
                """
            ).map { try $0.decode(0, as: String.self) }
        }
    }
}
