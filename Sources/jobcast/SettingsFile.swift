/// The lines `NAME=value` of a file.
struct SettingsFile {
    /// The values by name: of settings that there are, and of files that hold one.
    private(set) var values: [String: String] = [:]

    /// Takes lines however they end, blanks around names and values, quotes around a value, `export` before a name, and lines of
    /// comment that begin with `#`.
    /// - Throws: `SettingError` for anything else, and when no setting is in it. No value is part of the words.
    init(_ text: String) throws {
        for (number, line) in text.trimmingPrefix("\u{FEFF}").split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
            .enumerated()
        {
            let line = line.trimmed
            guard !line.isEmpty, !line.hasPrefix("#") else { continue }
            do {
                try read(line)
            } catch let error as SettingError {
                throw SettingError("line \(number + 1): \(error.description)")
            }
        }
        guard !values.isEmpty else { throw SettingError("it holds no setting: write lines NAME=value.") }
    }

    private mutating func read(_ line: Substring) throws {
        guard let equals = line.firstIndex(of: "=") else { throw SettingError("write NAME=value.") }
        var name = line[..<equals].trimmed
        if let word = name.prefixMatch(of: /export\s+/) { name = name[word.range.upperBound...] }
        guard Setting.isKnown(String(name)), name != Setting.config.name else { throw Self.unknown(String(name)) }
        let value = try Self.unquoted(line[line.index(after: equals)...].trimmed)
        guard values.updateValue(value, forKey: String(name)) == nil else { throw SettingError("\(name) stands here twice.") }
    }

    private static func unknown(_ name: String) -> SettingError {
        guard let nearest = Setting.nearest(to: name), nearest != Setting.config.name else {
            return SettingError("there is no such setting; docs/configuration.md has all of them.")
        }
        return SettingError("\(name) is no setting; is \(nearest) meant?")
    }

    private static func unquoted(_ value: Substring) throws -> String {
        guard let quote = value.first, quote == "\"" || quote == "'" else { return String(value) }
        guard value.count >= 2, value.last == quote else {
            throw SettingError("the value begins with a quote that doesn't end.")
        }
        return String(value.dropFirst().dropLast())
    }
}

extension StringProtocol where SubSequence == Substring {
    /// The text without white space around it.
    var trimmed: Substring {
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
