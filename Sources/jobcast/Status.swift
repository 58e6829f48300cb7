import ArgumentParser
import EventStore
import FoundationEssentials

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: said("How far the log reaches, how far each projection is behind it, and why."),
        discussion: said("Behind is 0 when all is folded. Rebuilds that are under way or were interrupted have lines of their own.")
    )

    @OptionGroup var settings: Settings

    func run() async throws {
        try await withDatabase(settings) { database in
            try await database.requireMigrated()
            let status = try await LogStatus.read(in: database.pool)
            say("log: \(status.head) events, the last at \(status.recordedAt.formatted(.iso8601))")
            if status.ahead > .seconds(1) { say(status.clockWarning) }
            for projection in status.projections { print(projection.line) }
            for rebuild in status.rebuilds { say(rebuild.line) }
        }
    }
}

extension LogStatus {
    fileprivate var clockWarning: Sentence {
        """
        WARNING: that is \(ahead.inSeconds) s ahead of the database's clock, which was set back. Until it has caught up, events are recorded \
        with that time again.
        """
    }
}

extension LogStatus.RebuildStatus {
    fileprivate var line: Sentence {
        isUnderWay
            ? "rebuild of \(name): at \(position), under way"
            : "rebuild of \(name): at \(position), interrupted; jobcast rebuild \(name) goes on with it, with --drop it is given up"
    }
}

extension Duration {
    /// The number rounded to a tenth.
    fileprivate var inSeconds: Double { (self / .milliseconds(100)).rounded() / 10 }
}

extension LogStatus.ProjectionStatus {
    fileprivate var line: String {
        var line =
            behind > 0
            ? said("\(name): at \(position), \(behind) behind for \(behindFor.inSeconds) s")
            : said("\(name): at \(position), nothing behind")
        if parked > 0 { line += said(", \(parked) parked") }
        if let error { line += ", \(error)" }
        return line
    }
}
