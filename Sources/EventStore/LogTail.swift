package import EventSourcing
package import Logging

/// The log from a position on, without end: batches in order, each as soon as it is committed.
package struct LogTail: AsyncSequence, Sendable {
    package typealias Element = [RecordedEvent]

    let log: EventLog
    let position: LogPosition
    let limit: Int
    let logger: Logger

    package init(_ log: EventLog, after position: LogPosition, limit: Int = 1_000, logger: Logger) {
        self.log = log
        self.position = position
        self.limit = limit
        self.logger = logger
    }

    package func makeAsyncIterator() -> Iterator {
        Iterator(tail: self, position: position)
    }

    package struct Iterator: AsyncIteratorProtocol {
        let tail: LogTail
        var position: LogPosition

        /// The next events, at least one; nil when the task is cancelled. While the database is away it waits.
        package mutating func next() async -> [RecordedEvent]? {
            while !Task.isCancelled {
                await tail.log.head.wait(past: position)
                do {
                    let batch = try await tail.log.read(after: position, limit: tail.limit)
                    if let last = batch.last {
                        position = last.position
                        return batch
                    }
                } catch {
                    guard !Task.isCancelled else { return nil }
                    tail.logger.warning("the log can't be read", metadata: ["after": "\(position)", "error": "\(error)"])
                }
                try? await Task.sleep(for: .milliseconds(50))
            }
            return nil
        }
    }
}
