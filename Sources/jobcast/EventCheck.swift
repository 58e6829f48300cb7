import EventSourcing
import EventStore
import Recruiting

/// Whether every event of the log can be read by its aggregate: one that can't makes its stream unusable.
struct EventCheck {
    private var unreadable = 0
    /// Position, stream, type and reason of the first few events that can't be read.
    private var first: [String] = []

    /// Reads the log once, a few pages at a time.
    static func run(in database: Database) async throws -> EventCheck {
        let log = EventLog(database.settings, pool: database.pool, logger: database.logger)
        var check = EventCheck()
        try await log.scan(through: try await log.enterReading()) { page in
            for event in page { check.read(event) }
        }
        return check
    }

    private mutating func read(_ event: RecordedEvent) {
        do throws(UnreadableEvent) {
            _ = try DomainEvents.read(event.stream, type: event.type, data: event.data)
        } catch {
            unreadable += 1
            if first.count < 20 { first.append("\(event.stream) at \(event.position): \(error)") }
        }
    }

    var holds: Bool { unreadable == 0 }

    var sentence: Sentence {
        guard !holds else { return "log: every event can be read" }
        let first = first.joined(separator: ", ")
        let others = unreadable - self.first.count
        return others > 0
            ? "log: every event can be read — but not \(first) and \(others) more"
            : "log: every event can be read — but not \(first)"
    }
}
