import EventSourcing
import EventStore
import FoundationEssentials
import Recruiting

/// What a command comes to: events of one or more streams, all of them or none.
package struct Decision {
    var events: [NewEvent] = []
    /// The session to which all of it belongs.
    var correlation: UUID?
}

extension Decision {
    init<Event: DomainEvent>(_ stream: StreamName, _ events: [Event], session: SessionID? = nil, mediaTime: Int32? = nil) {
        self.init(correlation: session?.uuid)
        add(events, to: stream, mediaTime: mediaTime)
    }

    mutating func add<Event: DomainEvent>(_ events: [Event], to stream: StreamName, mediaTime: Int32? = nil) {
        self.events += events.map { NewEvent(stream: stream, type: $0.type, data: $0.encoded(), mediaTime: mediaTime) }
    }
}
