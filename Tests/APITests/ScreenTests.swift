import Access
import EventSourcing
import EventStore
import FoundationEssentials
import JSON
import ReadModels
import Recruiting
import TestSupport
import Testing

@testable import API

/// What stands on viewers' screens against what the projection says.
@Suite(.timeLimit(.minutes(10))) struct ScreenTests {
    @Test(arguments: [1, 2]) func `once a room is quiet every screen equals the projection `(seed: UInt64) async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob(openings: 50)
            let session = try await story.liveSession([job])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.host)) { host in
                try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { viewer in
                    try await EventClient.open(server.wires, session, as: try await server.token(.viewer, "third")) { stream in
                        try await burst(seed: seed, on: server, story, session, job)
                        let row = try await Self.settled(session, server)
                        for next in [host.next, viewer.next, stream.next] as [(String) async throws -> JSON] {
                            var shown = try await next("counters")
                            while shown["p"]?.integer != Int(row.position.rawValue) { shown = try await next("counters") }
                            #expect(Self.numbers(shown) == Self.numbers(row))
                        }
                        #expect(try await Self.settled(session, server) == row)
                    }
                }
            }
        }
    }

    /// Questions, segments, cards and résumés in an order that the seed decides.
    private func burst(seed: UInt64, on server: TestServer, _ story: Story, _ session: String, _ job: String) async throws {
        var state = seed
        for number in 0..<30 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            switch state >> 33 % 4 {
            case 0:
                let asker = try await server.token(.viewer, "asker \(number)")
                _ = try await server.post("/v1/sessions/\(session)/questions", as: asker, "{\"text\":\"包住吗？\"}")
            case 1: _ = try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"policy\"}")
            case 2:
                _ = try await server.post(
                    "/v1/sessions/\(session)/featured",
                    as: story.host,
                    "{\"job\":\"\(job)\",\"override\":true}"
                )
            default:
                let candidate = try await server.token(.viewer, UUID().uuidString.lowercased())
                _ = try await server.post("/v1/submissions", as: candidate, story.submission(job, session: session))
            }
        }
    }

    /// The projection's row once it has folded the whole log and everybody's entering is in it.
    private static func settled(_ session: String, _ server: TestServer) async throws -> SessionCounters {
        try await eventually {
            let head = try await server.head()
            let status = try await server.get("/v1/status", as: try await server.token(.operator)).json()
            let counted = status["projections"]?.items?.first { $0["name"]?.text == "live_counters" }?["position"]?.integer
            let row = try await LiveCounters.newest(of: [SessionID(session)!], in: server.pool)[SessionID(session)!]
            guard let row, row.online == 2, let counted, counted >= head, try await server.head() == head else { return nil }
            return row
        }
    }

    private static func numbers(_ shown: JSON) -> [Int?] {
        ["online", "entries", "viewers", "cards", "openings", "submissions"].map { shown[$0]?.integer }
            + [shown["questions"]?["asked"]?.integer, shown["questions"]?["answered"]?.integer]
    }

    private static func numbers(_ row: SessionCounters) -> [Int?] {
        [row.online, row.entries, row.viewers, row.cards, row.openings, row.submissions, row.questionsAsked, row.questionsAnswered]
    }
}
