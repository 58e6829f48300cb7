import CLibpq

/// Where the database is and how to reach it.
package struct ConnectionSettings: Sendable, Equatable {
    /// A libpq URL (`postgresql://…`) or `keyword=value` string; `sslmode`, `sslrootcert` and the like mean what libpq says they mean.
    package let url: String
    /// Another database on the same server than `url` names.
    private(set) var database: String?

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
