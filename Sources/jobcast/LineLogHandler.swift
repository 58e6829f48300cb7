import FoundationEssentials
import Glibc
import Logging

enum LogFormat: String {
    case text, json
}

/// One line an entry on standard error: for people, or one JSON object each for machines.
struct LineLogHandler: LogHandler {
    let format: LogFormat
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]

    init(format: LogFormat) {
        self.format = format
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let entries = metadata.merging(event.metadata ?? [:]) { $1 }.map { (key: $0.key, value: $0.value.description) }.sorted {
            $0.key < $1.key
        }
        let time = Date.now.formatted(.iso8601.year().month().day().time(includingFractionalSeconds: true))
        var line: String
        switch format {
        case .text:
            line = "\(time) \(event.level.rawValue.uppercased()) \(event.message)"
            for (key, value) in entries { line += " \(key)=\(value.contains(" ") ? quoted(value) : value)" }
        case .json:
            line = "{\"time\":\(quoted(time)),\"level\":\(quoted(event.level.rawValue)),\"message\":\(quoted(event.message.description))"
            for (key, value) in entries { line += ",\(quoted(key)):\(quoted(value))" }
            line += "}"
        }
        line += "\n"
        // One write(2), so that lines of several threads don't mix.
        _ = line.withUTF8 { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// The text as a JSON string, RFC 8259 §7.
    private func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": quoted += "\\\(scalar)"
            case "\n": quoted += "\\n"
            case _ where scalar.value < 0x20: quoted += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
