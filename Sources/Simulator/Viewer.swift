import FoundationEssentials
import NIOCore
import Synchronization

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
        let live = try await LiveConnection.connect(to: address, session: room.session)
        live.send(join(token, eyes))
        defer { live.close() }
        return try await withThrowingTaskGroup(of: Ending.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await read(live, eyes) }
            group.addTask { try await act(token, live, eyes, from: arrival) }
            group.addTask {
                while true {
                    try await Task.sleep(for: .seconds(20))
                    live.send(#"{"t":"ping"}"#)
                }
            }
            return try await group.next()!
        }
    }

    private func join(_ token: String, _ eyes: Eyes) -> String {
        eyes.screen.withLock { screen in
            guard let epoch = screen.epoch else { return #"{"t":"join","token":"\#(token)"}"# }
            return #"{"t":"join","token":"\#(token)","after":\#(screen.position),"epoch":"\#(epoch)"}"#
        }
    }

    private func read(_ live: LiveConnection, _ eyes: Eyes) async throws -> Ending {
        var retry: Duration = .seconds(1)
        do {
            for try await received in live.frames {
                let frame = try Frame(received.text)
                if frame.t == "bye", let bounds = frame.retry, bounds.count == 2, bounds[0] <= bounds[1] {
                    retry = .milliseconds(Int.random(in: bounds[0]...bounds[1]))
                }
                note(eyes.screen.withLock { $0.show(frame) }, of: frame)
                if frame.t == "card", frame.op == "featured", let card = frame.card,
                    let latency = room.latency(of: card.position, receivedAt: received.receivedAt)
                {
                    tally.note { $0.push.record(latency) }
                }
            }
            return .lost
        } catch let closed as ClosedByServer {
            switch closed.code {
            case 1000: return .over
            case 1001, 1012, 1013, 4008: return .away(retry)
            default: throw closed
            }
        } catch SimulatorError.closed {
            return .lost
        }
    }

    private func note(_ finding: Screen.Finding?, of frame: Frame) {
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

    private func perform(_ act: Visit.Act, _ card: Frame.Card, _ token: String, _ live: LiveConnection) async throws {
        switch act {
        case .open:
            live.send(#"{"t":"opened","position":"\#(card.position)"}"#)
            tally.note { $0.opened += 1 }
        case .save:
            live.send(#"{"t":"saved","position":"\#(card.position)"}"#)
        case .ask:
            try await ask(card, token)
        case .apply:
            try await apply(for: card, token)
        case .drop:
            break
        }
    }

    private struct Question: Encodable {
        let text: String
        let position: String?
    }

    private func ask(_ card: Frame.Card, _ token: String) async throws {
        var random = SeededRandom(seed: seed, stream: 1 << 51 + UInt64(visit.number))
        let question: Question
        if let title = card.title, random.happens(0.7) {
            let text = random.pick(Questions.aboutAPosition).replacing("{title}", with: title)
            question = Question(text: text, position: card.position)
        } else {
            question = Question(text: random.pick(Questions.general), position: nil)
        }
        try await tally.timed {
            _ = try await Client.once(address, token: token) { try await $0.post("/v1/sessions/\(room.session)/questions", question) }
        }
        tally.note { $0.questions += 1 }
    }

    private struct Submission: Encodable {
        struct Consent: Encodable {
            let recipient: String
            let noticeVersion: String
        }
        let position: String
        let session: String
        let cardVersion: Int?
        let channel = "live"
        let name: String
        let phone: String
        let consent: Consent
    }

    private func apply(for card: Frame.Card, _ token: String) async throws {
        guard let company = card.company ?? room.positions.first(where: { $0.id == card.position })?.company else { return }
        let person = Person(number: visit.person, seed: seed)
        let submission = Submission(
            position: card.position,
            session: room.session,
            cardVersion: card.version,
            name: person.name,
            phone: person.phone,
            consent: .init(recipient: company, noticeVersion: "1")
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
        struct Nothing: Encodable {}
        let visitor = try await Client.once(address, token: nil) {
            try await $0.post("/v1/visitors", Nothing(), as: Visitor.self)
        }
        if tokens.count >= Self.capacity { tokens.removeAll() }
        tokens[person] = visitor.token
        return visitor.token
    }
}
