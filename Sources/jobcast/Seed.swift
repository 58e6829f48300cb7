import Access
import ArgumentParser
import Commands
import EventStore
import FoundationEssentials
import Recruiting

struct Seed: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: said("Play the commands of seeds/ through the rules; what was played before is skipped."),
        discussion: said("seeds/README.md describes the files.")
    )

    @OptionGroup var settings: Settings

    @Argument(help: ArgumentHelp(said("A folder of .jsonl files, played in the order of their names."), valueName: "folder"))
    var folder = "seeds"

    func run() async throws {
        let lines = try readLines()
        try await withDatabase(settings) { database in
            try await database.migrate()
            let log = EventLog(database.settings, pool: database.pool, logger: database.logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await log.run() }
                defer { group.cancelAll() }
                let commands = CommandHandler(log, now: { Timestamp(.now) })
                let documents = CompanyDocuments(pool: database.pool, master: try Secrets.read(settings).masterKey)
                let now = Timestamp(.now)
                var played = 0
                for line in lines where try await line.play(into: commands, documents, at: now) { played += 1 }
                say("Played \(played) of \(lines.count) commands; the others were played before or change nothing.")
            }
        }
    }

    private func readLines() throws -> [SeedLine] {
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".jsonl") }.sorted()
        guard !files.isEmpty else {
            throw SettingError("\(folder) holds no .jsonl files: name the folder of seeds, as in jobcast seed seeds.")
        }
        return try files.flatMap { file in
            guard let text = try? String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8) else {
                throw SettingError("\(folder)/\(file) can't be read, or is not in UTF-8: save it as UTF-8.")
            }
            let lines = text.trimmingPrefix("\u{FEFF}").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            return lines.enumerated().compactMap { number, line in
                line.trimmed.isEmpty ? nil : SeedLine(folder: folder, place: "\(folder)/\(file):\(number + 1)", text: String(line.trimmed))
            }
        }
    }
}

/// A line of a seed file, and where it stands.
private struct SeedLine {
    let folder: String
    let place: String
    let text: String

    /// - Returns: false when the line was played before, or all is as it asks already.
    func play(into commands: CommandHandler, _ documents: CompanyDocuments, at now: Timestamp) async throws -> Bool {
        do {
            let command = try SeedCommand(line: text, now: now)
            let key = AppendKey(id: command.key, fingerprint: 0)
            guard try await commands.log.answer(to: key) == nil else { return false }
            return try await commands.handle(try command.useCase(documents, file: read), Write(by: .seed, key: key)).isNew
        } catch  where error is Invalid || error is any Rejection || error is CommandError {
            throw SettingError("\(place): \(error)")
        }
    }

    private func read(_ file: String) throws -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: "\(folder)/\(file)") else {
            throw SettingError("\(place): \(folder)/\(file) can't be read: put the file there.")
        }
        return [UInt8](data)
    }
}
