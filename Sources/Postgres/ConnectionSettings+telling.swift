import CLibpq

/// What may be told of settings that hold a password: nothing that could be a part of it, however they are written.
extension ConnectionSettings {
    /// What makes the settings unusable, and what to do, without a word of them; nil when nothing does.
    package var fault: String? {
        guard let options else { return unreadable }
        let ports = options["port", default: ""].split(separator: ",", omittingEmptySubsequences: false)
        guard ports.allSatisfy({ $0.isEmpty || UInt16($0) ?? 0 > 0 }) else {
            return "has no number where the port belongs. \(Self.escapes)"
        }
        let names = [options["dbname"], options["host"].map { String($0.dropFirst()) }].compactMap(\.self)
        guard names.allSatisfy({ !$0.contains("@") && !$0.contains("://") }) else { return "has an @ or :// too many. \(Self.escapes)" }
        return nil
    }

    private var unreadable: String {
        if url.hasPrefix("postgresql://") || url.hasPrefix("postgres://") {
            return
                "is no URL that libpq can read. \(Self.escapes) Leave out parameters that are other programs', as schema and pgbouncer are."
        }
        if url.contains("://") { return "must begin with postgresql:// or postgres://, and nothing before it." }
        return "must be a URL postgresql://… or words keyword=value, with quotes around a value that has blanks: password='a b'."
    }

    private static let escapes = "In user and password write @ as %40, : as %3A, / as %2F, ? as %3F and % as %25."

    /// The options by keyword, as libpq reads them; nil when it can't.
    private var options: [String: String]? {
        guard let parsed = PQconninfoParse(url, nil) else { return nil }
        defer { PQconninfoFree(parsed) }
        var options: [String: String] = [:]
        var option = parsed
        while let keyword = option.pointee.keyword {
            options[String(cString: keyword)] = option.pointee.val.map { String(cString: $0) }
            option += 1
        }
        return options
    }

    /// `text`, in which libpq or a server may repeat parts of the settings, with … for those that may not be told. Neither repeats what
    /// it takes for the password.
    func redacted(_ text: String) -> String {
        let values = (options ?? [:]).flatMap { name, value in value.split(separator: ",").filter { !isTellable(name, $0) } }
        return values.sorted { $0.count > $1.count }.reduce(text) { $0.replacing($1, with: "…") }
    }

    /// Whether the value looks like what it stands for, and not like a piece of a password that wasn't escaped.
    private func isTellable(_ name: String, _ value: some StringProtocol) -> Bool {
        switch name {
        // Without a user before an @, what follows the first colon of a URL may be a password as well as a port.
        case "port": !url.contains("://") || url.contains("@")
        case "host" where value.hasPrefix("/"), "hostaddr", "sslcert", "sslkey", "sslrootcert", "sslcrl", "passfile", "password": true
        case "host": value.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: ":") }
        default: value.utf8.allSatisfy(\.isNameByte)
        }
    }
}

extension ConnectionSettings: CustomStringConvertible {
    /// Host, port, database and user, as far as they may be told; never the password.
    package var description: String {
        guard fault == nil, let options else { return "connection settings that can't be read" }
        let told = ["host", "hostaddr", "port", "dbname", "user", "sslmode"].compactMap { name in
            let value = name == "dbname" ? database ?? options[name] : options[name]
            return value.map { "\(name)=\($0.split(separator: ",").allSatisfy { isTellable(name, $0) } ? $0 : "…")" }
        }
        return told.isEmpty ? "libpq's defaults" : told.joined(separator: " ")
    }
}

extension UInt8 {
    /// A letter, a digit, or a mark as in names of hosts, databases and users.
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "._-".utf8.contains(self)
        }
    }
}
