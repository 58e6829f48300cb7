import API
import ArgumentParser
import EventSourcing
import EventStore
import FoundationEssentials
import Glibc

struct Tail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: said("Print events as they are committed, one JSON object a line."),
        discussion: said(
            """
            What is sealed is left out, and so is whatever would tie a candidate's submissions together. It waits while the database is \
            away, and ends with 1 when the log goes on from another server or an older state, which may lack events that were printed.
            """
        )
    )

    @OptionGroup var settings: Settings

    @Option(
        help: ArgumentHelp(
            said("Begin past this position; without it at the head, or with --once at the beginning."),
            valueName: "position"
        )
    )
    var after: Int64?

    @Flag(help: ArgumentHelp(said("End at the head instead of waiting for more.")))
    var once = false

    func validate() throws {
        guard after ?? 0 >= 0 else { throw ValidationError(said("--after must be 0, which is before the first event, or more.")) }
    }

    func run() async throws {
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            let log = EventLog(database.settings, pool: database.pool, logger: database.logger)
            let head = try await log.enterReading()
            if once {
                try await log.scan(after: after.map { LogPosition($0) } ?? .start, through: head, tell)
            } else {
                try await follow(log, LogTail(log, after: after.map { LogPosition($0) } ?? head, logger: database.logger))
            }
        }
    }

    private func follow(_ log: EventLog, _ tail: LogTail) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await log.run() }
            group.addTask { for await batch in tail { tell(batch) } }
            defer { group.cancelAll() }
            do {
                try await group.next()
            } catch EventStoreError.epochEnded {
                throw SettingError(
                    """
                    The log goes on from another server or an older state. Events that were printed may not be in it, and others have their \
                    positions: forget them, and print it anew with jobcast tail --after 0.
                    """
                )
            }
        }
    }

    private func tell(_ events: [RecordedEvent]) {
        for event in events { print(event.line) }
        fflush(nil)
    }
}

extension RecordedEvent {
    fileprivate var line: String {
        let time = recordedAt.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true).timeZone(separator: .omitted))
        let place = isPersonal ? "\"stream\":\"\(stream.category)\"" : "\"stream\":\"\(stream)\",\"version\":\(version)"
        return """
            {"position":\(position),\(place),"type":"\(type)","time":"\(time)","actor":"\(origin.actorKind)",\
            "data":\(String(decoding: publicData, as: UTF8.self))}
            """
    }
}
