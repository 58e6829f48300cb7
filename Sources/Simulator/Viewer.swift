import FoundationEssentials
import Recruiting
import Synchronization
import Wire

/// One visit of one viewer, from arrival to leaving, over a real WebSocket and real requests.
struct Viewer: Sendable {
    let address: Address
    let room: Room
    let visit: Visit
    let seed: UInt64
    let tally: Tally
    let visitors: Visitors

    /// How a connection ended, and so what the viewer does next.
    private enum Ending {
        case left
        case lost
        /// The server asked to come back after so long.
        case away(Duration)
        case over
    }

    /// What the viewer sees, shared between reading and acting.
    private final class Eyes: Sendable {
        let screen = Mutex(Screen())
        let doneIntentions = Mutex(0)
    }

    func run() async {
        do {
            let token = try await visitors.token(of: visit.person)
            tally.note {
                $0.entries += 1
                $0.connected += 1
            }
            defer { tally.note { $0.connected -= 1 } }
            try await stay(token)
        } catch is CancellationError {
            return
        } catch {
            if !Task.isCancelled { tally.fault(error) }
        }
    }

    private func stay(_ token: String) async throws {
        let eyes = Eyes()
        let leavesAt = ContinuousClock.now + visit.stay
        var random = SeededRandom(seed: seed, stream: 1 << 50 + UInt64(visit.number))
        while ContinuousClock.now < leavesAt {
            switch try await watch(token, eyes, from: leavesAt - visit.stay) {
            case .left, .over:
                return
            case .lost:
                tally.note { $0.resumed += 1 }
                try await Task.sleep(for: random.duration(in: .milliseconds(300)...(.milliseconds(1500))))
            case .away(let time):
                tally.note { $0.resumed += 1 }
                try await Task.sleep(for: time)
            }
        }
    }

    /// One connection: reads, acts and pings until the visit or the connection ends; whichever is first ends the others.
    private func watch(_ token: String, _ eyes: Eyes, from arrival: ContinuousClock.Instant) async throws -> Ending {
        let live = try await LiveConnection.connect(to: address, session: room.session.description)
        try live.send(join(token, eyes))
        defer { live.close() }
        let (greeted, greeting) = AsyncStream.makeStream(of: Void.self)
        return try await withThrowingTaskGroup(of: Ending.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await read(live, eyes, greeting) }
            group.addTask {
                // Nothing may be sent between the join and the greeting.
                for await _ in greeted {}
                return try await act(token, live, eyes, from: arrival)
            }
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(20))
                    try live.send(.ping)
                }
            }
            return try await group.next()!
        }
    }

    private func join(_ token: String, _ eyes: Eyes) -> ViewerFrame {
        let place = eyes.screen.withLock { $0.place }
        let region = Person(number: visit.person, seed: seed).region
        return .join(token: token, after: place?.position, epoch: place?.epoch, channel: visit.channel, region: region)
    }

    private func read(_ live: LiveConnection, _ eyes: Eyes, _ greeting: AsyncStream<Void>.Continuation) async throws -> Ending {
        var away: Duration = .seconds(1)
        do {
            for try await received in live.frames {
                let frame = try Frame(received.text)
                note(eyes.screen.withLock { $0.show(frame) })
                switch frame {
                case .bye(let bye):
                    if let window = bye.retry, window.count == 2, window[0] <= window[1] {
                        away = .milliseconds(Int.random(in: window[0]...window[1]))
                    }
                case .ordered(let ordered):
                    guard case .featured(let card) = ordered.change else { continue }
                    guard let latency = room.latency(of: card.job, receivedAt: received.receivedAt) else { continue }
                    tally.note { $0.push.record(latency) }
                case .hello:
                    greeting.finish()
                case .counters:
                    break
                }
            }
            try Task.checkCancellation()
            return .lost
        } catch let closed as ClosedByServer {
            switch closed.code {
            case 1000: return .over
            case 1001, 1012, 1013, 4008: return .away(away)
            default: throw closed
            }
        } catch SimulatorError.closed {
            return .lost
        }
    }

    private func note(_ finding: Screen.Finding?) {
        switch finding {
        case .missed: tally.note { $0.missedFrames += 1 }
        case .repeated: tally.note { $0.repeatedFrames += 1 }
        case nil: break
        }
    }

    private func act(_ token: String, _ live: LiveConnection, _ eyes: Eyes, from arrival: ContinuousClock.Instant) async throws -> Ending {
        for (number, intention) in visit.intentions.enumerated() where number >= eyes.doneIntentions.withLock({ $0 }) {
            try await Task.sleep(until: arrival + intention.after)
            eyes.doneIntentions.withLock { $0 = number + 1 }
            if intention.act == .drop {
                live.drop()
                return .lost
            }
            guard let card = eyes.screen.withLock({ $0.card }) else { continue }
            do {
                try await perform(intention.act, card, token, live)
            } catch  where !(error is CancellationError) && !Task.isCancelled {
                tally.fault(error)
            }
        }
        try await Task.sleep(until: arrival + visit.stay)
        return .left
    }

    private func perform(_ act: Visit.Act, _ card: Card, _ token: String, _ live: LiveConnection) async throws {
        switch act {
        case .open:
            try live.send(.observed(.opened, card.job))
            tally.note { $0.opened += 1 }
        case .save:
            try live.send(.observed(.saved, card.job))
        case .ask:
            try await ask(card, token)
        case .apply:
            try await apply(for: card, token)
        case .drop:
            break
        }
    }

    private func ask(_ card: Card, _ token: String) async throws {
        var random = SeededRandom(seed: seed, stream: 1 << 51 + UInt64(visit.number))
        let question =
            if random.happens(0.7) {
                NewQuestion(text: random.pick(QuestionTexts.aboutAJob).replacing("{title}", with: card.title), job: card.job)
            } else {
                NewQuestion(text: random.pick(QuestionTexts.general))
            }
        try await tally.timed {
            _ = try await Client.once(address, token: token) { try await $0.post("/v1/sessions/\(room.session)/questions", question) }
        }
        tally.note { $0.questions += 1 }
    }

    private func apply(for card: Card, _ token: String) async throws {
        let person = Person(number: visit.person, seed: seed)
        let submission = NewSubmission(
            job: card.job,
            session: room.session,
            cardVersion: card.version,
            name: person.name,
            phone: person.phone,
            consent: ConsentBody(recipient: card.company, noticeVersion: "1")
        )
        try await tally.timed {
            _ = try await Client.once(address, token: token) { try await $0.post("/v1/submissions", submission) }
        }
        tally.note { $0.submissions += 1 }
    }
}

/// The tokens of the people seen so far, so that one who returns is known again.
actor Visitors {
    /// More people than this are forgotten together: the simulation goes on, returning viewers become new ones.
    private static let capacity = 50_000
    private let address: Address
    private var tokens: [Int: String] = [:]

    init(_ address: Address) {
        self.address = address
    }

    func token(of person: Int) async throws -> String {
        if let known = tokens[person] { return known }
        let visitor = try await Client.once(address, token: nil) {
            try await $0.post("/v1/visitors", as: Visitor.self)
        }
        if tokens.count >= Self.capacity { tokens.removeAll() }
        tokens[person] = visitor.token
        return visitor.token
    }
}
