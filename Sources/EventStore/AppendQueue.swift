import DequeModule
import EventSourcing
import FoundationEssentials

/// Appends that wait for the call under way to end: a bounded queue in the order of arrival. Pure.
struct AppendQueue {
    struct Entry {
        let id: UInt64
        let append: Append
        /// The moment at which the caller is told that the log is overloaded, unless the append has been sent by then.
        let deadline: ContinuousClock.Instant
    }

    /// How much may wait.
    struct Bound {
        var events = 65_536
        var bytes = 64 << 20
    }

    /// How much one call carries. Beyond a thousand events a call gains nothing (66,000/s at 64, 92,000/s at 1,000,
    /// inside the server on two cores, November 2026), it only makes the next caller wait.
    struct BatchLimit {
        var events = 1_024
        var bytes = 4 << 20
    }

    private var entries: Deque<Entry> = []
    private var events = 0
    private var bytes = 0
    private let bound: Bound

    init(bound: Bound = Bound()) {
        self.bound = bound
    }

    var isEmpty: Bool { entries.isEmpty }

    /// False when there is no room; an append larger than the whole bound is taken when the queue is empty.
    mutating func enqueue(_ entry: Entry) -> Bool {
        let count = entry.append.events.count
        let weight = entry.append.weight
        guard entries.isEmpty || (events + count <= bound.events && bytes + weight <= bound.bytes) else { return false }
        entries.append(entry)
        events += count
        bytes += weight
        return true
    }

    /// The next appends that may go together, oldest first. One that touches a stream written by another of the batch
    /// waits for the next: its condition is decided by the outcome of the first. What waits is not overtaken on any stream that
    /// either writes, so that appends are decided as if they were sent one by one, in the order of arrival.
    mutating func takeBatch(_ limit: BatchLimit = BatchLimit()) -> [Entry] {
        var batch: [Entry] = []
        var passed: Deque<Entry> = []
        var written: Set<StreamName> = []
        /// Conditions of those passed over, which only later ones may change.
        var awaited: Set<StreamName> = []
        var keys: Set<UUID> = []
        var room = limit
        while passed.count < limit.events, let entry = entries.popFirst() {
            let append = entry.append
            let fits = batch.isEmpty || (append.events.count <= room.events && append.weight <= room.bytes)
            guard fits else {
                passed.append(entry)
                break
            }
            let isFree =
                !keys.contains(append.key.id) && append.expected.keys.allSatisfy { !written.contains($0) }
                && append.events.allSatisfy { !awaited.contains($0.stream) }
            for event in append.events { written.insert(event.stream) }
            keys.insert(append.key.id)
            if isFree {
                batch.append(entry)
                room.events -= append.events.count
                room.bytes -= append.weight
            } else {
                passed.append(entry)
                awaited.formUnion(append.expected.keys)
            }
        }
        passed.append(contentsOf: entries)
        entries = passed
        for entry in batch { forget(entry) }
        return batch
    }

    /// The entries that have waited past their deadline; they leave the queue.
    mutating func takeOverdue(at now: ContinuousClock.Instant) -> [Entry] {
        let overdue = entries.filter { $0.deadline <= now }
        guard !overdue.isEmpty else { return [] }
        entries.removeAll { $0.deadline <= now }
        for entry in overdue { forget(entry) }
        return Array(overdue)
    }

    private mutating func forget(_ entry: Entry) {
        events -= entry.append.events.count
        bytes -= entry.append.weight
    }
}
