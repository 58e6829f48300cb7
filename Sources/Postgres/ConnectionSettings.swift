import CLibpq

/// Where the database is and how to reach it.
package struct ConnectionSettings: Sendable, Equatable {
    /// A libpq URL (`postgresql://…`) or `keyword=value` string; `sslmode`, `sslrootcert` and the like mean what libpq says they mean.
    package let url: String
    /// Another database on the same server than `url` names.
    private var database: String?

    package init(url: String) {
        self.url = url
    }

    /// The same server and user, another database.
    package func with(database: String) -> ConnectionSettings {
        var copy = self
        copy.database = database
        return copy
    }

    /// Keywords and values in libpq's order: what comes later wins, so `url` may change the first ones and not the last.
    var keywords: [(String, String)] {
        var list = [
            ("connect_timeout", "10"), ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            ("tcp_user_timeout", "60000"), ("fallback_application_name", "jobcast"),
            ("dbname", url), ("client_encoding", "UTF8"),
        ]
        if let database { list.append(("dbname", database)) }
        return list
    }
}

extension ConnectionSettings: CustomStringConvertible {
    /// Host, port, database and user; never the password.
    package var description: String {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(url, &message) else {
            defer { PQfreemem(message) }
            return "unreadable connection settings (\(message.map { trimmed(String(cString: $0)) } ?? "out of memory"))"
        }
        defer { PQconninfoFree(options) }
        var parts: [String] = []
        var option = options
        while let keyword = option.pointee.keyword {
            let name = String(cString: keyword)
            if ["host", "hostaddr", "port", "user", "sslmode"].contains(name), let value = option.pointee.val {
                parts.append("\(name)=\(String(cString: value))")
            } else if name == "dbname", let value = database ?? option.pointee.val.map({ String(cString: $0) }) {
                parts.append("dbname=\(value)")
            }
            option += 1
        }
        return parts.isEmpty ? "libpq's defaults" : parts.joined(separator: " ")
    }
}
