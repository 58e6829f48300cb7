package import EventSourcing
package import FoundationEssentials
import Postgres

extension EventLog {
    /// Up to `limit` events past `position`, in order; fewer only at the head.
    package func read(after position: LogPosition, through last: LogPosition? = nil, limit: Int = 1_000) async throws -> [RecordedEvent] {
        try await events(
            "FROM events WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3",
            [.int8(position.rawValue), .int8(last?.rawValue ?? .max), .int8(Int64(limit))]
        )
    }

    /// Gives `body` the events past `position`, up to and with `last`, in order and a page at a time.
    ///
    /// Positions are dense, so no page has to know the one before: while `body` works, the next ones are read on other connections.
    /// That takes up to `ahead` of the pool's connections and holds as many pages, of `size` events at most, in memory.
    package func scan(
        after position: LogPosition = .start,
        through last: LogPosition,
        size: Int = 1_000,
        ahead: Int = 2,
        _ body: ([RecordedEvent]) async throws -> Void
    ) async throws {
        var begins = stride(from: position.rawValue, to: last.rawValue, by: size).map { LogPosition($0) }[...]
        try await withThrowingTaskGroup(of: (LogPosition, [RecordedEvent]).self) { group in
            func ask() {
                guard let begin = begins.popFirst() else { return }
                group.addTask { (begin, try await self.read(after: begin, through: min(begin.advanced(by: size), last), limit: size)) }
            }
            for _ in 0..<ahead { ask() }
            var due = position
            var early: [LogPosition: [RecordedEvent]] = [:]
            while let (begin, page) = try await group.next() {
                early[begin] = page
                while let page = early.removeValue(forKey: due) {
                    ask()
                    try await body(page)
                    due = due.advanced(by: size)
                }
            }
        }
    }

    /// The events of a range, as an append answered it.
    package func read(_ range: LogRange) async throws -> [RecordedEvent] {
        try await read(after: range.first.advanced(by: -1), through: range.last, limit: range.count)
    }

    /// The events of each stream past `version`, in order; a stream without any is absent. Those of the `passed` types are left out, but
    /// for a stream's last event, which tells how far it reaches.
    package func read(
        streams: [StreamName],
        after version: Int = 0,
        passingOver passed: [String] = []
    ) async throws -> [StreamName: [RecordedEvent]] {
        let found = try await events(
            """
            FROM (
                SELECT s.start AS began, s.version AS newest
                FROM unnest($1) AS wanted (name) JOIN streams AS s ON s.stream = wanted.name COLLATE "C") AS s
            CROSS JOIN LATERAL (
                SELECT * FROM events
                WHERE start = began AND position >= began AND version > $2 AND (type <> ALL ($3) OR version = newest)) AS events
            ORDER BY start, version
            """,
            [.texts(streams.map(\.description)), .int4(Int32(version)), .texts(passed)]
        )
        return Dictionary(grouping: found, by: \.stream)
    }

    /// Up to `limit` events that belong to `correlation`, past `position` and not past `last`, in order; none of streams of the
    /// category `other`.
    package func read(
        correlation: UUID,
        without other: String? = nil,
        after position: LogPosition = .start,
        through last: LogPosition? = nil,
        limit: Int = 1_000
    ) async throws -> [RecordedEvent] {
        try await events(
            """
            FROM events WHERE correlation = $1 AND position > $2 AND position <= $3 AND NOT starts_with(stream, $4)
            ORDER BY position LIMIT $5
            """,
            [
                .uuid(correlation), .int8(position.rawValue), .int8(last?.rawValue ?? .max), .text(Self.beginning(of: other)),
                .int8(Int64(limit)),
            ]
        )
    }

    /// What the names of a category's streams begin with; for no category, something that no name begins with.
    private static func beginning(of category: String?) -> String { (category ?? "") + "-" }

    /// Up to `limit` such events before `position`, the newest first.
    package func read(
        correlation: UUID,
        without other: String? = nil,
        before position: LogPosition,
        limit: Int
    ) async throws -> [RecordedEvent] {
        try await events(
            "FROM events WHERE correlation = $1 AND position < $2 AND NOT starts_with(stream, $3) ORDER BY position DESC LIMIT $4",
            [.uuid(correlation), .int8(position.rawValue), .text(Self.beginning(of: other)), .int8(Int64(limit))]
        )
    }

    /// The facts that belong to `correlation` and either stand in `stream` or are of one of `types`, in order.
    package func read(correlation: UUID, in stream: StreamName, orOf types: [String]) async throws -> [RecordedEvent] {
        try await events(
            "FROM events WHERE lane = 0 AND correlation = $1 AND (stream = $2 OR type = ANY ($3)) ORDER BY position",
            [.uuid(correlation), .text(stream.description), .texts(types)]
        )
    }

    /// What `key` was answered with before: nil for a key that is new.
    package func answer(to key: AppendKey) async throws -> AppendOutcome? {
        try await pool.connection { db in
            let rows = try db.query("SELECT fingerprint, first, count FROM append_keys WHERE key = $1", [.uuid(key.id)])
            guard let row = rows.first else { return nil }
            guard try row.decode(0, as: Int64.self) == key.fingerprint else { return .keyReused }
            let first = LogPosition(try row.decode(1, as: Int64.self))
            return .repeated(LogRange(first: first, count: Int(try row.decode(2, as: Int32.self))))
        }
    }

    private func events(_ source: String, _ parameters: [Parameter]) async throws -> [RecordedEvent] {
        try await pool.connection { db in
            try db.query("SELECT \(RecordedEvent.columns) \(source)", parameters).map { try RecordedEvent($0) }
        }
    }
}

extension RecordedEvent {
    /// The columns of an event, in the order in which ``init(_:)`` takes them.
    static let columns = """
        position, stream, version, type, schema_version, recorded_at, media_time, actor_kind, actor_id, correlation, causation, data
        """

    init(_ row: Row) throws {
        position = LogPosition(try row.decode(0, as: Int64.self))
        stream = StreamName(try row.decode(1, as: String.self))
        version = Int(try row.decode(2, as: Int32.self))
        type = try row.decode(3, as: String.self)
        schemaVersion = try row.decode(4, as: Int16.self)
        recordedAt = try row.decode(5, as: Date.self)
        mediaTime = try row.decodeIfPresent(6, as: Int32.self)
        origin = Origin(
            actorKind: try row.decode(7, as: String.self),
            actorID: try row.decode(8, as: String.self),
            correlation: try row.decodeIfPresent(9, as: UUID.self),
            causation: try row.decodeIfPresent(10, as: UUID.self)
        )
        data = try row.decode(11, as: [UInt8].self)
    }
}
