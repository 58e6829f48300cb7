import EventSourcing
import FoundationEssentials
import JSON

/// What one kind of event says, as it is stored in `data`.
package protocol EventData: Codable, Hashable, Sendable {
    /// The event's type, as in `JobVetted`; never changes once stored.
    static var type: String { get }
}

/// The events of one aggregate, as they go to the log and come from it.
package protocol DomainEvent: Hashable, Sendable {
    var data: any EventData { get }

    /// - Throws: `UnreadableEvent` when the aggregate has no such type or `data` does not fit it.
    init(type: String, data: [UInt8]) throws(UnreadableEvent)
}

extension DomainEvent {
    package var type: String { Swift.type(of: data).type }

    /// A JSON object with sorted keys; what is absent has no key.
    package func encoded() -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Event data holds no number that JSON lacks and no key that is not a string: encoding cannot fail.
        return try! Array(encoder.encode(data))
    }
}

/// A stored event that this version cannot read.
package enum UnreadableEvent: Error, Hashable, CustomStringConvertible {
    case unknownType(String)
    case malformed(type: String, reason: String)

    package var description: String {
        switch self {
        case .unknownType(let type): "unknown event type \(type)"
        case .malformed(let type, let reason): "malformed \(type): \(reason)"
        }
    }
}

extension EventData {
    /// - Throws: `UnreadableEvent.malformed`
    package init(json: [UInt8]) throws(UnreadableEvent) {
        do {
            self = try JSONDocument(json).decode()
        } catch {
            throw .malformed(type: Self.type, reason: String(describing: error))
        }
    }
}
