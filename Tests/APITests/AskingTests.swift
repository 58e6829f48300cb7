import Access
import JSON
import Recruiting
import TestSupport
import Testing

@testable import API

/// Questions of a busy room, which hinder nobody.
@Suite(.timeLimit(.minutes(10))) struct AskingTests {
    @Test func `a thousand ask at once on two nodes while the host shows cards, and nobody is refused`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            try await story.registerAndVerify()
            let jobs = [try await story.vettedJob(), try await story.vettedJob()]
            let session = try await story.liveSession(jobs)
            let tokens = try await (0..<1_000).asyncMap { try await first.token(.viewer, "asker \($0)") }
            let shown = try await withThrowingTaskGroup(of: Answer.self) { group in
                for (number, token) in tokens.enumerated() {
                    let server = number % 2 == 0 ? first : second
                    group.addTask { try await server.post("/v1/sessions/\(session)/questions", as: token, "{\"text\":\"包吃住吗？\"}") }
                }
                let shown = try await cards(10, jobs, in: session, story)
                for try await answer in group { #expect(answer.status == 201, "\(answer.text)") }
                return shown
            }
            #expect(shown.allSatisfy { $0.status == 200 }, "\(shown.map(\.text))")
            let state = try await eventually {
                let counters = try await second.get("/v1/sessions/\(session)").json()["counters"]
                return counters?["questions"]?["asked"]?.integer == 1_000 ? counters : nil
            }
            #expect(state["cards"]?.integer == 10)
        }
    }

    @Test func `one who keeps fifty questions on the way holds up neither the host nor a forced end`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            try await story.registerAndVerify()
            let jobs = [try await story.vettedJob(), try await story.vettedJob()]
            let session = try await story.liveSession(jobs)
            let operations = try await server.token(.operator)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        var problem: String?
                        while problem != "session-ended" {
                            let text = "{\"text\":\"还招人吗\(number)\"}"
                            let answer = try await server.post("/v1/sessions/\(session)/questions", as: story.viewer, text)
                            problem = answer.problem
                            #expect(answer.status == 201 || problem == "session-ended", "\(answer.text)")
                        }
                    }
                }
                let shown = try await cards(20, jobs, in: session, story)
                #expect(shown.allSatisfy { $0.status == 200 }, "\(shown.map(\.text))")
                let end = try await server.post("/v1/sessions/\(session)/end", as: operations, "{\"reason\":\"forced\"}")
                #expect(end.status == 200, "\(end.text)")
                try await group.waitForAll()
            }
        }
    }

    private func cards(_ count: Int, _ jobs: [String], in session: String, _ story: Story) async throws -> [Answer] {
        try await (0..<count).asyncMap { number in
            let card = "{\"job\":\"\(jobs[number % 2])\",\"override\":true}"
            return try await story.server.post("/v1/sessions/\(session)/featured", as: story.host, card)
        }
    }

    @Test func `answers reach viewers in their place among the other frames, live on any node and from the log`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.liveSession([])
            let start = try await first.get("/v1/sessions/\(session)/state").json()
            let (epoch, head) = (try #require(start["epoch"]?.text), try #require(start["p"]?.integer))
            try await LiveClient.open(first.wires, session, first: LiveClient.join(story.viewer)) { viewer in
                _ = try await viewer.next("hello")
                var said: [String] = []
                for kind in ["policy", "questions", "jobs"] {
                    #expect(
                        try await first.post("/v1/sessions/\(session)/segments", as: story.host, "{\"kind\":\"\(kind)\"}").status == 200
                    )
                    let id = try await story.question("包住吗？", in: session)
                    let answer = "{\"mode\":\"text\",\"text\":\"包，\(kind)\"}"
                    #expect(
                        try await first.post("/v1/sessions/\(session)/questions/\(id)/answer", as: story.host, answer).status == 200
                    )
                    said += ["segment \(kind)", "answer \(id)"]
                }
                let live = try await frames(said.count, viewer)
                #expect(live.map { "\($0["t"]?.text ?? "") \($0["kind"]?.text ?? $0["question"]?.text ?? "")" } == said)
                #expect(live.map { $0["pp"]?.integer } == [head] + live.dropLast().map { $0["p"]?.integer })
                let join = LiveClient.join(story.viewer, after: head, epoch: epoch)
                try await LiveClient.open(second.wires, session, first: join) { late in
                    let hello = try await late.next("hello")
                    let caughtUp = try await frames(said.count, late)
                    #expect(hello["mode"]?.text == "resume" && caughtUp == live)
                }
            }
        }
    }

    private func frames(_ count: Int, _ client: LiveClient) async throws -> [JSON] {
        var frames: [JSON] = []
        while frames.count < count { frames.append(try await client.ordered()) }
        return frames
    }

    @Test func `of two opposite mergings at once one is made`() async throws {
        try await withTwoServers { first, second in
            let story = try await Story(first)
            let session = try await story.liveSession([])
            for round in 0..<10 {
                let one = try await story.question("几点上班？\(round)", in: session)
                let other = try await story.question("何时上班？\(round)", in: session)
                let path = "/v1/sessions/\(session)/questions"
                async let there = first.post("\(path)/\(one)/merging", as: story.host, "{\"into\":\"\(other)\"}")
                async let back = second.post("\(path)/\(other)/merging", as: story.host, "{\"into\":\"\(one)\"}")
                let answers = try await [there, back]
                #expect(answers.map(\.status).sorted() == [200, 409])
                #expect(answers.compactMap(\.problem) == ["question-merged"])
            }
        }
    }

    @Test func `hidden questions are shown to the session's own host and to operators`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let session = try await story.liveSession([])
            let path = "/v1/sessions/\(session)/questions"
            let id = try await story.question("广告", in: session)
            #expect(try await server.post("\(path)/\(id)/hiding", as: story.host, "{\"reason\":\"广告\"}").status == 200)
            let readers = [
                (story.host, 1), (try await server.token(.operator), 1), (try await server.token(.host, "somebody else"), 0),
                (story.viewer, 0),
                (story.analyst, 0), (nil, 0),
            ]
            for (token, count) in readers { #expect(try await server.get(path, as: token).json()["items"]?.items?.count == count) }
        }
    }

    @Test func `a question of one session is none of another's`() async throws {
        try await withServer { server in
            let story = try await Story(server)
            let (here, there) = (try await story.liveSession([]), try await story.liveSession([]))
            let (mine, others) = (try await story.question("包住吗？", in: here), try await story.question("包吃吗？", in: there))
            let path = "/v1/sessions/\(here)/questions"
            #expect(try await server.post("\(path)/\(others)/hiding", as: story.host, "{\"reason\":\"x\"}").status == 404)
            let merging = try await server.post("\(path)/\(mine)/merging", as: story.host, "{\"into\":\"\(others)\"}")
            #expect(merging.problem == "question-unknown")
        }
    }
}

extension Story {
    /// Asked by a viewer; the question's identifier.
    func question(_ text: String, in session: String) async throws -> String {
        let asked = try await server.post("/v1/sessions/\(session)/questions", as: viewer, "{\"text\":\"\(text)\"}")
        return try #require(try asked.json()["id"]?.text, "\(asked.text)")
    }
}

extension Range<Int> {
    fileprivate func asyncMap<T>(_ transform: (Int) async throws -> T) async rethrows -> [T] {
        var values: [T] = []
        for number in self { values.append(try await transform(number)) }
        return values
    }
}
