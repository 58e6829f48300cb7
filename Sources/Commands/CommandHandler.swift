import EventSourcing
package import EventStore
package import Recruiting

/// The one place where a command is decided on what the log says, appended, and decided anew when the log has moved meanwhile.
package struct CommandHandler: Sendable {
    package let log: EventLog
    private let caches: StateCaches
    private let turns = Turns()
    private let now: @Sendable () -> Timestamp
    /// Hears how long an append took.
    private let appended: @Sendable (Duration) -> Void

    package init(_ log: EventLog, now: @escaping @Sendable () -> Timestamp, appended: @escaping @Sendable (Duration) -> Void = { _ in }) {
        self.log = log
        self.now = now
        self.appended = appended
        caches = StateCaches(log)
    }

    /// How long a write waits for its turn, and is decided anew while other processes change the same streams. As long as an append
    /// waits for the log.
    private static let patience = Duration.seconds(5)

    /// Does what `useCase` asks for, under the condition that what it was decided on still holds.
    ///
    /// Writes to one resource take turns, so that a conflict comes from another process, or by another resource's stream.
    /// - Returns: the same for a repeat of `write`, whatever has happened since.
    /// - Throws: what the use case throws, unless the write was accepted before; `CommandError`.
    package func handle(_ useCase: some UseCase, _ write: Write) async throws -> RecordedWrite {
        let deadline = ContinuousClock.now + Self.patience
        return try await turns.take(at: useCase.resource, write.caller.rank, of: write.caller.subject) {
            var tries = 0
            while ContinuousClock.now < deadline {
                let reads = ReadSet(log: log, caches: caches, isFirst: tries == 0)
                if let recorded = try await attempt(useCase, write, reads) { return recorded }
                tries += 1
                try await Task.sleep(for: .milliseconds(Int.random(in: 1...(2 << min(tries, 6)))))
            }
            throw CommandError.tooManyWriters
        }
    }

    /// What streams say, for those who only want to know.
    package func read<Value>(_ body: (ReadSet) async throws -> Value) async throws -> Value {
        try await body(ReadSet(log: log, caches: caches))
    }

    /// Does in its turn what a process of ours wants by itself, which it will want again if others are in its way now.
    /// - Parameter isOurs: asked last of all before the append: whether the process may still do it.
    /// - Returns: false when there is nothing to do, when others have changed the streams meanwhile, or when it may not.
    package func attempt(
        _ useCase: some UseCase,
        by process: String,
        while isOurs: @escaping @Sendable () -> Bool = { true }
    ) async throws -> Bool {
        let caller = Caller.process(process)
        return try await turns.take(at: useCase.resource, caller.rank, of: caller.subject) {
            let reads = ReadSet(log: log, caches: caches)
            let decision = try await useCase.decide(reads, for: caller, at: now())
            guard !decision.events.isEmpty, isOurs() else { return false }
            let origin = Origin(actorKind: caller.kind(using: useCase.right), actorID: caller.id, correlation: decision.correlation)
            let outcome = try await log.append(Append(decision.events, expected: reads.versions, origin: origin))
            return if case .appended = outcome { true } else { false }
        }
    }

    /// Nil when a stream has moved since it was read.
    private func attempt(_ useCase: some UseCase, _ write: Write, _ reads: ReadSet) async throws -> RecordedWrite? {
        let resource = useCase.resource
        let decision: Decision
        do {
            decision = try await useCase.decide(reads, for: write.caller, at: now())
            try check(write, reads.version(of: resource))
        } catch let refusal {
            // A repeat of an accepted write is not refused for what that write itself has changed.
            guard let earlier = try await earlier(write) else { throw refusal }
            return earlier
        }
        guard decision.events.isEmpty else { return try await append(decision, of: useCase, reads, write) }
        if let earlier = try await earlier(write) { return earlier }
        guard let last = reads.lastPositions[resource] else { throw Unread() }
        let range = LogRange(first: last, count: 1)
        return RecordedWrite(resource: resource, version: reads.version(of: resource), position: last, range: range, isNew: false)
    }

    /// Nil when a stream has moved since it was read.
    private func append(_ decision: Decision, of useCase: some UseCase, _ reads: ReadSet, _ write: Write) async throws -> RecordedWrite? {
        let resource = useCase.resource
        let origin = Origin(actorKind: write.caller.kind(using: useCase.right), actorID: write.caller.id, correlation: decision.correlation)
        let sent = ContinuousClock.now
        let outcome = try await log.append(Append(decision.events, expected: reads.versions, key: write.key, origin: origin))
        appended(ContinuousClock.now - sent)
        switch outcome {
        case .appended(let range):
            let places = decision.events.indices.filter { decision.events[$0].stream == resource }
            return RecordedWrite(
                resource: resource,
                version: reads.version(of: resource) + places.count,
                position: places.last.map { range.first.advanced(by: $0) } ?? range.last,
                range: range
            )
        case .repeated(let range): return try await recorded(range)
        case .keyReused: throw CommandError.keyReused
        case .conflict(let stream):
            if write.expectedVersion != nil, stream == resource { throw CommandError.stale }
            return nil
        }
    }

    private func earlier(_ write: Write) async throws -> RecordedWrite? {
        switch try await log.answer(to: write.key) {
        case nil: return nil
        case .repeated(let range), .appended(let range): return try await recorded(range)
        case .keyReused, .conflict: throw CommandError.keyReused
        }
    }

    /// The first event of an append is of the resource that was written.
    private func recorded(_ range: LogRange) async throws -> RecordedWrite {
        let events = try await log.read(range)
        guard let resource = events.first?.stream, let last = events.last(where: { $0.stream == resource }) else {
            throw Unread()
        }
        return RecordedWrite(resource: resource, version: last.version, position: last.position, range: range)
    }

    private func check(_ write: Write, _ version: Int) throws {
        let holds = write.expectedVersion.map { $0 == version } ?? !(write.mustExist && version == 0)
        guard holds else { throw CommandError.stale }
    }
}

/// A fault of ours: a use case that changes nothing has not read its resource, or an append holds no event of it.
private struct Unread: Error {}
