import ArgumentParser
import EventStore
import FoundationEssentials

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "How far the log reaches, how far each projection is behind it, and why.",
        discussion: "Behind is 0 when all is folded; a rebuild under way shows as rebuild_NAME_1 and so on, one for each of its parts."
    )

    @OptionGroup var settings: Settings

    func run() async throws {
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            let status = try await LogStatus.read(in: database.pool)
            print("log: \(status.head) events, the last at \(status.recordedAt.formatted(.iso8601))")
            for projection in status.projections { print(projection.line) }
        }
    }
}

extension LogStatus.ProjectionStatus {
    fileprivate var line: String {
        let lag = behind > 0 ? "\(behind) behind for \((behindFor / .milliseconds(100)).rounded() / 10) s" : "nothing behind"
        return "\(name): at \(position), \(lag)" + (parked > 0 ? ", \(parked) parked" : "") + (error.map { ", \($0)" } ?? "")
    }
}
