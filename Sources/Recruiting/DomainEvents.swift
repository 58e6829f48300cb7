package import EventSourcing

/// The events of all aggregates, as a log holds them together.
package enum DomainEvents {
    private static let byCategory: [String: any DomainEvent.Type] = [
        "account": Account.Event.self, "audience": Audience.Event.self, "candidate": Candidate.Event.self, "company": Company.Event.self,
        "policy": Policy.Event.self,
        "job": Job.Event.self, "question": Question.Event.self, "series": Series.Event.self, "session": Session.Event.self,
        "submission": Submission.Event.self,
    ]

    /// The event as the aggregate reads it to which the stream belongs.
    /// - Throws: `UnreadableEvent`, also for a stream of no aggregate.
    package static func read(_ stream: StreamName, type: String, data: [UInt8]) throws(UnreadableEvent) -> any DomainEvent {
        guard let events = byCategory[String(stream.category)] else { throw .unknownType(type) }
        return try events.init(type: type, data: data)
    }
}
