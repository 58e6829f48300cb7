import EventSourcing
import FoundationEssentials
import TestSupport
import Testing

@testable import EventStore

@Suite struct AppendQueueTests {
    @Test func `holds as many events as its bound, and one too large when it is empty`() {
        let queue = Offered(.init(events: 10, bytes: .max))
        #expect(queue.takes([.noted("a-1", count: 9), .noted("a-2", count: 2), .noted("a-3")]) == [true, false, true])
        #expect(queue.batches() == [[0, 2]])
        #expect(queue.takes([.noted("a-4", count: 11), .noted("a-5")]) == [true, false])
    }

    @Test func `holds as many bytes as its bound`() {
        let queue = Offered(.init(events: .max, bytes: Append.noted("a-1").weight * 2))
        #expect(queue.takes([.noted("a-1"), .noted("a-2"), .noted("a-3")]) == [true, true, false])
        #expect(queue.batches() == [[0, 1]])
        #expect(queue.takes([.noted("a-3")]) == [true])
    }

    @Test func `has its room again for what was given up`() {
        let queue = Offered(.init(events: 2, bytes: .max))
        #expect(queue.takes([.noted("a-1"), .noted("a-2"), .noted("a-3")]) == [true, true, false])
        #expect(queue.overdue(after: .seconds(60)) == [0])
        #expect(queue.takes([.noted("a-3"), .noted("a-4")]) == [true, false])
    }

    @Test func `sends no more in one call than its limit, in the order of arrival`() {
        let queue = Offered()
        _ = queue.takes((0..<5).map { .noted("a-\($0)", count: $0 == 2 ? 4 : 2) })
        #expect(queue.batches(.init(events: 5, bytes: .max)) == [[0, 1], [2], [3, 4]])
    }

    @Test func `sends what meets a stream that another writes, or has its key, in a later call`() {
        let queue = Offered()
        let reads = Append([.noted("b-1")], expected: ["b-1": 0, "a-1": 1], origin: .recruiter)
        let key = AppendKey(id: UUID(), fingerprint: 0)
        _ = queue.takes([.noted("a-1", key: key), reads, .noted("b-1"), .noted("c-1", key: key), .noted("d-1")])
        #expect(queue.batches() == [[0, 4], [1, 3], [2]])
    }

    @Test func `lets nothing overtake an append that waits, not even on a stream that it only reads`() {
        let queue = Offered()
        let reads = Append([.noted("b-1")], expected: ["b-1": 0, "a-1": 1, "c-1": 0], origin: .recruiter)
        _ = queue.takes([.noted("a-1"), reads, .noted("c-1")])
        #expect(queue.batches() == [[0], [1, 2]])
    }

    @Test func `decides as if it sent one by one, in the order of arrival`() {
        for seed in Seed.schedules(2_000) {
            var scribe = Scribe(seed, streams: (0..<6).map { StreamName("s-\($0)") })
            var queue = AppendQueue()
            var (oneByOne, batched) = (LogModel(), LogModel())
            var answers: [UInt64: Set<AppendOutcome.Kind>] = [:]
            for id in 0..<UInt64(30) {
                let append = scribe.next { oneByOne.version(of: $0) }
                _ = queue.enqueue(entry(id, append, deadline: .zero))
                answers[id] = AppendOutcome.kinds(oneByOne.append(append))
            }
            while !queue.isEmpty {
                for sent in queue.takeBatch(.init(events: 20, bytes: .max)) {
                    #expect(AppendOutcome.kinds(batched.append(sent.append)) == answers[sent.id], "\(sent.id); \(seed.replay)")
                }
            }
        }
    }
}

private let start = ContinuousClock.now

private func entry(_ id: UInt64, _ append: Append, deadline: Duration) -> AppendQueue.Entry {
    AppendQueue.Entry(id: id, append: append, deadline: start + deadline)
}

/// A queue that is offered appends, numbered from 0 in each offer, each with a minute more patience than the one before.
private final class Offered {
    private var queue: AppendQueue

    init(_ bound: AppendQueue.Bound = .init()) {
        queue = AppendQueue(bound: bound)
    }

    /// Which are taken.
    func takes(_ appends: [Append]) -> [Bool] {
        appends.enumerated().map { id, append in queue.enqueue(entry(UInt64(id), append, deadline: .seconds(60 * (id + 1)))) }
    }

    /// The numbers of each batch, until nothing waits.
    func batches(_ limit: AppendQueue.BatchLimit = .init()) -> [[UInt64]] {
        var batches: [[UInt64]] = []
        while !queue.isEmpty { batches.append(queue.takeBatch(limit).map(\.id)) }
        return batches
    }

    func overdue(after wait: Duration) -> [UInt64] {
        queue.takeOverdue(at: start + wait).map(\.id)
    }
}

extension AppendOutcome {
    /// An outcome without its positions.
    fileprivate enum Kind: Hashable {
        case appended, repeated, keyReused
        case conflict(StreamName)
    }

    fileprivate static func kinds(_ outcomes: Set<AppendOutcome>) -> Set<Kind> {
        Set(
            outcomes.map { outcome in
                switch outcome {
                case .appended: .appended
                case .repeated: .repeated
                case .keyReused: .keyReused
                case .conflict(let stream): .conflict(stream)
                }
            }
        )
    }
}
