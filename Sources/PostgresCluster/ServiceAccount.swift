import FoundationEssentials
import Glibc
package import Postgres

/// The system user that a PostgreSQL of our own runs as: PostgreSQL refuses root.
package struct ServiceAccount: Sendable {
    package let name: String
    package let user: UInt32
    package let group: UInt32
    /// What a command starts with so that it runs as this user; empty when we are this user.
    private let prefix: [String]

    /// Us; for root whoever owns `folder` already, else the system's user `postgres`.
    package init(folder: String? = nil) throws(PostgresError) {
        let isRoot = geteuid() == 0
        var status = stat()
        let owner: UInt32? = if let folder, stat(folder, &status) == 0, status.st_uid != 0 { status.st_uid } else { nil }
        guard let entry = !isRoot ? getpwuid(geteuid()) : owner.map({ getpwuid($0) }) ?? getpwnam("postgres") else {
            throw .cluster(
                "PostgreSQL refuses to run as root, and this system has no user 'postgres' to run it as: install the postgresql package, "
                    + "start jobcast as an ordinary user, or set DATABASE_URL"
            )
        }
        name = String(cString: entry.pointee.pw_name)
        user = entry.pointee.pw_uid
        group = entry.pointee.pw_gid
        prefix = !isRoot ? [] : ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--init-groups", "--"]
    }

    /// Runs a program to its end. Its working directory is `/`, messages are in English, and no PG… variable of ours reaches it.
    /// - Returns: the exit code and what it wrote to standard output and standard error.
    package func run(_ arguments: [String]) throws(PostgresError) -> (status: Int32, output: String) {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("PG") && !$0.key.hasPrefix("LC_") }
        return try runProgram(prefix + arguments, environment: environment.merging(["LC_ALL": "C"]) { $1 })
    }

    /// Whether this user may enter `folder`.
    func canEnter(_ folder: String) -> Bool {
        (try? run(["/bin/sh", "-c", "cd -- \"$1\"", "sh", folder]).status) == 0
    }

    /// Makes `folder`, open to this user alone.
    package func makePrivate(_ folder: String) throws(PostgresError) {
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw .cluster("can't make \(folder): \(String(cString: strerror(errno)))") }
        var status = stat()
        guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR, status.st_uid == user || status.st_uid == geteuid() else {
            throw .cluster(
                "\(folder) is not a folder of the user \(name), who would run PostgreSQL: start jobcast as its owner, or remove it"
            )
        }
        guard chown(folder, user, group) == 0, chmod(folder, 0o700) == 0 else {
            throw .cluster("can't give \(folder) to the user \(name): \(String(cString: strerror(errno)))")
        }
    }

    /// Writes a file that this user alone may read.
    package func write(_ text: String, to path: String) throws(PostgresError) {
        let temporary = path + ".new"
        do {
            try Data(text.utf8).write(to: URL(filePath: temporary))
        } catch {
            throw .cluster("can't write \(temporary): \(error)")
        }
        guard chown(temporary, user, group) == 0, chmod(temporary, 0o600) == 0, rename(temporary, path) == 0 else {
            throw .cluster("can't write \(path): \(String(cString: strerror(errno)))")
        }
    }
}
