import ArgumentParser
import FoundationEssentials
import Logging

/// A setting that can't be used, and what to do about it.
struct SettingError: Error, CustomStringConvertible {
    let description: String
}

/// The settings that every command takes. A flag comes before the environment, the environment before the file.
///
/// Under each name of the environment with `_FILE` appended stands a file that holds the value, for secrets.
struct Settings: ParsableArguments {
    @Option(name: .customLong("config"), help: ArgumentHelp("A file of NAME=value lines, named as in the environment.", valueName: "file"))
    var configFile: String?

    @Option(help: ArgumentHelp("The database [DATABASE_URL]; without one, a PostgreSQL of our own.", valueName: "url"))
    var databaseURL: String?

    @Option(help: ArgumentHelp("Where our own PostgreSQL and generated secrets are kept [JOBCAST_DATA].", valueName: "folder"))
    var data: String?

    @Option(help: ArgumentHelp("trace, debug, info, warning or error [JOBCAST_LOG_LEVEL].", valueName: "level"))
    var logLevel: String?

    @Option(help: ArgumentHelp("text or json [JOBCAST_LOG_FORMAT].", valueName: "format"))
    var logFormat: String?

    /// The value of `name`: from `flag`, the environment, or the file; nil when it is in none of them or empty.
    func value(_ name: String, flag: String? = nil) throws -> String? {
        if let flag { return flag }
        let environment = ProcessInfo.processInfo.environment
        let lines = try fileLines(environment)
        for source in [environment, lines] {
            if let value = source[name], !value.isEmpty { return value }
            if let path = source[name + "_FILE"], !path.isEmpty {
                return try contents(of: path, for: name).trimmingSuffix { $0.isWhitespace }
            }
        }
        return nil
    }

    private func fileLines(_ environment: [String: String]) throws -> [String: String] {
        guard let path = configFile ?? environment["JOBCAST_CONFIG"], !path.isEmpty else { return [:] }
        var values: [String: String] = [:]
        for (number, line) in try contents(of: path, for: "--config").split(separator: "\n", omittingEmptySubsequences: false).enumerated()
        {
            let text = line.drop { $0.isWhitespace }
            guard !text.isEmpty, !text.hasPrefix("#") else { continue }
            guard let equals = text.firstIndex(of: "=") else {
                throw SettingError(description: "\(path), line \(number + 1): write NAME=value.")
            }
            values[String(text[..<equals])] = String(text[text.index(after: equals)...]).trimmingSuffix { $0.isWhitespace }
        }
        return values
    }

    private func contents(of path: String, for name: String) throws -> String {
        do {
            return try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw SettingError(description: "The file \(path), named by \(name), can't be read: give one that exists and is readable.")
        }
    }

    var dataFolder: String {
        get throws { try value("JOBCAST_DATA", flag: data) ?? ".jobcast" }
    }

    /// A logger in the chosen format and level, on standard error.
    func logger() throws -> Logger {
        let name = try value("JOBCAST_LOG_LEVEL", flag: logLevel) ?? "info"
        guard let level = Logger.Level(rawValue: name) else {
            throw SettingError(description: "The log level \(name) is none of trace, debug, info, warning and error.")
        }
        let format = try value("JOBCAST_LOG_FORMAT", flag: logFormat) ?? "text"
        guard let format = LogFormat(rawValue: format) else {
            throw SettingError(description: "The log format \(format) is neither text nor json.")
        }
        var logger = Logger(label: "jobcast") { _ in LineLogHandler(format: format) }
        logger.logLevel = level
        return logger
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
        var text = self[...]
        while let last = text.last, isTrimmed(last) { text.removeLast() }
        return String(text)
    }
}
