import Synchronization

/// Reads that many ask for at the same moment, done once. Whoever comes while one is under way shares the next with all who wait by
/// then: what anybody gets was read after they had asked.
package final class SharedReads<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    /// Nil tells the waiter to read itself, for all who wait with it.
    private typealias Waiter = CheckedContinuation<Value?, any Error>

    private struct UnderWay {
        /// The callers who share the read under way; `waiting` are those who came since it began.
        var sharing: [Waiter] = []
        var waiting: [Waiter] = []
    }

    private let reads = Mutex<[Key: UnderWay]>([:])

    package init() {}

    package func value(of key: Key, _ read: () async throws -> Value) async throws -> Value {
        if let value = try await join(key) { return value }
        do {
            let value = try await read()
            finish(key, .success(value))
            return value
        } catch {
            finish(key, .failure(error))
            throw error
        }
    }

    /// How many wait for the next read.
    func waiting(for key: Key) -> Int { reads.withLock { $0[key]?.waiting.count ?? 0 } }

    private func join(_ key: Key) async throws -> Value? {
        try await withCheckedThrowingContinuation { waiter in
            let isReader = reads.withLock { reads in
                guard reads[key] != nil else {
                    reads[key] = UnderWay()
                    return true
                }
                reads[key]?.waiting.append(waiter)
                return false
            }
            if isReader { waiter.resume(returning: nil) }
        }
    }

    private func finish(_ key: Key, _ result: Result<Value, any Error>) {
        let (done, next) = reads.withLock { reads -> ([Waiter], Waiter?) in
            guard var read = reads[key] else { return ([], nil) }
            var done = read.sharing
            if case .failure(is CancellationError) = result {
                // Only the one who read was cancelled.
                read.waiting = done + read.waiting
                done = []
            }
            guard !read.waiting.isEmpty else {
                reads[key] = nil
                return (done, nil)
            }
            let next = read.waiting.removeFirst()
            reads[key] = UnderWay(sharing: read.waiting)
            return (done, next)
        }
        for waiter in done { waiter.resume(with: result.map(Optional.some)) }
        next?.resume(returning: nil)
    }
}
