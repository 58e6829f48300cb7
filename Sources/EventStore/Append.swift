package import EventSourcing
package import FoundationEssentials

/// Names an append, so that sending it again answers with what the first time gave.
package struct AppendKey: Sendable, Hashable {
    package let id: UUID
    /// A digest of what was asked; the same id with another fingerprint is refused.
    package let fingerprint: Int64

    package init(id: UUID, fingerprint: Int64) {
        self.id = id
        self.fingerprint = fingerprint
    }

    /// A key nobody else has, for appends that no caller will send again. A UUID of version 7 (RFC 9562 §5.7): keys made one after
    /// another stand side by side in their index, so that few of its pages are read and logged.
    package static func unique() -> AppendKey {
        let time = UInt64(max(0, Date().timeIntervalSince1970) * 1_000)
        let high = (time << 16 | 0x7000 | .random(in: 0...0xfff)).bigEndian
        let low = (1 << 63 | UInt64.random(in: 0..<1 << 62)).bigEndian
        return withUnsafeBytes(of: (high, low)) { AppendKey(id: UUID(uuid: $0.loadUnaligned(as: uuid_t.self)), fingerprint: 0) }
    }
}

/// Events that enter the log together or not at all, and the conditions under which they may.
package struct Append: Sendable {
    package let events: [NewEvent]
    /// The versions of the streams that are written, and of those that were only read to decide; 0 for a stream without events.
    package let expected: [StreamName: Int]
    package let key: AppendKey
    package let origin: Origin

    /// - Parameter expected: of each stream that is written, too; an append that lacks one is refused (``UnconditionalAppend``).
    package init(_ events: [NewEvent], expected: [StreamName: Int], key: AppendKey = .unique(), origin: Origin) {
        self.events = events
        self.expected = expected
        self.key = key
        self.origin = origin
    }

    /// - Throws: ``UnconditionalAppend`` when it writes nothing, or to a stream on no condition.
    func check() throws {
        guard !events.isEmpty else { throw UnconditionalAppend(stream: nil) }
        if let event = events.first(where: { expected[$0.stream] == nil }) { throw UnconditionalAppend(stream: event.stream) }
    }

    /// What the append weighs in the queue, in bytes.
    var weight: Int {
        events.reduce(0) { $0 + $1.data.count + 256 }
    }
}

/// A dense run of positions.
package struct LogRange: Sendable, Hashable {
    package let first: LogPosition
    package let count: Int

    package var last: LogPosition { first.advanced(by: count - 1) }

    package init(first: LogPosition, count: Int) {
        self.first = first
        self.count = count
    }
}

package enum AppendOutcome: Sendable, Hashable {
    case appended(LogRange)
    /// The key was answered before, with these positions.
    case repeated(LogRange)
    /// The key was answered before, for something else.
    case keyReused
    /// The stream isn't at the version that was expected.
    case conflict(StreamName)
}

/// A fault of ours: an append without events, or one that writes to a stream whose version it doesn't expect, as nobody read it.
package struct UnconditionalAppend: Error, Hashable, CustomStringConvertible {
    /// Nil for an append without events.
    package let stream: StreamName?

    package init(stream: StreamName?) { self.stream = stream }

    package var description: String {
        stream.map { "An append writes to \($0) and doesn't say at which version; nothing was written." } ?? "An append holds no event."
    }
}

package enum EventStoreError: Error, Sendable, CustomStringConvertible {
    /// More is waiting than the log takes; nothing was written.
    case overloaded
    /// The append was sent and not answered in time, or the connection was lost meanwhile: it may or may not be in the log, or
    /// still get there. The same key tells.
    case outcomeUnknown
    /// The log has been closed.
    case closed
    /// Another server has taken over, or an older state was restored: what this process has seen of the log may be lost.
    case epochEnded

    package var description: String {
        switch self {
        case .overloaded: "The log has more waiting than it takes; nothing was written. Try again in a moment."
        case .outcomeUnknown: "The database did not answer in time. Send it again with the same key to learn its outcome."
        case .closed: "The log has been closed."
        case .epochEnded: "The log goes on from another server or an older state; what was seen of it may be lost. Start anew."
        }
    }
}
