package import EventSourcing
package import EventStore

/// What stands in the log for a write.
package struct RecordedWrite: Sendable {
    package let resource: StreamName
    /// The resource's version after the write, and the position of its last event then.
    package let version: Int
    package let position: LogPosition
    /// All that was written, also of other streams.
    package let range: LogRange
    /// False when the write changed nothing, since all was as it asks already.
    package var isNew = true
}
