import Access
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// The room's state for those who can keep no connection.
@Suite struct StateTests {
    @Test func `the state is what a viewer is greeted with, under a tag that changes with it and only with it`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/state"
            let answer = try await first.get(path)
            let tag = try #require(answer.headers["etag"])
            #expect(answer.status == 200 && answer.headers["cache-control"] == "public, max-age=1")
            FrameCheck.shared.check(try answer.json(), answer.body)
            let hello = try await LiveClient.open(first.wires, session, first: LiveClient.join(story.host)) { try await $0.next("hello") }
            #expect(try answer.json() == hello)
            let other = try await eventually {
                let other = try await second.get(path)
                return other.headers["etag"] == tag ? other : nil
            }
            #expect(other.body == answer.body)
            for known in [tag, "W/\(tag)", "\"x\", \(tag)", "*"] {
                let same = try await second.get(path, headers: ["If-None-Match": known])
                #expect(same.status == 304 && same.body.isEmpty && same.headers["etag"] == tag)
            }
            #expect(try await first.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"policy\"}").status == 200)
            let changed = try await eventually {
                let changed = try await second.get(path, headers: ["If-None-Match": tag])
                return changed.status == 200 ? changed : nil
            }
            #expect(try changed.json()["state"]?["segment"]?.text == "policy")
        }
    }

    @Test func `what was on stage goes with the end, for those who follow and for those who come`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            let policy = try await server.post("/v1/policies", as: try await server.token(.operator), Self.policy)
            let id = try #require(try policy.json()["id"]?.text, "\(policy.text)")
            let path = "/v1/sessions/\(session)"
            let stage = [
                ("segments", "{\"kind\":\"policy\"}"), ("policy-cards", "{\"policy\":\"\(id)\"}"),
                ("featured", "{\"job\":\"\(job)\"}"),
            ]
            for (what, body) in stage { #expect(try await server.post("\(path)/\(what)", as: story.host, body).status == 200) }
            let live = try await server.get(path).json()
            for name in ["segment", "policy", "featured"] { #expect(live[name] != nil) }
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.host)) { client in
                _ = try await client.next("hello")
                #expect(try await server.post("\(path)/end", as: story.host).status == 200)
                // The documents say that this frame empties the stage; room.js does.
                let end = try await client.next("status")
                #expect(end["status"]?.text == "ended")
            }
            let hello = try await server.get("\(path)/state").json()
            let read = try await server.get(path).json()
            #expect(hello["state"]?["status"]?.text == "ended" && read["status"]?.text == "ended")
            for name in ["segment", "policy", "featured"] { #expect(hello["state"]?[name] == .null && read[name] == nil) }
        }
    }

    private static let policy =
        "{\"title\":\"交通补助\",\"topic\":\"赴粤交通补助\",\"summary\":\"凭车票申请\",\"region\":\"450000\"}"

    @Test func `counters change the tag too`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/state"
            let tag = try #require(try await server.get(path).headers["etag"])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { _ in
                let changed = try await eventually {
                    let answer = try await server.get(path, headers: ["If-None-Match": tag])
                    return answer.status == 200 ? answer : nil
                }
                #expect(try changed.json()["counters"]?["online"]?.integer == 1)
            }
        }
    }

    @Test func `there is none of a session that is not there`() async throws {
        try await withServer { server in
            for session in ["7f9f3c52-0000-4000-8000-000000000000", "nothing"] {
                let answer = try await server.get("/v1/sessions/\(session)/state")
                #expect(answer.status == 404)
            }
        }
    }
}
