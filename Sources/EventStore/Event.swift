package import EventSourcing
package import FoundationEssentials

/// Where an event is kept. Observations of the audience may be dropped by age; facts never are.
package enum Lane: Int16, Sendable, CaseIterable {
    case facts = 0
    case audience = 1
}

/// A fact that is to be appended.
package struct NewEvent: Sendable {
    package let stream: StreamName
    package let type: String
    package let schemaVersion: Int16
    /// One JSON object in UTF-8.
    package let data: [UInt8]
    /// Milliseconds since the broadcast began, where the event has a place in it.
    package let mediaTime: Int32?
    package let lane: Lane

    package init(
        stream: StreamName,
        type: String,
        schemaVersion: Int16 = 1,
        data: [UInt8],
        mediaTime: Int32? = nil,
        lane: Lane = .facts
    ) {
        self.stream = stream
        self.type = type
        self.schemaVersion = schemaVersion
        self.data = data
        self.mediaTime = mediaTime
        self.lane = lane
    }
}

/// Who caused an append, and what it belongs to.
package struct Origin: Sendable {
    package let actorKind: String
    package let actorID: String
    /// What the events are part of, across streams; they can be read in order by it.
    package let correlation: UUID?
    /// What the events were caused by.
    package let causation: UUID?

    package init(actorKind: String, actorID: String, correlation: UUID? = nil, causation: UUID? = nil) {
        self.actorKind = actorKind
        self.actorID = actorID
        self.correlation = correlation
        self.causation = causation
    }
}

/// An event as it stands in the log.
package struct RecordedEvent: Sendable {
    package let position: LogPosition
    package let stream: StreamName
    /// 1 for the first event of its stream; dense within the stream.
    package let version: Int
    package let type: String
    package let schemaVersion: Int16
    /// When the event was recorded; never earlier than an event of a lower position.
    package let recordedAt: Date
    package let mediaTime: Int32?
    package let origin: Origin
    /// One JSON object in UTF-8, in PostgreSQL's normal form of jsonb: its keys may be in another order than written.
    package let data: [UInt8]
}
