import EventSourcing
import EventStore
import Foundation
import Postgres
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(10))) struct LogTests {
    @Test func `check names every event that can't be read, with the reason`() async throws {
        try await withDatabase { pool, settings in
            let log = EventLog(settings, pool: pool, logger: .quiet)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await log.run() }
                for (stream, type, data) in [
                    ("series-1", "SeriesClosed", "{}"), ("session-1", "SessionStarted", #"{"at":"1969-12-31T16:00:00.000Z"}"#),
                    ("job-1", "JobPainted", "{}"), ("planet-1", "PlanetFound", "{}"),
                ] {
                    let event = NewEvent(stream: StreamName(stream), type: type, data: Array(data.utf8))
                    let origin = Origin(actorKind: "test", actorID: "test")
                    let key = AppendKey(id: UUID(), fingerprint: 0)
                    _ = try await log.append(Append([event], expected: [StreamName(stream): 0], key: key, origin: origin))
                }
                group.cancelAll()
            }
            let run = try await Run(["check"], on: settings)
            #expect(run.code == 1)
            let line = try #require(run.output.split(separator: "\n").first { $0.contains("every event can be read") })
            #expect(line.hasPrefix("WRONG log: every event can be read — but not session-1 at 2: malformed SessionStarted: "), "\(line)")
            #expect(line.contains("in the years 2000 to 2199"), "\(line)")
            #expect(
                line.contains("job-1 at 3: unknown event type JobPainted, planet-1 at 4: unknown event type PlanetFound"),
                "\(line)"
            )
        }
    }

    @Test func `seeds are played however their lines end, and once`() async throws {
        let seeds = URL(filePath: #filePath).appending(path: "../../../seeds").standardized
        let first = try FileManager.default.contentsOfDirectory(atPath: seeds.path).filter { $0.hasSuffix(".jsonl") }.sorted()[0]
        let lines = try String(contentsOf: seeds.appending(path: first), encoding: .utf8).split(separator: "\n").prefix(20)
        try await withDatabase { _, settings in
            for (ending, played) in [("\r\n", lines.count), ("\n", 0), ("\r", 0)] {
                try await withFolder { folder in
                    let text = "\u{feff}" + lines.joined(separator: ending) + ending
                    try Data(text.utf8).write(to: URL(filePath: "\(folder)/1.jsonl"))
                    try FileManager.default.copyItem(atPath: seeds.appending(path: "document.pdf").path, toPath: "\(folder)/document.pdf")
                    let run = try await Run(["seed", folder], on: settings)
                    #expect(run.code == 0 && run.output.contains("Played \(played) of \(lines.count)"), "\(run.output)")
                }
            }
        }
    }
}
