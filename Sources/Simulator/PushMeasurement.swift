import NIOCore
package import Recruiting
import Synchronization
import Wire

/// Measures the push to screen: from a host's HTTP request to the frame in each viewer's hands, with all viewers connected to one
/// room and counters ticking beside it.
///
/// Every round features another card and waits until all viewers hold it, so rounds don't overlap. Viewers' times are taken on
/// their event loops when the bytes are read; decoding a frame is no part of it.
package struct PushMeasurement: Sendable {
    package struct Result: Sendable {
        package let viewers: Int
        package let rounds: Int
        package let push: Histogram
        /// The time from the host's request to its answer.
        package let answer: Histogram
        /// Cards that were not in a viewer's hands within two seconds.
        package let late: Int

        /// One `name value unit` a line.
        package var lines: [String] {
            let quantiles: [(String, Double)] = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p999", 0.999)]
            return ["viewers \(viewers) connections", "rounds \(rounds) cards", "late \(late) frames"]
                + quantiles.map { "push-to-screen-\($0) \(push.quantile($1).rounded) ms" }
                + ["push-to-screen-max \(push.maximum.rounded) ms"]
                + quantiles.prefix(3).map { "host-answer-\($0) \(answer.quantile($1).rounded) ms" }
        }
    }

    private static let patience: Duration = .seconds(2)
    /// How many viewers connect at the same time: more would measure the listen backlog.
    private static let connectingAtOnce = 50

    private let address: Address
    private let viewers: Int
    private let rounds: Int
    private let pause: Duration
    private let host: Host
    private let viewerToken: @Sendable (Int) async throws -> String

    /// `tokens` signs a token for (role, subject).
    package init(
        address: Address,
        viewers: Int,
        rounds: Int,
        pause: Duration,
        tokens: @escaping @Sendable (Role, String) async throws -> String
    ) async throws {
        let subject = "measuring-host"
        host = Host(
            address: address,
            number: 0,
            subject: subject,
            token: try await tokens(.host, subject),
            plan: Plan(),
            tally: Tally()
        )
        viewerToken = { try await tokens(.viewer, "measuring-viewer-\($0)") }
        self.address = address
        self.viewers = viewers
        self.rounds = rounds
        self.pause = pause
    }

    /// - Throws: `SimulatorError` when the server can't be used; frames that come late or not at all are counted instead.
    package func run(progress: @Sendable (String) -> Void) async throws -> Result {
        let room = try await host.goLive()
        let round = Round()
        let result: Result
        do {
            progress("connecting \(viewers) viewers")
            let lives = try await connectAll(to: room, round)
            defer { for live in lives { live.close() } }
            progress("\(rounds) cards to \(viewers) viewers")
            result = try await measure(room, round)
        } catch {
            try await host.end(room)
            throw error
        }
        try await host.end(room)
        return result
    }

    private func connectAll(to room: Room, _ round: Round) async throws -> [LiveConnection] {
        try await withThrowingTaskGroup(of: LiveConnection.self) { group in
            var lives: [LiveConnection] = []
            for number in 0..<viewers {
                if number >= Self.connectingAtOnce, let live = try await group.next() { lives.append(live) }
                let token = try await viewerToken(number)
                group.addTask { try await join(room, token, round) }
            }
            for try await live in group { lives.append(live) }
            return lives
        }
    }

    /// Connects and waits for `hello`, so that nobody is still on the way when the rounds begin.
    private func join(_ room: Room, _ token: String, _ round: Round) async throws -> LiveConnection {
        let (greeted, greeting) = AsyncStream.makeStream(of: Void.self)
        let live = try await LiveConnection.connect(to: address, session: room.session.description, queueing: false) { frame in
            if frame.text.holds(#""op":"featured""#) {
                round.received(at: frame.receivedAt)
            } else if frame.text.holds(#""t":"hello""#) {
                greeting.finish()
            }
        }
        try live.send(.join(token: token))
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await _ in greeted {} }
            group.addTask { for try await _ in live.frames {} }
            group.addTask {
                try await Task.sleep(for: .seconds(10))
                throw SimulatorError.timedOut
            }
            try await group.next()
        }
        return live
    }

    private func measure(_ room: Room, _ round: Round) async throws -> Result {
        var answer = Histogram()
        try await Client.once(address, token: host.token) { client in
            for number in 0..<rounds {
                let job = room.jobs[number % room.jobs.count].id
                let start = round.begin(expecting: viewers)
                try await host.feature(job, in: room, client)
                answer.record(.nanoseconds((NIODeadline.now() - start).nanoseconds))
                try await round.wait(atMost: Self.patience)
                try await Task.sleep(for: pause)
            }
        }
        let (push, late) = round.total
        return Result(viewers: viewers, rounds: rounds, push: push, answer: answer, late: late)
    }
}

/// One card on its way to all viewers.
private final class Round: Sendable {
    private struct State {
        var startedAt = NIODeadline.now()
        var missing = 0
        var late = 0
        var push = Histogram()
        var complete: AsyncStream<Void>.Continuation?
    }

    private let state = Mutex(State())

    var total: (push: Histogram, late: Int) { state.withLock { ($0.push, $0.late + $0.missing) } }

    func begin(expecting viewers: Int) -> NIODeadline {
        state.withLock {
            $0.late += $0.missing
            $0.missing = viewers
            $0.startedAt = .now()
            return $0.startedAt
        }
    }

    func received(at moment: NIODeadline) {
        state.withLock {
            guard $0.missing > 0 else { return }
            $0.push.record(.nanoseconds((moment - $0.startedAt).nanoseconds))
            $0.missing -= 1
            if $0.missing == 0 { $0.complete?.finish() }
        }
    }

    /// Returns when every viewer has the card, or after `patience`.
    func wait(atMost patience: Duration) async throws {
        let (done, continuation) = AsyncStream.makeStream(of: Void.self)
        let isComplete = state.withLock {
            $0.complete = continuation
            return $0.missing == 0
        }
        if isComplete { return }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            group.addTask { for await _ in done {} }
            group.addTask { try await Task.sleep(for: patience) }
            try await group.next()
        }
    }
}

extension ByteBuffer {
    /// True if the readable bytes hold `text`. Over raw bytes, since every viewer asks this of every frame:
    /// the library's search over views took longer than all else that a frame costs.
    fileprivate func holds(_ text: StaticString) -> Bool {
        withUnsafeReadableBytes { bytes in
            let wanted = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            let last = bytes.count - wanted.count
            guard last >= 0 else { return false }
            return (0...last).contains { start in
                bytes[start] == wanted[0] && bytes[start..<start + wanted.count].elementsEqual(wanted)
            }
        }
    }
}
