import Access
import Recruiting
import TestSupport
import Testing

@testable import API

/// How much may be written by one token, from one address and into one room.
@Suite(.timeLimit(.minutes(10))) struct QuotaTests {
    private static func server(_ name: String, _ quota: Quotas.Quota, proxies: [String] = [])
        -> @Sendable (inout ServerConfiguration) -> Void
    {
        {
            $0.quotas = Quotas(operations: [name: quota], others: Quotas.Quota())
            $0.proxies = try! Proxies(proxies)
        }
    }

    @Test func `one who asks without end is refused after a few questions, and others are not`() async throws {
        try await withServer {
            $0.quotas = .standard
        } _: { server in
            let story = try await Story(server)
            let path = "/v1/sessions/\(try await story.liveSession([]))/questions"
            var statuses: [Int] = []
            for number in 0..<8 {
                statuses.append(try await server.post(path, as: story.viewer, "{\"text\":\"包吃住吗？\(number)\"}").status)
            }
            #expect(statuses == [201, 201, 201, 201, 201, 429, 429, 429])
            let refused = try await server.post(path, as: story.viewer, "{\"text\":\"包吃住吗？\"}")
            #expect(refused.problem == "too-many-requests")
            #expect((1...10).contains(try #require(refused.headers["retry-after"].flatMap { Int($0) })))
            for number in 0..<20 {
                let other = try await server.token(.viewer, "viewer \(number)")
                #expect(try await server.post(path, as: other, "{\"text\":\"有夜班吗？\"}").status == 201)
            }
            #expect(
                try await server.get("/metrics").text.contains("jobcast_writes_refused_total{operation=\"askQuestion\",scope=\"token\"} 4")
            )
        }
    }

    private func statuses(_ server: TestServer, from address: String, for client: String? = nil) async throws -> [Int] {
        let more = client.map { "X-Forwarded-For: \($0)\r\n" } ?? ""
        let request = "POST /v1/visitors HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\(more)\r\n"
        var statuses: [Int] = []
        for _ in 0..<4 { statuses.append(try await server.wires.exchange(Array(request.utf8), from: address).status) }
        return statuses
    }

    @Test func `an address has its own, behind a trusted proxy too`() async throws {
        let quota = Quotas.Quota(address: Allowance(3, each: .seconds(3600)))
        try await withServer(Self.server("createVisitor", quota, proxies: ["127.0.0.9"])) { server in
            let askers: [(String, String?)] = [
                ("127.0.0.1", "203.0.113.7"), ("127.0.0.2", nil), ("127.0.0.9", "203.0.113.7"), ("127.0.0.9", "2001:db8::1"),
            ]
            for (address, client) in askers {
                let answers = try await statuses(server, from: address, for: client)
                #expect(answers == [201, 201, 201, 429])
            }
            let neighbour = try await statuses(server, from: "127.0.0.9", for: "2001:db8::2")
            #expect(neighbour == [429, 429, 429, 429])
        }
    }

    private func ask(_ server: TestServer, in session: String, as subject: String) async throws -> Int {
        let token = try await server.token(.viewer, subject)
        return try await server.post("/v1/sessions/\(session)/questions", as: token, "{\"text\":\"包吃住吗？\"}").status
    }

    @Test func `a room has its own, and who is refused there has used up nothing`() async throws {
        let quota = Quotas.Quota(token: Allowance(2, each: .seconds(3600)), room: Allowance(2, each: .seconds(3600)))
        try await withServer(Self.server("askQuestion", quota)) { server in
            let story = try await Story(server)
            let (one, two) = (try await story.liveSession([]), try await story.liveSession([]))
            for subject in ["a", "b"] { #expect(try await ask(server, in: one, as: subject) == 201) }
            for _ in 0..<3 { #expect(try await ask(server, in: one.uppercased(), as: "c") == 429) }
            for _ in 0..<2 { #expect(try await ask(server, in: two, as: "c") == 201) }
            #expect(try await ask(server, in: two, as: "c") == 429)
        }
    }

    @Test func `reading is free, and a body that doesn't fit the contract is counted before it is read`() async throws {
        try await withServer(Self.server("openSeries", Quotas.Quota(token: Allowance(2, each: .seconds(3600))))) { server in
            let story = try await Story(server)
            #expect(try await server.post("/v1/series", as: story.host, "{}").status == 422)
            #expect(try await server.post("/v1/series", as: story.host, "{\"title\":\"暖心\",\"organisers\":[\"人社厅\"]}").status == 201)
            #expect(try await server.post("/v1/series", as: story.host, "{}").status == 429)
            for _ in 0..<3 { #expect(try await server.get("/v1/sessions", as: story.host).status == 200) }
        }
    }

    @Test func `every quota names an operation of the contract`() throws {
        let names = try Contract().operations.values.map(\.id)
        for name in Quotas.standard.operations.keys { #expect(names.contains(name)) }
    }

    @Test func `a thousand people in one hall may ask at once`() {
        var state = QuotaState()
        let quota = Quotas.standard.operations["askQuestion"]!
        let refusals = (0..<1_000).compactMap { person in
            let keys = [(-1, quota.room!), (-2, quota.address!), (person, quota.token!)]
            return state.take(keys.map { QuotaState.Claim(key: $0.0, allowance: $0.1) }, at: .zero)?.claim
        }
        #expect(refusals.isEmpty)
    }
}

@Suite struct `An allowance` {
    private static let three = Allowance(3, each: .seconds(10))

    /// How long each of `count` writes that come at once would have to wait.
    private func waits(_ count: Int, at second: Int, _ state: inout QuotaState) -> [Int64?] {
        (0..<count).map { _ in
            state.take([QuotaState.Claim(key: 1, allowance: Self.three)], at: .seconds(second))?.wait.components.seconds
        }
    }

    @Test func `is used up at once, and comes back one by one`() {
        var state = QuotaState()
        let waits = [(4, 100), (1, 109), (2, 110), (4, 1_000)].map { self.waits($0.0, at: $0.1, &state) }
        #expect(waits == [[nil, nil, nil, 10], [1], [nil, 10], [nil, nil, nil, 10]])
    }

    @Test func `is not used by a write that another refuses`() {
        var state = QuotaState()
        let both = [QuotaState.Claim(key: 1, allowance: Self.three), QuotaState.Claim(key: 2, allowance: Allowance(1, each: .seconds(60)))]
        let refused = (0..<5).map { _ in state.take(both, at: .zero)?.claim }
        #expect(refused == [nil, 1, 1, 1, 1])
        #expect(waits(3, at: 0, &state) == [nil, nil, 10])
    }

    @Test func `is forgotten when it is whole, or when there are too many`() {
        var state = QuotaState()
        func use(_ keys: Range<Int>, at second: Int) {
            for key in keys { _ = state.take([.init(key: key, allowance: Allowance(1, each: .seconds(10)))], at: .seconds(second)) }
        }
        use(0..<60_000, at: 0)
        use(60_000..<QuotaState.most, at: 9)
        #expect(state.count == QuotaState.most)
        use(-1..<0, at: 11)
        #expect(state.count == 40_001)
        use(0..<QuotaState.most * 2, at: 12)
        #expect(state.count <= QuotaState.most)
    }
}
