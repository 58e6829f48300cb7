import Access
import EventSourcing
import EventStore
import FoundationEssentials
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// Sessions that somebody forgot to end.
@Suite struct LongSessionTests {
    @Test func `a session that has been live for a month still takes writes, whose events have no media time`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.scheduledSession()
            let path = "/v1/sessions/\(session)"
            #expect(try await server.post("\(path)/shelf", as: story.host, "{\"jobs\":[\"\(job)\"]}").status == 200)
            try await start(session, at: Timestamp(Date()).advanced(by: .seconds(-30 * 86_400)), on: server)
            #expect(try await server.post("\(path)/questions", as: story.viewer, "{\"text\":\"还招人吗\"}").status == 201)
            #expect(try await server.post("\(path)/featured", as: story.host, "{\"job\":\"\(job)\"}").status == 200)
            // Taken off the shelf by the process, not by a request.
            #expect(try await server.post("/v1/jobs/\(job)/withdrawal", as: story.recruiter, "{\"reason\":\"招满\"}").status == 200)
            try await eventually { try await server.get("\(path)/shelf").text == "{\"items\":[]}" ? true : nil }
            #expect(try await server.post("\(path)/end", as: story.host).status == 200)
            let log = try await server.get("\(path)/log?limit=200", as: story.analyst).json()["items"]?.items ?? []
            #expect(log.last?["type"]?.text == "SessionEnded")
            #expect(log.allSatisfy { $0["mediatime"] == nil })
        }
    }

    /// As a host would have done at `moment`.
    private func start(_ session: String, at moment: Timestamp, on server: TestServer) async throws {
        let id = try #require(SessionID(session))
        let event = Session.Event.started(SessionStarted(at: moment))
        let append = Append(
            [NewEvent(stream: Session.stream(id), type: event.type, data: event.encoded())],
            expected: [Session.stream(id): 2],
            origin: Origin(actorKind: "host", actorID: "host-li", correlation: id.uuid)
        )
        guard case .appended = try await server.log.append(append) else {
            Issue.record("the start was not appended")
            return
        }
    }
}
