import FoundationEssentials
import Recruiting
import Wire

/// A simulated host: opens a session of its own, fills its shelf, goes live and keeps the run of show.
struct Host: Sendable {
    let address: Address
    let number: Int
    let subject: String
    let token: String
    let plan: Plan
    let tally: Tally

    /// Sessions like the reference season's, the large room first.
    private static let sessions: [(title: String, format: Format, base: String)] = [
        ("“广西就业”直播带岗 · 跨省劳务协作专场", .crossProvince, "广州"),
        ("“广西就业”直播带岗 · 特色县市专场", .county, "东莞"),
        ("“广西就业”直播带岗 · 高校毕业生专场", .campus, "珠海"),
        ("“广西就业”直播带岗 · 商圈专场", .businessDistrict, "广州"),
        ("零工市场 · 周一早市", .flexible, "东莞"),
    ]

    /// Schedules, shelves and starts.
    /// - Throws: `SimulatorError.nothingToShow` when the server has no vetted jobs.
    func goLive() async throws -> Room {
        try await Client.once(address, token: token) { client in
            try await endForgottenSessions(client)
            let jobs = try await client.list("/v1/jobs?status=vetted&limit=100", of: ListedJob.self)
            guard !jobs.isEmpty else { throw SimulatorError.nothingToShow }
            let policies = try await client.list("/v1/policies", of: ListedPolicy.self)
            let kind = Self.sessions[number % Self.sessions.count]
            let schedule = NewSession(
                title: kind.title,
                format: kind.format,
                startsAt: Timestamp(.now),
                endsAt: Timestamp(.now).advanced(by: .seconds(7200)),
                base: kind.base,
                policies: policies.isEmpty ? nil : policies.map(\.id)
            )
            let receipt = try await client.post("/v1/sessions", schedule)
            guard let session = SessionID(receipt.id) else { throw SimulatorError.unreadable("the session's id \(receipt.id)") }
            _ = try await client.post("/v1/sessions/\(session)/shelf", Shelving(jobs: jobs.map(\.id)))
            _ = try await client.post("/v1/sessions/\(session)/start")
            return Room(session: session, title: kind.title, host: subject, jobs: jobs, policies: policies)
        }
    }

    /// A simulation that was killed leaves its sessions live; the next one ends them.
    private func endForgottenSessions(_ client: Client) async throws {
        let live = try await client.list("/v1/sessions?status=live&limit=100", of: ListedSession.self)
        for session in live where session.host == subject {
            _ = try await client.post("/v1/sessions/\(session.id)/end", End(reason: .host))
        }
    }

    /// Keeps the run of show until cancelled. A request that fails is counted and the show goes on.
    func perform(in room: Room) async throws {
        var show = RunOfShow(plan, room: number, jobs: room.jobs.count, policies: room.policies.count)
        while true {
            do {
                try await Client.once(address, token: token) { client in
                    while let cue = show.next() {
                        try await tally.timed { try await act(cue.act, in: room, client) }
                        try await Task.sleep(for: cue.talk)
                    }
                }
            } catch {
                try Task.checkCancellation()
                tally.fault(error)
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    func end(_ room: Room) async throws {
        _ = try await Client.once(address, token: token) { try await $0.post("/v1/sessions/\(room.session)/end", End(reason: .host)) }
    }

    private func act(_ act: Cue.Act, in room: Room, _ client: Client) async throws {
        let session = "/v1/sessions/\(room.session)"
        switch act {
        case .segment(let kind):
            _ = try await client.post("\(session)/segments", Segment(kind: kind))
        case .feature(let job):
            try await feature(room.jobs[job].id, in: room, client)
        case .unfeature:
            try await client.delete("\(session)/featured?override=true")
        case .policy(let policy):
            _ = try await client.post("\(session)/policy-cards", PolicyShowing(policy: room.policies[policy].id))
        case .answer(let most):
            try await answer(most, in: room, client)
        }
    }

    /// Talks are shortened, so the host overrides the minimum display time.
    func feature(_ job: JobID, in room: Room, _ client: Client) async throws {
        room.features(job)
        _ = try await client.post("/v1/sessions/\(room.session)/featured", Featuring(job: job, override: true))
        tally.note { $0.cards += 1 }
    }

    private func answer(_ most: Int, in room: Room, _ client: Client) async throws {
        let path = "/v1/sessions/\(room.session)/questions"
        let questions = try await client.list("\(path)?status=asked&limit=\(most)", of: ListedQuestion.self)
        var random = SeededRandom(seed: plan.seed, stream: UInt64(questions.count))
        for question in questions {
            let answer = random.happens(0.5) ? AnswerBody(mode: .live) : AnswerBody(mode: .text, text: random.pick(QuestionTexts.answers))
            _ = try await client.post("\(path)/\(question.id)/answer", answer)
        }
    }
}
