import Access
import Fanout
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

@Suite struct LiveTests {
    @Test func `a viewer gets the snapshot, then cards in order and counters`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                let hello = try await client.next("hello")
                #expect(hello["mode"]?.text == "snapshot")
                #expect(hello["state"]?["status"]?.text == "live")
                #expect(hello["state"]?["featured"] == .null)
                #expect(hello["state"]?["shelf"]?["openings"]?.integer == 5)
                #expect(
                    try await server.post("/v1/sessions/\(session)/featured", as: story.host, "{\"job\":\"\(job)\"}").status
                        == 200
                )
                let card = try await client.next("card")
                #expect(card["op"]?.text == "featured")
                #expect(card["card"]?["job"]?.text == job)
                #expect(card["pp"]?.integer == hello["p"]?.integer)
                var counters = try await client.next("counters")
                while counters["cards"]?.integer != 1 || counters["online"]?.integer != 1 { counters = try await client.next("counters") }
                #expect(counters["entries"]?.integer == 1)
                #expect(counters["viewers"]?.integer == 1)
            }
        }
    }

    @Test func `a host in the room sees the counters and is none of them`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.host)) { host in
                _ = try await host.next("hello")
                try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { _ in
                    var counters = try await host.next("counters")
                    while counters["online"]?.integer == 0 { counters = try await host.next("counters") }
                    #expect(counters["online"]?.integer == 1 && counters["entries"]?.integer == 1 && counters["viewers"]?.integer == 1)
                }
            }
        }
    }

    @Test func `a viewer who comes back gets what was missed, once and in order`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            let hello = try await LiveClient.open(server.wires, session) { client in
                try await client.send(LiveClient.join(story.viewer))
                return try await client.next("hello")
            }
            for kind in ["jobs", "policy", "questions"] {
                #expect(try await server.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"\(kind)\"}").status == 200)
            }
            let join = LiveClient.join(story.viewer, after: hello["p"]?.integer, epoch: hello["epoch"]?.text)
            try await LiveClient.open(server.wires, session, first: join) { client in
                let again = try await client.next("hello")
                #expect(again["mode"]?.text == "resume")
                #expect(again["state"] == nil)
                var last = hello["p"]?.integer
                for kind in ["jobs", "policy", "questions"] {
                    let frame = try await client.next("segment")
                    #expect(frame["kind"]?.text == kind)
                    #expect(frame["pp"]?.integer == last)
                    last = frame["p"]?.integer
                }
            }
        }
    }

    @Test func `who comes back after more than memory holds gets it from the log, once and in order, and then what comes`() async throws {
        try await withServer {
            $0.limits.ringFrames = 2
        } _: { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let jobs = [try await story.vettedJob(), try await story.vettedJob()]
            let session = try await story.liveSession(jobs)
            let post: @Sendable (String, String) async throws -> Void = { path, body in
                let answer = try await server.post("/v1/sessions/\(session)/\(path)", as: story.host, body)
                #expect(answer.status == 200, "\(answer.text)")
            }
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.host)) { host in
                // What is told to someone who stays; a card that takes another's place makes two frames.
                var told = [try await host.next("hello")]
                let epoch = told[0]["epoch"]?.text
                for job in jobs + jobs { try await post("featured", "{\"job\":\"\(job)\",\"override\":true}") }
                for _ in 1...7 { told.append(try await host.ordered()) }
                for last in 0...7 {
                    let kind = ["jobs", "policy", "questions"][last % 3]
                    // Said while the other is on its way in.
                    async let said: Void = post("segments", "{\"kind\":\"\(kind)\"}")
                    let join = LiveClient.join(story.viewer, after: told[last]["p"]?.integer, epoch: epoch)
                    try await LiveClient.open(server.wires, session, first: join) { viewer in
                        let hello = try await viewer.next("hello")
                        #expect(hello["mode"]?.text == "resume")
                        told.append(try await host.ordered())
                        for frame in told[(last + 1)...] {
                            let next = try await viewer.ordered()
                            #expect(next == frame)
                        }
                    }
                    try await said
                }
                #expect(zip(told, told.dropFirst()).allSatisfy { $0["p"] == $1["pp"] })
            }
        }
    }

    @Test func `who cannot come in is told why by the close code`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.scheduledSession()
            let expired = try await server.token(.viewer, lifetime: .seconds(-10))
            let cases = [
                (session, LiveClient.join("nonsense"), 4001),
                (session, LiveClient.join(expired), 4001),
                ("7f9f3c52-0000-4000-8000-000000000000", LiveClient.join(story.viewer), 4004),
                (session, "{\"t\":\"opened\"}", 1008),
                (session, "no JSON at all", 1008),
            ]
            for (session, first, code) in cases {
                let closed = try await LiveClient.open(server.wires, session, first: first) { try await $0.closeCode() }
                #expect(closed == code, "\(first)")
            }
        }
    }

    @Test func `bytes that are no frames close with a protocol error`() async throws {
        try await withServer { server in
            let session = try await Story(server).scheduledSession()
            let unmasked: [UInt8] = [0x81, 0x02, 0x68, 0x69]
            let reserved = [0xF1] + LiveClient.masked("hi").dropFirst()
            for bytes in [unmasked, reserved] {
                let code = try await LiveClient.open(server.wires, session) { client in
                    try await client.send(raw: bytes)
                    return try await client.closeCode()
                }
                #expect(code == 1002)
            }
        }
    }

    @Test func `a handshake that is not whole is answered with a problem`() async throws {
        try await withServer { server in
            let session = try await Story(server).scheduledSession()
            let plain = try await server.get("/v1/sessions/\(session)/live")
            #expect(plain.status == 426)
            #expect(plain.headers["upgrade"] == "websocket")
            // What is left out or changed, the status, and a word that says so.
            let cases: [(String, String, Int, String)] = [
                ("jobcast.v1", "chat", 400, "Sec-WebSocket-Protocol"), ("Version: 13", "Version: 8", 426, "Sec-WebSocket-Version"),
                ("Connection: keep-alive, Upgrade", "Connection: keep-alive", 426, "Connection: upgrade"),
                ("Upgrade: websocket\r\n", "", 426, "Upgrade: websocket"), ("HTTP/1.1", "HTTP/1.0", 426, "HTTP/1.0"),
                ("bXBsZSBub25jZQ==", "", 400, "Sec-WebSocket-Key"),
            ]
            let whole = String(decoding: LiveClient.handshake(session), as: UTF8.self)
            for (part, instead, status, word) in cases {
                let answer = try await server.wires.exchange(Array(whole.replacing(part, with: instead).utf8))
                #expect(answer.status == status, "\(word)")
                #expect(try answer.json()["detail"]?.text?.contains(word) == true, "\(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json")
                if status == 426 { #expect(answer.headers["sec-websocket-version"] == "13", "\(word)") }
            }
        }
    }

    @Test func `cards that a viewer opens are in the log`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let job = try await story.vettedJob()
            let session = try await story.liveSession([job])
            try await LiveClient.open(server.wires, session, first: LiveClient.join(story.viewer)) { client in
                _ = try await client.next("hello")
                try await client.send("{\"t\":\"opened\",\"job\":\"\(job)\"}")
                var counters = try await client.next("counters")
                while counters["online"]?.integer != 1 { counters = try await client.next("counters") }
            }
            let observed = try await eventually {
                let log = try await server.get("/v1/sessions/\(session)/log?limit=200", as: story.analyst)
                let events = try log.json()["items"]?.items?.filter { $0["type"]?.text == "AudienceObserved" } ?? []
                return events.first { $0["data"]?["kind"]?.items?.contains(.string("opened")) == true }
            }
            let index = try #require(observed["data"]?["kind"]?.items?.firstIndex(of: .string("opened")))
            #expect(observed["data"]?["job"]?.items?[index].text == job)
        }
    }
}
