import ArgumentParser
import FoundationEssentials
import Logging

/// A setting that can't be used, and what to do about it.
struct SettingError: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: Sentence) { description = sentence.description }

    /// What is said already, in the reader's language.
    init(description: String) { self.description = description }
}

/// The settings that every command takes. A flag comes before the environment, the environment before the file.
///
/// Under each name of the environment with `_FILE` appended stands a file that holds the value, for secrets.
struct Settings: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp(said("A file of NAME=value lines, named as in the environment."), valueName: "file")
    )
    var configFile: String?

    @Option(help: ArgumentHelp(said("The database [DATABASE_URL]; without one, a PostgreSQL of our own."), valueName: "url"))
    var databaseURL: String?

    @Option(help: ArgumentHelp(said("Where our own PostgreSQL and generated secrets are kept [JOBCAST_DATA]."), valueName: "folder"))
    var data: String?

    /// Read before the arguments are (`Language.reader`); it stands here so that every command takes it.
    @Option(help: ArgumentHelp(said("en or zh; as of LC_ALL, LC_MESSAGES or LANG without it."), valueName: "language"))
    var language: Language?

    @Option(help: ArgumentHelp(said("trace, debug, info, warning or error [JOBCAST_LOG_LEVEL]."), valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp(said("text or json [JOBCAST_LOG_FORMAT]."), valueName: "format"))
    var logFormat: String?

    /// The value of a setting: from `flag`, the environment, or the file; nil when it is in none of them or empty there.
    func value(_ setting: Setting, flag: String? = nil) throws -> String? {
        if let flag {
            guard !flag.isEmpty else {
                throw SettingError("The flag of \(setting.name) is empty: leave it out, or give a value.")
            }
            return try Self.unquoted(flag, setting)
        }
        let environment = ProcessInfo.processInfo.environment
        if let value = try value(setting, in: environment) { return try Self.unquoted(value, setting) }
        return try value(setting, in: fileValues(environment))
    }

    private func value(_ setting: Setting, in source: [String: String]) throws -> String? {
        // A variable from a file with CRLF ends in a CR.
        let value = source[setting.name].map { String($0.trimmed) }.flatMap { $0.isEmpty ? nil : $0 }
        guard let path = source[setting.fileName], !path.isEmpty else { return value }
        guard value == nil else {
            throw SettingError("\(setting.name) and \(setting.fileName) are both given: leave one out.")
        }
        let text = try Self.contents(of: path, for: setting.fileName).trimmed
        guard !text.isEmpty else { throw SettingError("The file that \(setting.fileName) names is empty.") }
        return String(text)
    }

    /// Quotes that a shell would have taken away, and docker's --env-file doesn't, are no part of any value.
    private static func unquoted(_ value: String, _ setting: Setting) throws -> String {
        guard value.count >= 2, let first = value.first, first == value.last, first == "\"" || first == "'" else { return value }
        throw SettingError("\(setting.name) has quotes around its value: take them away.")
    }

    private func fileValues(_ environment: [String: String]) throws -> [String: String] {
        guard let path = configFile ?? environment[Setting.config.name].flatMap({ $0.isEmpty ? nil : $0 }) else { return [:] }
        let text = try Self.contents(of: path, for: configFile == nil ? Setting.config.name : "--config")
        do {
            return try SettingsFile(text).values
        } catch let error as SettingError {
            throw SettingError("\(path), \(error.description)")
        }
    }

    /// The path isn't told again: it may be a value, put by mistake where the name of its file belongs.
    private static func contents(of path: String, for name: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw SettingError("The file that \(name) names can't be read: give one that exists, is readable and in UTF-8.")
        }
    }

    var dataFolder: String {
        get throws { try value(.data, flag: data) ?? ".jobcast" }
    }

    /// Variables that look like settings and are none.
    static var unknownVariables: [String] {
        ProcessInfo.processInfo.environment.keys.filter { name in
            !Setting.isKnown(name) && (name.uppercased().hasPrefix("JOBCAST_") || Setting.nearest(to: name) == Setting.databaseURL.name)
        }.sorted()
    }

    /// A logger in the chosen format and level, on standard error; it begins with a warning for each misspelt variable.
    func logger() throws -> Logger {
        let name = try value(.logLevel, flag: logLevel) ?? "info"
        guard let level = Logger.Level(rawValue: name) else {
            throw SettingError("The log level \(name) is none of trace, debug, info, warning and error.")
        }
        let format = try value(.logFormat, flag: logFormat) ?? "text"
        guard let format = LogFormat(rawValue: format) else {
            throw SettingError("The log format \(format) is neither text nor json.")
        }
        var logger = Logger(label: "jobcast") { _ in LineLogHandler(format: format) }
        logger.logLevel = level
        for name in Self.unknownVariables {
            let nearest = Setting.nearest(to: name)
            let warning: Sentence =
                nearest.map { "\(name) in the environment is no setting and does nothing; is \($0) meant?" }
                ?? "\(name) in the environment is no setting and does nothing"
            logger.warning("\(warning)")
        }
        return logger
    }
}
