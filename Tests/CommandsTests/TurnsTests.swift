import EventSourcing
import Synchronization
import TestSupport
import Testing

@testable import Commands

/// Whose turn it is to change a stream.
@Suite struct TurnsTests {
    private static let many: [(UInt64, TurnsState.Rank)] = [(2, .viewer), (3, .staff), (4, .viewer), (5, .operator), (6, .staff)]

    @Test func `the first goes, the others wait, operators before staff before viewers and else in the order of arrival`() {
        var turns = TurnsState()
        let first = turns.arrive(1, at: "a-1", .viewer, of: "a")
        let others = Self.many.map { turns.arrive($0.0, at: "a-1", $0.1, of: "a") }
        #expect(first == .goes && others == Array(repeating: .waits, count: 5))
        let order = Self.leaveAll(&turns)
        #expect(order == [5, 3, 6, 2, 4])
        #expect(turns.isEmpty)
    }

    @Test func `streams don't wait for each other`() {
        var turns = TurnsState()
        let arrivals = [turns.arrive(1, at: "a-1", .viewer, of: "a"), turns.arrive(2, at: "a-2", .viewer, of: "a")]
        #expect(arrivals == [.goes, .goes])
    }

    @Test func `a line full of viewers refuses the next viewer and nobody else`() {
        var turns = TurnsState(limit: 2)
        let arrivals = (1...4).map { turns.arrive($0, at: "a-1", .viewer, of: "a") }
        #expect(arrivals == [.goes, .waits, .waits, .refused])
        let host = turns.arrive(5, at: "a-1", .staff, of: "a")
        #expect(host == .waits)
        let order = Self.leaveAll(&turns)
        #expect(order == [5, 2, 3])
    }

    @Test func `whoever floods a line is refused alone`() {
        var turns = TurnsState(perSubject: 2)
        let flood = (1...5).map { turns.arrive($0, at: "a-1", .staff, of: "flood") }
        #expect(flood == [.goes, .waits, .waits, .refused, .refused])
        let host = turns.arrive(6, at: "a-1", .staff, of: "host")
        #expect(host == .waits)
        let order = Self.leaveAll(&turns)
        #expect(order == [2, 3, 6])
    }

    @Test func `who gives up is passed over, once`() {
        var turns = TurnsState()
        for id in 1...3 { _ = turns.arrive(UInt64(id), at: "a-1", .viewer, of: "a") }
        // The first has its turn and no longer waits.
        let given = [2, 2, 1].map { turns.giveUp($0, at: "a-1", .viewer) }
        #expect(given == [true, false, false])
        let order = Self.leaveAll(&turns)
        #expect(order == [3] && turns.isEmpty)
    }

    /// Who has the turn one after another until nobody waits.
    private static func leaveAll(_ turns: inout TurnsState) -> [UInt64] {
        var order: [UInt64] = []
        while let next = turns.leave("a-1") { order.append(next) }
        return order
    }

    @Test(arguments: Seed.schedules(100).map(\.value))
    func `whoever comes, gives up or fails, one at a time is let through and nothing is left behind`(seed: UInt64) async throws {
        var random = Seed(seed)
        let turns = Turns()
        let crowd = Crowd()
        await withTaskGroup { group in
            for _ in 0..<60 {
                let stream: StreamName = random.once(in: 2) ? "a-1" : "a-2"
                let rank = TurnsState.Rank.allCases.randomElement(using: &random)!
                let (yields, fails, isCancelled) = (Int.random(in: 0..<4, using: &random), random.once(in: 2), random.once(in: 3))
                group.addTask {
                    let task = Task { try await turns.take(at: stream, rank, of: "a") { try await crowd.visit(stream, yields, fails) } }
                    if isCancelled { task.cancel() }
                    _ = await task.result
                }
            }
        }
        #expect(turns.isEmpty)
        #expect(await crowd.most == 1)
    }
}

/// Counts who is inside at the same time.
private actor Crowd {
    private var inside: [StreamName: Int] = [:]
    private(set) var most = 0

    func visit(_ stream: StreamName, _ yields: Int, _ fails: Bool) async throws {
        inside[stream, default: 0] += 1
        most = max(most, inside[stream, default: 0])
        for _ in 0..<yields { await Task.yield() }
        inside[stream, default: 0] -= 1
        if fails { throw CancellationError() }
    }
}

@Suite struct SharedReadsTests {
    @Test func `who comes while a read is under way shares the next one`() async throws {
        let source = Source()
        let first = Task { try await source.ask() }
        await source.entered()
        let others = (0..<50).map { _ in Task { try await source.ask() } }
        try await eventually { source.reads.waiting(for: 7) == 50 ? true : nil }
        source.release()
        #expect(try await first.value == 1)
        for other in others {
            let answer = try await other.value
            #expect(answer == 2)
        }
        #expect(try await source.ask() == 3)
    }

    @Test func `a reader that is cancelled leaves the reading to those who wait`() async throws {
        let source = Source(cancelled: 2)
        let first = Task { try await source.ask() }
        await source.entered()
        let others = (0..<5).map { _ in Task { try? await source.ask() } }
        try await eventually { source.reads.waiting(for: 7) == 5 ? true : nil }
        source.release()
        await #expect(throws: CancellationError.self) { try await first.value }
        // The second reader was cancelled too, and the other four have what the third read.
        var answers: [Int?] = []
        for other in others { answers.append(await other.value) }
        #expect(answers.count { $0 == nil } == 1)
        #expect(answers.count { $0 == 3 } == 4)
    }
}

/// Gives each read its number; the first waits until it is released, and the first `cancelled` end as if their task was cancelled.
private final class Source: Sendable {
    let reads = SharedReads<Int, Int>()
    private let count = Mutex(0)
    private let cancelled: Int
    private let entry = AsyncStream.makeStream(of: Void.self)
    private let exit = AsyncStream.makeStream(of: Void.self)

    init(cancelled: Int = 0) {
        self.cancelled = cancelled
    }

    func ask() async throws -> Int {
        try await reads.value(of: 7) {
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 1 {
                entry.continuation.finish()
                for await _ in exit.stream {}
            }
            if number <= cancelled { throw CancellationError() }
            return number
        }
    }

    func entered() async { for await _ in entry.stream {} }

    func release() { exit.continuation.finish() }
}
