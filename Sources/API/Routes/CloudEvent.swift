import EventSourcing
import EventStore
import FoundationEssentials
import Recruiting
import Wire

/// An event as CloudEvents 1.0 has it, in JSON; extension attributes are the log's own: position, version, correlation.
enum CloudEvent {
    private struct Envelope: Encodable {
        let specversion = "1.0"
        let id: String
        let source = "/v1/log"
        let type: String
        let subject: String
        let time: Timestamp
        let datacontenttype = "application/json"
        let position: Int64
        let version: Int
        let correlation: String?
        let mediatime: Int32?
        let actorkind: String
    }

    static func bytes(_ event: RecordedEvent) -> [UInt8] {
        let envelope = Envelope(
            id: event.position.description,
            type: event.type,
            subject: event.stream.description,
            time: Timestamp(event.recordedAt),
            position: event.position.rawValue,
            version: event.version,
            correlation: event.origin.correlation?.uuidString.lowercased(),
            mediatime: event.mediaTime,
            actorkind: event.origin.actorKind
        )
        return encoded(envelope).dropLast() + Array(",\"data\":".utf8) + event.publicData + [UInt8(ascii: "}")]
    }
}
