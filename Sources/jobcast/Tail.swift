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
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await log.run() }
                var position = after.map { LogPosition($0) } ?? (once ? .start : head)
                let tail = LogTail(log, after: position, logger: database.logger)
                if !once || position < head {
                    for await batch in tail {
                        for event in batch { print(event.line) }
                        position = batch.last?.position ?? position
                        if once && position >= head { break }
                    }
                }
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
