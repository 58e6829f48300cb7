import Access
import ArgumentParser
import EventStore
import FoundationEssentials
import Postgres
import Recruiting
import Schema

struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: said("Look for what is wrong: configuration, database, schema, and the promises of the log."),
        discussion: said(
            """
            Ends with 1 when something is. It prints the newest seals: kept elsewhere and given to a later check, they show that nobody
            has changed events and made the seals anew, not even who may do everything in the database.
            """
        )
    )

    @OptionGroup var settings: Settings

    @Option(
        name: .customLong("seal"),
        parsing: .singleValue,
        help: ArgumentHelp(
            said("A seal that an earlier check printed; it must still stand. May be given several times."),
            valueName: "seal"
        )
    )
    var seals: [String] = []

    func validate() throws {
        for text in seals where LogSeal(text) == nil {
            throw ValidationError(said("\(text) is no seal: it has the form lane:position:digest, as a check prints it."))
        }
    }

    func run() async throws {
        var isWell = true
        func tell(_ holds: Bool, _ what: Sentence) {
            isWell = isWell && holds
            say(holds ? "ok    \(what)" : "WRONG \(what)")
        }
        do {
            _ = try settings.logger()
            try await Serve.check(settings)
            tell(true, "configuration: all settings are such as a server takes, and the secrets can be read")
            if let provider = try ProviderSettings.read(settings) {
                let fault = await provider.fault()
                if let fault { tell(false, "provider of identities: \(provider.issuer) can't be used: \(fault)") }
                if fault == nil { tell(true, "provider of identities: \(provider.issuer) answers as it should") }
            }
            try await withDatabase(settings) { database in
                let version = try await database.pool.connection { db in
                    try db.query("SELECT current_setting('server_version')")[0].decode(0, as: String.self)
                }
                tell(true, "database: PostgreSQL \(version) answers")
                try await database.requireMigrated()
                tell(true, "schema: every migration is applied and unchanged")
                for finding in try await LogCheck.run(in: database.pool) { tell(finding.offenders.isEmpty, finding.sentence) }
                let events = try await EventCheck.run(in: database)
                tell(events.holds, events.sentence)
                for seal in seals.compactMap(LogSeal.init) {
                    let current = try await seal.current(in: database.pool)
                    tell(current == seal, seal.sentence(current))
                }
                for seal in try await LogSeal.newest(in: database.pool) { say("seal  \(seal)") }
            }
        } catch let exit as ExitCode {
            throw exit
        } catch {
            tell(false, "\(error)")
        }
        if !isWell { throw ExitCode.failure }
    }
}

extension LogSeal {
    fileprivate func sentence(_ current: LogSeal?) -> Sentence {
        guard let current else { return "log: the seal of \(lane) at \(position) is the one that was kept — but there is none" }
        guard current != self else { return "log: the seal of \(lane) at \(position) is the one that was kept" }
        return "log: the seal of \(lane) at \(position) is the one that was kept — but it is \(current.digest)"
    }
}

extension LogCheck.Finding {
    fileprivate var sentence: Sentence {
        let promise = Sentence(of: promise)
        return offenders.isEmpty ? "log: \(promise)" : "log: \(promise) — but not \(offenders.joined(separator: ", "))"
    }
}

extension ProviderSettings {
    /// What is wrong with what the provider publishes, in English; nil for nothing.
    fileprivate func fault() async -> String? {
        do {
            try await Provider.check(self, at: Timestamp(.now))
            return nil
        } catch {
            return (error as? ProviderFault)?.detail ?? "\(error)"
        }
    }
}
