import EventSourcing
import EventStore
import FoundationEssentials
import Recruiting

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

    /// Without what is sealed: ciphertext is no use to a reader, and the less of it goes about the better.
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
        return encoded(envelope).dropLast() + Array(",\"data\":".utf8) + data(of: event) + [UInt8(ascii: "}")]
    }

    private static func data(of event: RecordedEvent) -> [UInt8] {
        switch event.type {
        case ResumeSubmitted.type: (try? ResumeSubmitted(json: event.data)).map { encoded(Unsealed($0)) } ?? Array("{}".utf8)
        case ProfileSealed.type: Array("{}".utf8)
        default: event.data
        }
    }

    private struct Unsealed: Encodable {
        let position: PositionID
        let company: CompanyID
        let session: SessionID?
        let channel: Channel

        init(_ resume: ResumeSubmitted) {
            (position, company) = (resume.position, resume.company)
            (session, channel) = (resume.session, resume.channel)
        }
    }
}
