import ArgumentParser
import EventSourcing
import EventStore
import FoundationEssentials

struct Tail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print events as they are committed, one JSON object a line.",
        discussion: "What is sealed stays sealed: events hold no personal data in clear."
    )

    @OptionGroup var settings: Settings

    @Option(help: ArgumentHelp("Begin past this position; without it, at the head.", valueName: "position"))
    var after: Int64?

    @Flag(help: "End at the head instead of waiting for more.")
    var once = false

    func run() async throws {
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            let log = EventLog(database.settings, pool: database.pool, logger: database.logger)
            let head = try await log.refreshHead()
            if once {
                let begin = after.map { LogPosition($0) } ?? .start
                return try await log.scan(after: begin, through: head) { page in
                    for event in page { print(event.line) }
                }
            }
            let tail = LogTail(log, after: after.map { LogPosition($0) } ?? head, logger: database.logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await log.run() }
                group.addTask {
                    for await batch in tail {
                        for event in batch { print(event.line) }
                    }
                }
                try await group.next()
                group.cancelAll()
            }
        }
    }
}

extension RecordedEvent {
    fileprivate var line: String {
        let time = recordedAt.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
        return """
            {"position":\(position),"stream":"\(stream)","version":\(version),"type":"\(type)","time":"\(time)",\
            "actor":"\(origin.actorKind)","data":\(String(decoding: data, as: UTF8.self))}
            """
    }
}
