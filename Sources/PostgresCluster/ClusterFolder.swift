import FoundationEssentials
import Glibc
import Logging
import Postgres

/// Where an embedded cluster keeps what: everything in one folder, unless the server's user can't get there.
struct ClusterFolder: Sendable {
    /// The longest path of a Unix socket, in bytes without the final zero: sun_path, unix(7).
    static let longestSocketPath = 107

    let home: String
    let sockets: String

    init(_ directory: String, account: ServiceAccount, logger: Logger) throws(PostgresError) {
        home = try Self.home(for: directory, account: account, logger: logger)
        sockets = Self.socketFolder(in: home)
        try account.makePrivate(sockets)
    }

    /// `<home>/run`, or a short one in /tmp when that path is too long for a socket or holds what a libpq host can't.
    static func socketFolder(in home: String) -> String {
        let near = "\(home)/run"
        let plain = near.utf8.allSatisfy { isPlain($0) }
        return plain && near.utf8.count + "/.s.PGSQL.5432".utf8.count <= longestSocketPath ? near : "/tmp/jobcast-\(digest(home))"
    }

    /// The folder of the data when the server's user can't enter `home`.
    static func elsewhere(for home: String) -> String {
        "/var/lib/jobcast/\(digest(home))"
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        default: "/._-".utf8.contains(byte)
        }
    }

    private static func home(for directory: String, account: ServiceAccount, logger: Logger) throws(PostgresError) -> String {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .cluster("can't make \(directory): \(error)")
        }
        let home = try realPath(directory)
        // pg_ctl hands the folder to a shell, between double quotes.
        guard !home.contains(where: { "\"$`".contains($0) || $0.isNewline }) else {
            throw .cluster("PostgreSQL can't be started in \(home): choose a folder without \", $, ` and line breaks in its path")
        }
        try account.makePrivate(home)
        if account.canEnter(home) { return home }
        let elsewhere = elsewhere(for: home)
        guard geteuid() == 0, rmdir(home) == 0 else {
            throw .cluster("the user \(account.name) can't enter \(home): choose a folder whose parents are open to that user")
        }
        if mkdir("/var/lib/jobcast", 0o755) != 0, errno != EEXIST {
            throw .cluster("can't make /var/lib/jobcast: \(String(cString: strerror(errno)))")
        }
        try account.makePrivate(elsewhere)
        guard symlink(elsewhere, home) == 0 else { throw .cluster("can't make the link \(home): \(String(cString: strerror(errno)))") }
        logger.notice("the user \(account.name), who runs PostgreSQL, can't enter \(home): its data is in \(elsewhere)")
        return elsewhere
    }

    private static func realPath(_ path: String) throws(PostgresError) -> String {
        guard let resolved = realpath(path, nil) else { throw .cluster("can't resolve \(path): \(String(cString: strerror(errno)))") }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), 64 bits in hexadecimal: the same for a path at every start.
    private static func digest(_ path: String) -> String {
        String(path.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }, radix: 16)
    }
}
